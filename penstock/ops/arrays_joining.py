"""Stacking tensors along a new axis, and taking tensors apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops.arrays_common import (
    INDEX_AS_INT64,
    NO_GRADIENT,
    any_type,
    merged,
    normal_axis,
    require,
    sizes_of,
    static_axis,
)

__all__ = ["SPECS"]

_ONE_OR_MORE = attr("int", minimum=1)


# Splitting


def _split_shape(c: ShapeContext) -> list[Shape]:
    count, shape, axis = c.attrs["num_split"], c.shape("value"), c.value("split_dim")
    if shape is None:
        return [None] * count
    if axis is None:
        return [(None,) * len(shape)] * count
    axis = static_axis(c, axis, len(shape))
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
    axis = static_axis(c, axis, len(shape))
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
    shape = merged(c, [x.static_shape for x in c.inputs], "values of one shape")
    if shape is None:
        return None
    axis = static_axis(c, c.attrs["axis"], len(shape) + 1)
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
    axis = static_axis(c, c.attrs["axis"], len(shape))
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
    grad=NO_GRADIENT,
)

SPECS = (
    SPLIT,
    SPLIT_V,
    PACK,
    UNPACK,
    PARALLEL_CONCAT,
)
