"""Joining tensors along an axis that they have."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Shape
from penstock.graph.constant_value import constant_value
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed
from penstock.ops.arrays_common import (
    INDEX_AS_INT32,
    any_type,
    merged,
    normal_axis,
    require,
    static_axis,
)

__all__ = ["SPECS"]

_SEVERAL = attr("int", minimum=2)


def _without(shape: Shape, axis: int) -> Shape:
    return None if shape is None else (*shape[:axis], None, *shape[axis + 1 :])


def _concatenated(c: ShapeContext, values: list[Shape], axis: Any) -> Shape:
    known = [shape for shape in values if shape is not None]
    if axis is None:
        ranks = {len(shape) for shape in known}
        if len(ranks) > 1:
            raise c.mismatch("values of one rank")
        return (None,) * ranks.pop() if ranks else None
    axis = int(np.ravel(axis)[0])
    if not known:
        return None
    axis = static_axis(c, axis, len(known[0]))
    must = f"values with equal sizes but for axis {axis}"
    if any(len(shape) != len(known[0]) for shape in known):
        raise c.mismatch(must)
    rest = merged(c, [_without(shape, axis) for shape in known], must)
    total: int | None = 0
    for shape in values:
        size = None if shape is None else shape[axis]
        total = None if total is None or size is None else total + size
    return (*rest[:axis], total, *rest[axis + 1 :])


def _concat(xp: Any, values: Any, axis: Any) -> Any:
    shapes = [value.shape for value in values]
    axis = normal_axis(int(np.ravel(axis)[0]), len(shapes[0]))
    for shape in shapes:
        require(
            len(shape) == len(shapes[0]) and _without(shape, axis) == _without(shapes[0], axis),
            f"Values to concatenate along axis {axis} must have equal sizes along the others, but "
            f"their shapes are {shapes}.",
        )
    return xp.concatenate(values, axis)


# With more values than this, one split makes the gradients instead of a slice for each.
_MOST_SLICES = 16


def _static_shapes(values: Any) -> list[Any] | None:
    """Build the shapes of `values` as constants, as far as the first that is not static."""
    sizes = []
    for value in values:
        size = composed.shape(value)
        if size.op.type != "Const":
            return None
        sizes.append(size)
    return sizes


def _grad_of_values(ops: Any, values: Any, axis: Any, dy: Any) -> list[Any]:
    along = constant_value(axis)
    if axis.dtype.base_dtype is not dtypes.int32:
        axis = ops.Cast(axis, DstT=dtypes.int32)
    axis = axis % composed.rank(values[0])
    if isinstance(dy, IndexedSlices):
        return _slices_of_values(ops, values, axis, along, dy)
    sizes = _static_shapes(values) or composed.shape_n(values)
    if len(sizes) > _MOST_SLICES:
        along = ops.Slice(ops.Pack(sizes, axis=1, name="stack"), [axis, 0], [1, -1])
        parts = ops.Squeeze(along)
        return ops.SplitV(dy, parts, axis, num_split=len(values), name="split")
    offsets = ops.ConcatOffset(axis, sizes)
    return [ops.Slice(dy, at, size) for at, size in zip(offsets, sizes, strict=True)]


def _slices_of_values(
    ops: Any, values: Any, axis: Any, along: Any, dy: IndexedSlices
) -> list[IndexedSlices]:
    """Take the rows of a gradient apart: by their numbers, or along an axis within the rows."""
    if along is None:
        raise ValueError(
            "IndexedSlices of a concatenation can be taken apart only if the axis is constant; "
            f"here it is {axis!r}."
        )
    if along < 0:
        along = along + constant_value(composed.rank(values[0]))
    sizes = [composed.shape(value) for value in values]
    if along == 0:
        return _by_number(ops, sizes, axis, dy)
    return _within_rows(ops, sizes, axis, dy)


def _by_number(ops: Any, sizes: Any, axis: Any, dy: IndexedSlices) -> list[IndexedSlices]:
    dtype = dy.indices.dtype.base_dtype
    start = composed.constant(0, dtype)
    found = []
    for size in sizes:
        count = ops.GatherV2(size, axis, 0)
        if dtype is not dtypes.int32:
            count = ops.Cast(count, DstT=dtype)
        end = start + count
        inside = ops.LogicalAnd(ops.GreaterEqual(dy.indices, start), ops.Less(dy.indices, end))
        chosen = ops.Squeeze(ops.Where(inside), squeeze_dims=[1])
        numbers = ops.GatherV2(dy.indices, chosen, 0) - start
        found.append(IndexedSlices(ops.GatherV2(dy.values, chosen, 0), numbers, size))
        start = end
    return found


def _within_rows(ops: Any, sizes: Any, axis: Any, dy: IndexedSlices) -> list[IndexedSlices]:
    rank = composed.shape(sizes[0])
    before = ops.Fill(composed.expand_dims(axis, 0), 0)
    after = ops.Fill(rank - axis - 1, 0)
    mask = ops.ConcatV2([before, [1], after], 0, name="concat")
    begin = ops.Fill(rank, 0)
    found = []
    for size in sizes:
        rows = ops.ConcatV2([[-1], ops.Slice(size, [1], [-1])], 0, name="concat")
        found.append(IndexedSlices(ops.Slice(dy.values, begin, rows), dy.indices, size))
        begin = ops.Add(begin, size * mask)
    return found


CONCAT = OpSpec(
    "Concat",
    inputs=["concat_dim: int32", "values: N * T"],
    outputs=["output: T"],
    attrs={"N": _SEVERAL, "T": any_type()},
    doc="`values` joined along the axis `concat_dim`.",
    shape=lambda c: _concatenated(c, c.shapes("values"), c.value("concat_dim")),
    kernel=lambda xp, axis, values: _concat(xp, values, axis),
    grad=lambda ops, node, dy: [
        None,
        *_grad_of_values(ops, node.inputs[1:], node.inputs[0], dy),
    ],
    static=["concat_dim"],
)

CONCAT_V2 = OpSpec(
    "ConcatV2",
    inputs=["values: N * T", "axis: Tidx"],
    outputs=["output: T"],
    attrs={"N": _SEVERAL, "T": any_type(), "Tidx": INDEX_AS_INT32},
    doc="`values` joined along `axis`.",
    shape=lambda c: _concatenated(c, c.shapes("values"), c.value("axis")),
    kernel=_concat,
    grad=lambda ops, node, dy: [
        *_grad_of_values(ops, node.inputs[:-1], node.inputs[-1], dy),
        None,
    ],
    static=["axis"],
)


def _concat_offset(xp: Any, axis: Any, shapes: Any) -> Any:
    axis = normal_axis(int(axis), shapes[0].shape[0])
    offsets = []
    start = 0
    for shape in shapes:
        offset = np.zeros(shape.shape, np.int32)
        offset[axis] = start
        offsets.append(offset)
        start += int(shape[axis])
    return [offsets]


CONCAT_OFFSET = OpSpec(
    "ConcatOffset",
    inputs=["concat_dim: int32", "shape: N * int32"],
    outputs=["offset: N * int32"],
    attrs={"N": _SEVERAL},
    doc="Where each of several tensors of the shapes `shape` begins when they are concatenated.",
    shape=lambda c: c.shapes("shape"),
    kernel=_concat_offset,
    static=["concat_dim", "shape"],
)

SPECS = (CONCAT, CONCAT_V2, CONCAT_OFFSET)
