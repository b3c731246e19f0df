"""What the records of random ops share: shape rules, reserved blocks, checks of arguments."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from penstock.core.dtypes import int32, int64
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.ops import shape_rules as rules
from penstock.ops.distributions import BLOCKS_PER_OUTPUT

__all__ = [
    "INDEX",
    "SEEDS",
    "each_output",
    "given",
    "given_by_range",
    "given_for_each",
    "numpy_dtype",
    "sizes_of",
]

INDEX = frozenset({int32, int64})
SEEDS = {"seed": 0, "seed2": 0}


def numpy_dtype(dtype: Any) -> np.dtype:
    """Give the NumPy dtype of a dtype."""
    return np.dtype(dtype.as_numpy_dtype)


def sizes_of(shape: Any) -> tuple[int, ...]:
    """Read a `shape` input's value.

    Raises:
      InvalidArgumentError: if a size is negative.
    """
    sizes = tuple(int(size) for size in shape)
    if any(size < 0 for size in sizes):
        raise InvalidArgumentError(
            None, None, f"The sizes of a shape must not be negative, but {list(sizes)} came."
        )
    return sizes


def given(c: ShapeContext) -> Shape:
    """The value of the input `shape`."""
    rules.with_rank(c, "shape", 1)
    return c.shape_value("shape")


def given_by_range(c: ShapeContext) -> Shape:
    """The value of the input `shape`, for an op with two scalar bounds."""
    rules.with_rank(c, "minval", 0)
    rules.with_rank(c, "maxval", 0)
    return given(c)


def given_for_each(parameter: str) -> Callable[[ShapeContext], Shape]:
    """Make the rule: the value of the input `shape`, then the shape of `parameter`."""

    def rule(c: ShapeContext) -> Shape:
        samples, parameters = given(c), c.shape(parameter)
        return None if samples is None or parameters is None else samples + parameters

    return rule


def each_output(attrs: Any, inputs: Any, outputs: Any) -> int:
    """Count the blocks that most random ops reserve: so many for each number."""
    return prod(outputs[0]) * BLOCKS_PER_OUTPUT
