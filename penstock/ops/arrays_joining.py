"""Joining tensors along an axis, and taking them apart again."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Shape, merge
from penstock.graph.constant_value import constant_value
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed
from penstock.ops.arrays_common import (
    INDEX_AS_INT32,
    INDEX_AS_INT64,
    any_type,
    normal_axis,
    require,
    sizes_of,
)

__all__ = ["SPECS"]

_SEVERAL = attr("int", minimum=2)
_ONE_OR_MORE = attr("int", minimum=1)


def _merged(c: ShapeContext, given: list[Shape], must: str) -> Shape:
    """Merge shapes of which all that is known must agree."""
    shape = None
    for other in given:
        try:
            shape = merge(shape, other)
        except ValueError:
            raise c.mismatch(must) from None
    return shape


def _static_axis(c: ShapeContext, axis: Any, rank: int) -> int:
    if not -rank <= axis < rank:
        raise c.mismatch(f"an axis from {-rank} to {rank - 1}, not {axis},")
    return int(axis) % rank


# Concatenation


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
    axis = _static_axis(c, axis, len(known[0]))
    must = f"values with equal sizes but for axis {axis}"
    if any(len(shape) != len(known[0]) for shape in known):
        raise c.mismatch(must)
    rest = _merged(c, [_without(shape, axis) for shape in known], must)
    total: int | None = 0
    for shape in values:
        size = None if shape is None else shape[axis]
        total = None if total is None or size is None else total + size
    return (*rest[:axis], total, *rest[axis + 1 :])  # type: ignore[index]


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
    if hasattr(dy, "dense_shape"):
        return _sparse_grad_of_values(ops, values, axis, dy)
    if axis.dtype.base_dtype is not dtypes.int32:
        axis = ops.Cast(axis, DstT=dtypes.int32)
    axis = axis % composed.rank(values[0])
    sizes = _static_shapes(values) or composed.shape_n(values)
    if len(sizes) > _MOST_SLICES:
        along = ops.Slice(ops.Pack(sizes, axis=1, name="stack"), [axis, 0], [1, -1])
        parts = ops.Squeeze(along)
        return ops.SplitV(dy, parts, axis, num_split=len(values), name="split")
    offsets = ops.ConcatOffset(axis, sizes)
    return [ops.Slice(dy, at, size) for at, size in zip(offsets, sizes, strict=True)]


def _sparse_grad_of_values(ops: Any, values: Any, axis: Any, dy: Any) -> list[Any]:
    """Take IndexedSlices of the concatenation along axis 0 apart, or those along another axis."""
    along = constant_value(axis)
    if along is None or int(along) != 0:
        raise ValueError(
            "Slices of a gradient can be taken apart along axis 0 of a concatenation only, when "
            f"the axis is constant; here it is {axis!r}."
        )
    found = []
    start = composed.constant(0, dtypes.int32)
    for value in values:
        size = composed.shape(value)
        end = start + size[0]
        inside = ops.LogicalAnd(
            ops.GreaterEqual(dy.indices, start), ops.Less(dy.indices, end)
        )
        chosen = ops.Squeeze(ops.Where(inside), squeeze_dims=[1])
        found.append(
            IndexedSlices(
                ops.GatherV2(dy.values, chosen, 0),
                ops.GatherV2(dy.indices, chosen, 0) - start,
                size,
            )
        )
        start = end
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


# Splitting


def _split_shape(c: ShapeContext) -> list[Shape]:
    count, shape, axis = c.attrs["num_split"], c.shape("value"), c.value("split_dim")
    if shape is None:
        return [None] * count
    if axis is None:
        return [(None,) * len(shape)] * count
    axis = _static_axis(c, axis, len(shape))
    size = shape[axis]
    if size is not None and size % count:
        raise c.mismatch(f"a size along axis {axis} that {count} divides")
    part = None if size is None else size // count
    return [(*shape[:axis], part, *shape[axis + 1 :])] * count


def _split(xp: Any, axis: Any, value: Any, *, num_split: int) -> Any:
    axis = normal_axis(int(axis), len(value.shape))
    require(
        value.shape[axis] % num_split == 0,
        f"The size along axis {axis}, {value.shape[axis]}, must be a multiple of the number of "
        f"parts, {num_split}.",
    )
    return [xp.split(value, num_split, axis)]


def _joined(ops: Any, dys: Any, axis: Any) -> Any:
    if len(dys) == 1:
        return ops.Identity(dys[0], name="concat")
    return ops.ConcatV2(list(dys), axis, name="concat")


SPLIT = OpSpec(
    "Split",
    inputs=["split_dim: int32", "value: T"],
    outputs=["output: num_split * T"],
    attrs={"num_split": _ONE_OR_MORE, "T": any_type()},
    doc="`value` cut into parts of one size along the axis `split_dim`.",
    shape=_split_shape,
    kernel=_split,
    grad=lambda ops, node, *dys: [None, _joined(ops, dys, node.inputs[0])],
    static=["split_dim"],
)


def _split_v_shape(c: ShapeContext) -> list[Shape]:
    count, shape, axis = c.attrs["num_split"], c.shape("value"), c.value("split_dim")
    sizes = c.value("size_splits")
    if shape is None:
        return [None] * count
    if count == 1:
        return [shape]
    if axis is None:
        return [(None,) * len(shape)] * count
    axis = _static_axis(c, axis, len(shape))
    before, after = shape[:axis], shape[axis + 1 :]
    if sizes is None:
        return [(*before, None, *after)] * count
    parts: list[int | None] = [None if size == -1 else int(size) for size in sizes.ravel()]
    total, known = shape[axis], sum(part for part in parts if part is not None)
    if total is not None:
        if known > total or (None not in parts and known != total):
            raise c.mismatch(f"parts {sizes.tolist()} that add up to the size along axis {axis}")
        parts = [total - known if part is None else part for part in parts]
    return [(*before, part, *after) for part in parts]


def _split_v(xp: Any, value: Any, size_splits: Any, axis: Any, *, num_split: int) -> Any:
    axis = normal_axis(int(axis), len(value.shape))
    parts, total = sizes_of(size_splits), value.shape[axis]
    require(
        len(parts) == num_split and parts.count(-1) <= 1 and min(parts) >= -1,
        f"There must be {num_split} sizes of parts, one of which may be -1, not {parts}.",
    )
    if -1 in parts:
        parts[parts.index(-1)] = total - sum(parts) - 1
    require(
        sum(parts) == total and min(parts) >= 0,
        f"The sizes of the parts, {sizes_of(size_splits)}, must add up to the size along axis "
        f"{axis}, which is {total}.",
    )
    return [xp.split(value, np.cumsum(parts[:-1]), axis)]


SPLIT_V = OpSpec(
    "SplitV",
    inputs=["value: T", "size_splits: Tlen", "split_dim: int32"],
    outputs=["output: num_split * T"],
    attrs={"num_split": _ONE_OR_MORE, "T": any_type(), "Tlen": INDEX_AS_INT64},
    doc="`value` cut into parts of the given sizes along `split_dim`; one size may be -1.",
    shape=_split_v_shape,
    kernel=_split_v,
    grad=lambda ops, node, *dys: [_joined(ops, dys, node.inputs[2]), None, None],
    static=["size_splits", "split_dim"],
)


# Stacking


def _pack_shape(c: ShapeContext) -> Shape:
    shape = _merged(c, [x.static_shape for x in c.inputs], "values of one shape")
    if shape is None:
        return None
    axis = _static_axis(c, c.attrs["axis"], len(shape) + 1)
    return (*shape[:axis], c.attrs["N"], *shape[axis:])


def _pack(xp: Any, values: Any, *, axis: int) -> Any:
    shapes = [value.shape for value in values]
    require(
        all(shape == shapes[0] for shape in shapes),
        f"Values to stack must have one shape, but their shapes are {shapes}.",
    )
    return xp.stack(values, axis)


PACK = OpSpec(
    "Pack",
    inputs=["values: N * T"],
    outputs=["output: T"],
    attrs={"N": _ONE_OR_MORE, "T": any_type(), "axis": 0},
    doc="`values`, all of one shape, stacked along a new axis.",
    shape=_pack_shape,
    kernel=_pack,
    grad=lambda ops, node, dy: ops.Unpack(
        dy, num=node.attrs["N"], axis=node.attrs["axis"], name="unstack"
    ),
)


def _unpack_shape(c: ShapeContext) -> list[Shape]:
    shape, count = c.inputs[0].static_shape, c.attrs["num"]
    if shape is None:
        return [None] * count
    axis = _static_axis(c, c.attrs["axis"], len(shape))
    if shape[axis] not in (None, count):
        raise c.mismatch(f"a size of {count} along axis {axis}")
    return [(*shape[:axis], *shape[axis + 1 :])] * count


def _unpack(xp: Any, value: Any, *, num: int, axis: int) -> Any:
    axis = normal_axis(axis, len(value.shape))
    require(
        value.shape[axis] == num,
        f"The size along axis {axis} must be the number of parts, {num}, but is "
        f"{value.shape[axis]}.",
    )
    before = (slice(None),) * axis
    return [[value[(*before, index)] for index in range(num)]]


UNPACK = OpSpec(
    "Unpack",
    inputs=["value: T"],
    outputs=["output: num * T"],
    attrs={"num": attr("int", minimum=0), "T": any_type(), "axis": 0},
    doc="The slices of `value` along an axis, each without it.",
    shape=_unpack_shape,
    kernel=_unpack,
    grad=lambda ops, node, *dys: [ops.Pack(list(dys), axis=node.attrs["axis"], name="stack")],
)

PARALLEL_CONCAT = OpSpec(
    "ParallelConcat",
    inputs=["values: N * T"],
    outputs=["output: T"],
    attrs={"N": _ONE_OR_MORE, "T": any_type(), "shape": attr("shape")},
    doc="`values`, each one row, joined along axis 0; all shapes are static.",
    shape=lambda c: c.attrs["shape"],
    kernel=lambda xp, values: xp.concatenate(values, 0),
)

SPECS = (
    CONCAT,
    CONCAT_V2,
    CONCAT_OFFSET,
    SPLIT,
    SPLIT_V,
    PACK,
    UNPACK,
    PARALLEL_CONCAT,
)
