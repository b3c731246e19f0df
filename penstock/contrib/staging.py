"""The names of `tf.contrib.staging`."""

from penstock.core.surface import lacking
from penstock.functions.staging import StagingArea

__all__ = ["StagingArea"]

__getattr__ = lacking(__name__, __all__)
