"""Arithmetic of sparse tensors among themselves: sums, extremes, reductions, softmax."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import NUMBERS, REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import composed, shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT, normal_axis, require, sizes_of
from penstock.ops.reduction_gradients import reduced_shape

__all__ = ["SPECS", "kept_numbers"]


# Reductions


def _axes_of(axes: Any, rank: int) -> list[int]:
    chosen = sizes_of(np.asarray(axes))
    return sorted({normal_axis(axis, rank) for axis in chosen}) or list(range(rank))


def kept_numbers(indices: Any, shape: Any, axes: Any) -> tuple[Any, list[int], list[int]]:
    """Work out where the elements of a sparse tensor go when axes are reduced.

    Returns:
      The flat number of each element among what is kept [n], the sizes kept, and the sizes with a
      1 for each axis that is reduced.
    """
    sizes = sizes_of(shape)
    reduced = _axes_of(axes, len(sizes))
    kept = [axis for axis in range(len(sizes)) if axis not in reduced]
    numbers = indices[:, 0] * 0
    for axis in kept:
        numbers = numbers * sizes[axis] + indices[:, axis]
    ones = [1 if axis in reduced else size for axis, size in enumerate(sizes)]
    return numbers, [sizes[axis] for axis in kept], ones


def _reduced_shape(c: ShapeContext) -> Shape:
    shape, axes = c.value("input_shape"), c.value("reduction_axes")
    if shape is None or axes is None:
        return None
    rank = len(shape)
    for axis in axes.ravel():
        if not -rank <= axis < rank:
            raise c.mismatch(f"axes from {-rank} to {rank - 1}, not {axis},")
    reduced = _axes_of(axes, rank)
    if c.attrs["keep_dims"]:
        return tuple(1 if axis in reduced else int(size) for axis, size in enumerate(shape))
    return tuple(int(size) for axis, size in enumerate(shape) if axis not in reduced)


def _reduce_sum(
    xp: Any, indices: Any, values: Any, shape: Any, axes: Any, *, keep_dims: bool
) -> Any:
    numbers, kept, ones = kept_numbers(indices, shape, axes)
    result = xp.zeros(math.prod(kept), values.dtype)
    xp.add.at(result, numbers, values)
    return result.reshape(ones if keep_dims else kept)


def _reduce_max(
    xp: Any, indices: Any, values: Any, shape: Any, axes: Any, *, keep_dims: bool
) -> Any:
    numbers, kept, ones = kept_numbers(indices, shape, axes)
    result = xp.zeros(math.prod(kept), values.dtype)
    result[numbers] = values
    xp.maximum.at(result, numbers, values)
    return result.reshape(ones if keep_dims else kept)


def _grad_reduce_sum(ops: Any, node: Any, dy: Any) -> list[Any]:
    indices, _, shape, axes = node.inputs
    kept = reduced_shape(ops, shape, axes)
    stretched = ops.Reshape(dy, kept)
    times = shape // composed.cast(kept, dtypes.int64)
    return [None, ops.GatherNd(stretched, indices // times), None, None]


_REDUCED_INPUTS = [
    "input_indices: int64",
    "input_values: T",
    "input_shape: int64",
    "reduction_axes: int32",
]

SPARSE_REDUCE_SUM = OpSpec(
    "SparseReduceSum",
    inputs=_REDUCED_INPUTS,
    outputs=["output: T"],
    attrs={"keep_dims": False, "T": NUMBERS},
    doc="The sum over axes of a sparse tensor, over all if none is given, as a dense one.",
    shape=_reduced_shape,
    kernel=_reduce_sum,
    grad=_grad_reduce_sum,
    static=["input_shape", "reduction_axes"],
)

SPARSE_REDUCE_MAX = OpSpec(
    "SparseReduceMax",
    inputs=_REDUCED_INPUTS,
    outputs=["output: T"],
    attrs={"keep_dims": False, "T": REAL_NUMBERS},
    doc="The largest element there is along axes of a sparse tensor; 0 where there is none.",
    shape=_reduced_shape,
    kernel=_reduce_max,
    grad=NO_GRADIENT,
    static=["input_shape", "reduction_axes"],
)


def _reduced_to_sparse(ufunc: Any) -> Any:
    def kernel(
        xp: Any, indices: Any, values: Any, shape: Any, axes: Any, *, keep_dims: bool
    ) -> Any:
        numbers, kept, ones = kept_numbers(indices, shape, axes)
        groups, which = np.unique(numbers, return_inverse=True)
        result = np.zeros(len(groups), values.dtype)
        result[which] = values
        if ufunc is np.add:
            result[:] = 0
        ufunc.at(result, which, values)
        sizes = ones if keep_dims else kept
        places = np.zeros((len(groups), len(sizes)), np.int64)
        if sizes:
            places = np.stack(np.unravel_index(groups, sizes), 1).astype(np.int64)
        return places, result, np.array(sizes, np.int64)

    return kernel


def _sparse_reduction(name: str, doc: str, ufunc: Any, types: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=_REDUCED_INPUTS,
        outputs=["output_indices: int64", "output_values: T", "output_shape: int64"],
        attrs={"keep_dims": False, "T": types},
        doc=doc,
        shape=lambda c: [None, None, None],
        kernel=_reduced_to_sparse(ufunc),
        grad=NO_GRADIENT,
        host=True,
    )


# Two sparse tensors

_PAIR = [
    "a_indices: int64",
    "a_values: T",
    "a_shape: int64",
    "b_indices: int64",
    "b_values: T",
    "b_shape: int64",
]


def _union(a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Give the coordinates that are in either, in row order, and where each of both stands."""
    places = np.concatenate([a, b])
    union, numbers = np.unique(places, axis=0, return_inverse=True)
    numbers = numbers.reshape(-1)
    return union, numbers[: len(a)], numbers[len(a) :]


def _add(
    xp: Any, a_indices: Any, a: Any, a_shape: Any, b_indices: Any, b: Any, b_shape: Any, least: Any
) -> Any:
    _check_shapes(a_shape, b_shape)
    places, of_a, of_b = _union(a_indices, b_indices)
    total = np.zeros(len(places), a.dtype)
    total[of_a] += a
    total[of_b] += b
    kept = np.abs(total) >= least
    return places[kept], total[kept], a_shape


def _check_shapes(a: Any, b: Any) -> None:
    require(
        np.array_equal(a, b), f"Sparse tensors must have one shape, not {a.tolist()}, {b.tolist()}."
    )


def _added_shapes(c: ShapeContext) -> list[Shape]:
    shape = c.shape("a_shape")
    return [(None, None if shape is None else shape[0]), (None,), shape]


def _grad_add(ops: Any, node: Any, _: Any, dy: Any, __: Any) -> list[Any]:
    a, b = node.inputs[0], node.inputs[3]
    back = ops.SparseAddGrad(dy, a, b, node.outputs[0])
    to_a, to_b = back.a_val_grad, back.b_val_grad
    to_a.set_shape(node.inputs[1].static_shape)
    to_b.set_shape(node.inputs[4].static_shape)
    return [None, to_a, None, None, to_b, None, None]


SPARSE_ADD = OpSpec(
    "SparseAdd",
    inputs=[*_PAIR, "thresh: Treal"],
    outputs=["sum_indices: int64", "sum_values: T", "sum_shape: int64"],
    attrs={"T": NUMBERS, "Treal": REAL_NUMBERS},
    doc="The sum of two sparse tensors, without the elements whose size is below `thresh`.",
    shape=_added_shapes,
    kernel=_add,
    grad=_grad_add,
    host=True,
)


def _add_grad(xp: Any, dy: Any, a: Any, b: Any, total: Any) -> Any:
    row = {tuple(place): number for number, place in enumerate(total.tolist())}
    found = []
    for places in (a.tolist(), b.tolist()):
        numbers = [row.get(tuple(place), -1) for place in places]
        found.append(np.array([dy[n] if n >= 0 else 0 for n in numbers], dy.dtype))
    return tuple(found)


SPARSE_ADD_GRAD = OpSpec(
    "SparseAddGrad",
    inputs=[
        "backprop_val_grad: T",
        "a_indices: int64",
        "b_indices: int64",
        "sum_indices: int64",
    ],
    outputs=["a_val_grad: T", "b_val_grad: T"],
    attrs={"T": NUMBERS},
    doc="The gradient of SparseAdd: zero for elements that the sum leaves out.",
    shape=lambda c: [
        rules.with_rank(c, "a_indices", 2)[:1],  # type: ignore[index]
        rules.with_rank(c, "b_indices", 2)[:1],  # type: ignore[index]
    ],
    kernel=_add_grad,
    host=True,
)


def _extreme(function: Any) -> Any:
    def kernel(
        xp: Any, a_indices: Any, a: Any, a_shape: Any, b_indices: Any, b: Any, b_shape: Any
    ) -> Any:
        _check_shapes(a_shape, b_shape)
        places, of_a, of_b = _union(a_indices, b_indices)
        full_a, full_b = np.zeros(len(places), a.dtype), np.zeros(len(places), b.dtype)
        full_a[of_a], full_b[of_b] = a, b
        return places, function(full_a, full_b)

    return kernel


def _extreme_op(name: str, doc: str, function: Any, types: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=_PAIR,
        outputs=["output_indices: int64", "output_values: T"],
        attrs={"T": types},
        doc=doc,
        shape=lambda c: [(None, None), (None,)],
        kernel=_extreme(function),
        grad=NO_GRADIENT,
        host=True,
    )


# Softmax


def _softmax(xp: Any, indices: Any, values: Any, shape: Any) -> Any:
    rows = np.unique(indices[:, :-1], axis=0, return_inverse=True)[1].reshape(-1)
    count = int(rows.max(initial=-1)) + 1
    largest = np.full(count, -np.inf, values.dtype)
    np.maximum.at(largest, rows, values)
    powers = np.exp(values - largest[rows])
    sums = np.zeros(count, values.dtype)
    np.add.at(sums, rows, powers)
    return powers / sums[rows]


def _grad_softmax(ops: Any, node: Any, dy: Any) -> list[Any]:
    indices, _, shape = node.inputs
    y = node.outputs[0]
    sums = ops.Neg(ops.SparseReduceSum(indices, y * dy, shape, [-1], keep_dims=True))
    return [None, ops.SparseDenseCwiseAdd(indices, dy, shape, sums) * y, None]


SPARSE_SOFTMAX = OpSpec(
    "SparseSoftmax",
    inputs=["sp_indices: int64", "sp_values: T", "sp_shape: int64"],
    outputs=["output: T"],
    attrs={"T": frozenset({dtypes.float32, dtypes.float64})},
    doc="The softmax along the last axis over the elements that are there.",
    shape=rules.same_as("sp_values"),
    kernel=_softmax,
    grad=_grad_softmax,
    host=True,
)

SPECS = (
    SPARSE_REDUCE_SUM,
    SPARSE_REDUCE_MAX,
    _sparse_reduction(
        "SparseReduceSumSparse", "As SparseReduceSum, as a sparse tensor.", np.add, NUMBERS
    ),
    _sparse_reduction(
        "SparseReduceMaxSparse", "As SparseReduceMax, as a sparse tensor.", np.maximum, REAL_NUMBERS
    ),
    SPARSE_ADD,
    SPARSE_ADD_GRAD,
    _extreme_op(
        "SparseSparseMaximum",
        "The larger of two sparse tensors, element by element; what is not there is 0.",
        np.maximum,
        REAL_NUMBERS,
    ),
    _extreme_op(
        "SparseSparseMinimum",
        "The smaller of two sparse tensors, element by element; what is not there is 0.",
        np.minimum,
        NUMBERS,
    ),
    SPARSE_SOFTMAX,
)
