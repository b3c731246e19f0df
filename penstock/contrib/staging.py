"""The names of `tf.contrib.staging`."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.staging import StagingArea

__all__ = ["StagingArea"]

__getattr__ = _lacking(__name__, __all__)
