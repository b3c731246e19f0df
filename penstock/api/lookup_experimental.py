"""`tf.lookup.experimental`: a table whose entries come and go."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.mutable_tables import DenseHashTable

__all__ = ["DenseHashTable"]

__getattr__ = _lacking(__name__, __all__)
