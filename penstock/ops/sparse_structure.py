"""Sparse tensors in another order, shape or number of parts; elements keep their values."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.sparse_tensor import SparseTensor
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT, any_type, normal_axis, require

__all__ = ["SPECS", "row_order"]


def row_order(xp: Any, indices: Any) -> Any:
    """Give the order that brings coordinates into the order of the dense tensor's rows."""
    return xp.lexsort(tuple(indices[:, axis] for axis in range(indices.shape[1] - 1, -1, -1)))


def _rank_of(c: ShapeContext, *names: str) -> int | None:
    """Find the rank of a sparse tensor by its coordinates or its shape."""
    for name in names:
        shape = c.shape(name)
        if shape is not None and shape[-1] is not None:
            return shape[-1]
    return None


# Order


def _reorder(xp: Any, indices: Any, values: Any, shape: Any) -> Any:
    order = row_order(xp, indices)
    return xp.asarray(indices)[order], xp.asarray(values)[order]


def _grad_reorder(ops: Any, node: Any, _: Any, dy: Any) -> list[Any]:
    indices, _, shape = node.inputs
    places = composed.range_of(composed.shape(indices)[0])
    given = SparseTensor(indices, places, shape)
    reordered = ops.SparseReorder(given.indices, given.values, given.dense_shape)
    is_known = shape.op.type == "Const"
    sizes = shape.op.attrs["value"].tolist() if is_known else ops.Identity(shape)
    whole = SparseTensor(reordered.output_indices, reordered.output_values, sizes)
    back = ops.InvertPermutation(whole.values)
    return [None, ops.GatherV2(dy, back, 0), None]


SPARSE_REORDER = OpSpec(
    "SparseReorder",
    inputs=["input_indices: int64", "input_values: T", "input_shape: int64"],
    outputs=["output_indices: int64", "output_values: T"],
    attrs={"T": any_type()},
    doc="The elements in the order of the dense tensor's rows.",
    shape=lambda c: [
        rules.with_rank(c, "input_indices", 2),
        rules.with_rank(c, "input_values", 1),
    ],
    kernel=_reorder,
    grad=_grad_reorder,
)


# Shape


def _strides(xp: Any, shape: Any) -> Any:
    """Give by how much the flat number of an element grows along each axis."""
    return xp.concatenate([xp.cumprod(shape[:0:-1])[::-1], xp.ones(1, shape.dtype)])


def _reshape(xp: Any, indices: Any, shape: Any, new_shape: Any) -> Any:
    shape, new_shape = xp.asarray(shape), xp.asarray(new_shape)
    is_open = new_shape == -1
    known = xp.prod(xp.where(is_open, 1, new_shape))
    sizes = xp.where(is_open, xp.prod(shape) // xp.maximum(known, 1), new_shape)
    flat = xp.sum(indices * _strides(xp, shape), axis=1, dtype=xp.int64)
    moved = flat[:, None] // _strides(xp, sizes) % xp.maximum(sizes, 1)
    return moved.astype(xp.int64), sizes.astype(xp.int64)


def _reshape_shape(c: ShapeContext) -> list[Shape]:
    indices, new = rules.with_rank(c, "input_indices", 2), rules.with_rank(c, "new_shape", 1)
    return [(indices[0], new[0]), new]


SPARSE_RESHAPE = OpSpec(
    "SparseReshape",
    inputs=["input_indices: int64", "input_shape: int64", "new_shape: int64"],
    outputs=["output_indices: int64", "output_shape: int64"],
    doc="The coordinates of the elements in another shape; one size may be -1.",
    shape=_reshape_shape,
    kernel=_reshape,
    grad=NO_GRADIENT,
)


# Parts


def _within(indices: Any, start: Any, end: Any) -> Any:
    return ((indices >= start) & (indices < end)).all(axis=1)


def _slice(xp: Any, indices: Any, values: Any, shape: Any, start: Any, size: Any) -> Any:
    end = np.minimum(start + size, shape)
    kept = _within(indices, start, end)
    return indices[kept] - start, values[kept], np.maximum(end - start, 0)


def _shapes_of_part(c: ShapeContext) -> list[Shape]:
    rank = _rank_of(c, "indices", "shape")
    return [(None, rank), (None,), c.shape("shape")]


SPARSE_SLICE = OpSpec(
    "SparseSlice",
    inputs=["indices: int64", "values: T", "shape: int64", "start: int64", "size: int64"],
    outputs=["output_indices: int64", "output_values: T", "output_shape: int64"],
    attrs={"T": any_type()},
    doc="The elements within a box, with coordinates that count from its beginning.",
    shape=_shapes_of_part,
    kernel=_slice,
    grad=lambda ops, node, _, dy, __: [
        None,
        ops.SparseSliceGrad(dy, node.inputs[0], node.inputs[3], node.outputs[0]),
        None,
        None,
        None,
    ],
    host=True,
)


def _slice_grad(xp: Any, dy: Any, indices: Any, start: Any, taken: Any) -> Any:
    places = {tuple(place): row for row, place in enumerate((taken + start).tolist())}
    result = np.zeros(len(indices), dy.dtype)
    for row, place in enumerate(indices.tolist()):
        if tuple(place) in places:
            result[row] = dy[places[tuple(place)]]
    return result


SPARSE_SLICE_GRAD = OpSpec(
    "SparseSliceGrad",
    inputs=[
        "backprop_val_grad: T",
        "input_indices: int64",
        "input_start: int64",
        "output_indices: int64",
    ],
    outputs=["val_grad: T"],
    attrs={"T": NUMBERS},
    doc="The gradient of SparseSlice: zero for the elements outside the box.",
    shape=lambda c: rules.with_rank(c, "input_indices", 2)[:1],
    kernel=_slice_grad,
    grad=NO_GRADIENT,
    host=True,
)


def _split(xp: Any, axis: Any, indices: Any, values: Any, shape: Any, *, num_split: int) -> Any:
    along = normal_axis(int(axis), len(shape))
    size = int(shape[along])
    require(num_split <= size, f"An axis of {size} cannot be cut into {num_split} parts.")
    starts = [part * (size // num_split) + min(part, size % num_split) for part in range(num_split)]
    places, elements, shapes = [], [], []
    for start, end in zip(starts, [*starts[1:], size], strict=True):
        kept = (indices[:, along] >= start) & (indices[:, along] < end)
        moved, sizes = indices[kept].copy(), shape.copy()
        moved[:, along] -= start
        sizes[along] = end - start
        places.append(moved)
        elements.append(values[kept])
        shapes.append(sizes)
    return [places, elements, shapes]


def _split_shapes(c: ShapeContext) -> list[Shape]:
    count, shape = c.attrs["num_split"], c.shape("shape")
    rank = _rank_of(c, "indices", "shape")
    return [*[(None, rank)] * count, *[(None,)] * count, *[shape] * count]


SPARSE_SPLIT = OpSpec(
    "SparseSplit",
    inputs=["split_dim: int64", "indices: int64", "values: T", "shape: int64"],
    outputs=[
        "output_indices: num_split * int64",
        "output_values: num_split * T",
        "output_shape: num_split * int64",
    ],
    attrs={"num_split": attr("int", minimum=1), "T": any_type()},
    doc="Parts along an axis; where they cannot be of one size, the first are larger by one.",
    shape=_split_shapes,
    kernel=_split,
    grad=NO_GRADIENT,
    host=True,
)


# Joining


def _concat_shapes(c: ShapeContext) -> list[Shape]:
    rank = next((s[-1] for s in c.shapes("indices") if s is not None), None)
    counts = [None if s is None else s[0] for s in c.shapes("indices")]
    total = None if None in counts else sum(count for count in counts if count is not None)
    return [(total, rank), (total,), (rank,)]


def _concat(xp: Any, indices: Any, values: Any, shapes: Any, *, concat_dim: int) -> Any:
    axis = normal_axis(concat_dim, shapes[0].shape[0])
    unit = np.arange(shapes[0].shape[0]) == axis
    moved, start = [], shapes[0] * 0
    for places, shape in zip(indices, shapes, strict=True):
        moved.append(places + start)
        start = start + xp.where(unit, shape, 0)
    whole, elements = xp.concatenate(moved), xp.concatenate(values)
    order = row_order(xp, whole)
    return whole[order], elements[order], xp.where(unit, start, shapes[0])


SPARSE_CONCAT = OpSpec(
    "SparseConcat",
    inputs=["indices: N * int64", "values: N * T", "shapes: N * int64"],
    outputs=["output_indices: int64", "output_values: T", "output_shape: int64"],
    attrs={"concat_dim": attr("int"), "N": attr("int", minimum=2), "T": any_type()},
    doc="Sparse tensors joined along an axis.",
    shape=_concat_shapes,
    kernel=_concat,
)


SPECS = (
    SPARSE_REORDER,
    SPARSE_RESHAPE,
    SPARSE_SLICE,
    SPARSE_SLICE_GRAD,
    SPARSE_SPLIT,
    SPARSE_CONCAT,
)
