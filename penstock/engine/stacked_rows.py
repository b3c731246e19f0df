"""What a loop gives of all its turns: their values along a new first axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.graph.node import Tensor

__all__ = ["absent_row", "empty_stack", "stacked"]


def stacked(values: Sequence[Any]) -> Any:
    """Give values one beside the other along a new first axis; there is one at least.

    Values of different shapes, as of a loop within that turns a varying number of times, come as
    an array of arrays.
    """
    if len({np.shape(value) for value in values}) > 1:
        ragged = np.empty(len(values), object)
        ragged[:] = values
        return ragged
    return np.stack(values)


def empty_stack(tensor: Tensor) -> Any:
    """Give the stack of a loop that turned no time: what is not known of its sizes is 0."""
    sizes = [size or 0 for size in tensor.static_shape or ()]
    return np.zeros([0, *sizes[1:]], tensor.dtype.as_numpy_dtype)


def absent_row(tensor: Tensor) -> Any:
    """Give what a turn has on a loop's stack if it did not take the branch that gives a value."""
    sizes = [size or 1 for size in tensor.static_shape or ()]
    return np.zeros(sizes[1:], tensor.dtype.as_numpy_dtype)
