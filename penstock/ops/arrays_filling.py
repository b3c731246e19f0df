"""Tensors made of one value, of ones at places, of a diagonal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import COMPLEX, FLOATING
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.array_values import ArrayValue
from penstock.ops.arrays_common import (
    INDEX_AS_INT32,
    NO_GRADIENT,
    any_type,
    normal_axis,
    require,
    sizes_of,
)

__all__ = ["SPECS"]

_WITH_ONE = FLOATING | COMPLEX | {
    dtypes.int8, dtypes.uint8, dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64, dtypes.bool,
}  # fmt: skip
_DIAGONAL = FLOATING | COMPLEX | {dtypes.int32, dtypes.int64}


def _fill(xp: Any, dims: Any, value: Any) -> Any:
    sizes = sizes_of(dims)
    require(min(sizes, default=0) >= 0, f"Sizes must be non-negative, but are {sizes}.")
    return xp.full(sizes, value, value.dtype)


def _filled_shape(c: ShapeContext) -> Shape:
    rules.with_rank(c, "value", 0)
    sizes = c.value("dims")
    if sizes is not None and (sizes < 0).any():
        raise c.mismatch(f"sizes that are 0 or more, not {sizes.tolist()}")
    return c.shape_value("dims")


FILL = OpSpec(
    "Fill",
    inputs=["dims: index_type", "value: T"],
    outputs=["output: T"],
    attrs={"T": any_type(), "index_type": INDEX_AS_INT32},
    doc="A tensor of the shape `dims` whose elements are all `value`.",
    shape=_filled_shape,
    kernel=_fill,
    grad=lambda ops, node, dy: [None, composed.reduce_sum(dy)],
    static=["dims"],
)


def _zeros_like(xp: Any, x: Any) -> Any:
    if x is None:
        return None  # what a branch that was not taken would have given has no gradient either
    if isinstance(x, ArrayValue):
        return x.zeros_like()
    if x.dtype == object:
        if any(isinstance(each, ArrayValue) for each in x.flat):
            raise InvalidArgumentError(
                None,
                None,
                f"Zeros can be made like one TensorList, but here are {x.size} in a tensor of "
                f"shape {x.shape}. Take them out with tf.unstack first.",
            )
        return np.full(x.shape, b"", object)
    return xp.zeros_like(x)


ZEROS_LIKE = OpSpec(
    "ZerosLike",
    inputs=["x: T"],
    outputs=["y: T"],
    attrs={"T": any_type()},
    doc="Zeros of the shape of `x`.",
    shape=rules.same,
    kernel=_zeros_like,
)

ONES_LIKE = OpSpec(
    "OnesLike",
    inputs=["x: T"],
    outputs=["y: T"],
    attrs={"T": _WITH_ONE},
    doc="Ones of the shape of `x`.",
    shape=rules.same,
    kernel=lambda xp, x: xp.ones_like(x),
)

EMPTY = OpSpec(
    "Empty",
    inputs=["shape: int32"],
    outputs=["output: dtype"],
    attrs={"dtype": attr("type"), "init": False},
    doc="A tensor of that shape whose elements do not matter; here they are zero.",
    shape=lambda c: c.shape_value("shape"),
    kernel=lambda xp, shape, *, dtype: xp.zeros(sizes_of(shape), dtype.as_numpy_dtype),
    grad=NO_GRADIENT,
    static=["shape"],
    stateful=True,
)


# One-hot


def _one_hot_shape(c: ShapeContext) -> Shape:
    indices, depth, axis = c.shape("indices"), c.value("depth"), c.attrs["axis"]
    if depth is not None and depth < 0:
        raise c.mismatch(f"a depth that is not negative, not {int(depth)},")
    if axis < -1 or (indices is not None and axis > len(indices)):
        raise c.mismatch(f"an axis from -1 to the rank of indices, not {axis},")
    if indices is None:
        return None
    place = len(indices) if axis == -1 else axis
    return (*indices[:place], None if depth is None else int(depth), *indices[place:])


def _one_hot(xp: Any, indices: Any, depth: Any, on: Any, off: Any, *, axis: int) -> Any:
    rank = len(indices.shape) + 1
    place = normal_axis(axis, rank)
    require(int(depth) >= 0, f"depth must not be negative, but is {int(depth)}.")
    numbers = np.arange(int(depth), dtype=indices.dtype).reshape(
        [-1 if each == place else 1 for each in range(rank)]
    )
    return xp.where(xp.expand_dims(indices, place) == numbers, on, off)


ONE_HOT = OpSpec(
    "OneHot",
    inputs=["indices: TI", "depth: int32", "on_value: T", "off_value: T"],
    outputs=["output: T"],
    attrs={
        "axis": -1,
        "T": any_type(),
        "TI": attr("type", dtypes.int64, allowed={dtypes.uint8, dtypes.int32, dtypes.int64}),
    },
    doc="For each index a vector of `depth` elements: `on_value` at the index, else `off_value`.",
    shape=_one_hot_shape,
    kernel=_one_hot,
    static=["depth"],
)


# Diagonals


def _diag_shape(c: ShapeContext) -> Shape:
    shape = c.shape("diagonal")
    if shape == ():
        raise c.mismatch("a diagonal of at least one axis")
    return None if shape is None else shape + shape


def _diag(xp: Any, diagonal: Any) -> Any:
    flat = xp.reshape(diagonal, (-1,))
    return xp.reshape(xp.diag(flat), diagonal.shape + diagonal.shape)


DIAG = OpSpec(
    "Diag",
    inputs=["diagonal: T"],
    outputs=["output: T"],
    attrs={"T": _DIAGONAL},
    doc="Zeros with `diagonal` where the first half of the coordinates equals the second.",
    shape=_diag_shape,
    kernel=_diag,
    grad=lambda ops, node, dy: [ops.DiagPart(dy)],
)


def _diag_part_shape(c: ShapeContext) -> Shape:
    shape = c.shape("input")
    if shape is None:
        return None
    half = len(shape) // 2
    if not shape or len(shape) % 2:
        raise c.mismatch("an even number of axes, at least 2")
    try:
        return merge(shape[:half], shape[half:])
    except ValueError:
        raise c.mismatch("a second half of the shape that equals the first") from None


def _diag_part(xp: Any, x: Any) -> Any:
    half = x.shape[: len(x.shape) // 2]
    require(x.shape == half + half, f"The second half of {x.shape} must be equal to the first.")
    count = math.prod(half)
    return xp.reshape(xp.diagonal(xp.reshape(x, (count, count))), half)


DIAG_PART = OpSpec(
    "DiagPart",
    inputs=["input: T"],
    outputs=["diagonal: T"],
    attrs={"T": _DIAGONAL},
    doc="The elements of `input` where the first half of the coordinates equals the second.",
    shape=_diag_part_shape,
    kernel=_diag_part,
    grad=lambda ops, node, dy: [ops.Diag(dy)],
)

SPECS = (FILL, ZEROS_LIKE, ONES_LIKE, EMPTY, ONE_HOT, DIAG, DIAG_PART)
