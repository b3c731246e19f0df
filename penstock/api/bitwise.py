"""`tf.bitwise`: arithmetic on the bits of integers."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.math_logic import (
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    invert,
    left_shift,
    right_shift,
)

__all__ = [
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "invert",
    "left_shift",
    "right_shift",
]

__getattr__ = _lacking(__name__, __all__)
