"""`tf.manip`: tensors in another shape or order."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.arrays import reshape
from penstock.functions.arrays_filling import tile
from penstock.functions.arrays_indexing import gather_nd, scatter_nd
from penstock.functions.arrays_ordering import (
    batch_to_space_nd,
    reverse,
    roll,
    space_to_batch_nd,
)

__all__ = [
    "batch_to_space_nd",
    "gather_nd",
    "reshape",
    "reverse",
    "roll",
    "scatter_nd",
    "space_to_batch_nd",
    "tile",
]

__getattr__ = _lacking(__name__, __all__)
