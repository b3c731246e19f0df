"""Vectors of distinct indices, filled up to a few sizes; `runtime/padding.py` tells which, and why.

They are filled up with the largest integer: an index of no row, which a scatter leaves out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["padded", "unpadded"]


def padded(distinct: Any, most: int) -> Any:
    """Fill a vector of indices up to a power of two, but to no more than `most`."""
    size = min(most, 1 << max(0, distinct.size - 1).bit_length())
    result = np.full(size, np.iinfo(distinct.dtype).max, distinct.dtype)
    result[: distinct.size] = distinct
    return result


def unpadded(indices: Any) -> Any:
    """Give a vector of indices without what `padded` has filled it up with."""
    array = np.asarray(indices)
    return array[array != np.iinfo(array.dtype).max]
