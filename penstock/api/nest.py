"""`tf.nest`: values in lists, tuples and dicts within one another."""

from penstock.core.nest import (
    assert_same_structure,
    flatten,
    is_nested,
    map_structure,
    pack_sequence_as,
)
from penstock.core.surface import lacking as _lacking

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "map_structure",
    "pack_sequence_as",
]

__getattr__ = _lacking(__name__, __all__)
