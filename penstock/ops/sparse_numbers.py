"""Reductions of sparse tensors, and their softmax."""

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
from penstock.ops.arrays_common import NO_GRADIENT, normal_axis, sizes_of
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
    SPARSE_SOFTMAX,
)
