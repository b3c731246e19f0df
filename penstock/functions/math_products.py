"""Products of matrices, vectors and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.ops.composed_matrices import matmul as _matmul

__all__ = ["cross", "matmul", "matvec", "sparse_matmul", "tensordot"]

cross = op_function("Cross")
sparse_matmul = op_function(
    "SparseMatMul", "transpose_a", "transpose_b", "a_is_sparse", "b_is_sparse"
)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build the product of two matrices, or of two stacks of matrices.

    Args:
      a: tensor [..., m, k] of numbers.
      b: tensor [..., k, n] of the same dtype.
      transpose_a: whether the last two axes of `a` are exchanged first.
      transpose_b: the same for `b`.
      adjoint_a: whether `a` is conjugated, too.
      adjoint_b: the same for `b`.
      a_is_sparse: a hint that `a` holds many zeros; the value does not depend on it.
      b_is_sparse: the same for `b`.
      name: the node's name.

    Returns:
      A tensor [..., m, n]; leading axes are stretched as for elementwise ops.

    Raises:
      ValueError: if both transpose and adjoint are asked for, or the sizes do not fit.
    """
    return _matmul(
        a, b, transpose_a, transpose_b, adjoint_a, adjoint_b, a_is_sparse, b_is_sparse, name
    )


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build the product of a matrix and a vector, or of stacks of them.

    Args:
      a: tensor [..., m, k] of numbers.
      b: tensor [..., k] of the same dtype.
      transpose_a: whether the last two axes of `a` are exchanged first.
      adjoint_a: whether `a` is conjugated, too.
      a_is_sparse: a hint that `a` holds many zeros.
      b_is_sparse: the same for `b`.
      name: the scope of the nodes.

    Returns:
      A tensor [..., m].
    """
    with name_scope(name, "MatVec", [a, b]):
        column = composed.expand_dims(b, -1)
        product = _matmul(
            a,
            column,
            transpose_a=transpose_a,
            adjoint_a=adjoint_a,
            a_is_sparse=a_is_sparse,
            b_is_sparse=b_is_sparse,
        )
        return raw.Squeeze(product, squeeze_dims=[-1])


# The product of tensors over chosen axes: both become matrices


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """Build the sum of products of two tensors over chosen pairs of axes.

    Args:
      a: tensor of numbers.
      b: tensor of the same dtype.
      axes: a number n: the last n axes of `a` and the first n of `b`; or a pair of axes, or of
        lists of axes, or an int32 tensor [2, n]: first the axes of `a`, then those of `b`.
      name: the name of the result.

    Returns:
      A tensor with the other axes of `a`, then the other axes of `b`.

    Raises:
      ValueError: if there are not as many axes of `a` as of `b`.

    Example:

        tf.tensordot(images, weights, axes=[[3], [0]])  # [n, h, w, c] and [c, d]: [n, h, w, d]
    """
    with name_scope(name, "Tensordot", [a, b, axes]) as scope:
        a, b = convert_to_tensor(a, name="a"), convert_to_tensor(b, name="b")
        axes_a, axes_b = _axes_of_both(a, axes)
        matrix_a, free_a, known_a = _as_matrix(a, axes_a, False)
        matrix_b, free_b, known_b = _as_matrix(b, axes_b, True)
        product = _matmul(matrix_a, matrix_b)
        if isinstance(free_a, list) and isinstance(free_b, list):
            return raw.Reshape(product, free_a + free_b, name=scope)
        sizes = raw.ConcatV2(
            [convert_to_tensor(free, dtypes.int32) for free in (free_a, free_b)], 0, name="concat"
        )
        result = raw.Reshape(product, sizes, name=scope)
        if known_a is not None and known_b is not None:
            result.set_shape(known_a + known_b)
        return result


def _axes_of_both(a: Tensor, axes: Any) -> tuple[Any, Any]:
    if isinstance(axes, (int, np.integer)):
        return _last_axes(a, int(axes))
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise ValueError(f"tensordot takes a number or a pair of axes, not {axes!r}.")
        first, second = ([one] if isinstance(one, int) else one for one in axes)
        if len(first) != len(second):
            raise ValueError(
                f"tensordot takes as many axes of a as of b, but {axes!r} has {len(first)} and "
                f"{len(second)}."
            )
        return first, second
    tensor = convert_to_tensor(axes, dtypes.int32, "axes")
    return tensor[0], tensor[1]


def _last_axes(a: Tensor, count: int) -> tuple[Any, Any]:
    if count < 0:
        raise ValueError(f"tensordot sums over a number of axes of at least 0, not {count}.")
    if a.static_shape is not None:
        rank = len(a.static_shape)
        if count > rank:
            raise ValueError(f"tensordot cannot sum over {count} axes of {a!r}, which has {rank}.")
        return list(range(rank - count, rank)), list(range(count))
    rank = composed.rank(a)
    return (
        composed.range_of(rank - count, rank),
        composed.range_of(0, count),
    )


def _as_matrix(x: Tensor, axes: Any, summed_first: bool) -> tuple[Tensor, Any, Any]:
    """Build `x` as a matrix whose rows (if `summed_first`) or columns are the summed axes.

    Returns:
      The matrix; the sizes of the other axes, a list of integers or a tensor; and the same as far
      as they are static, None if not even their number is.
    """
    shape = x.static_shape
    listed = isinstance(axes, (list, tuple))
    if shape is not None and listed:
        axes = [axis % len(shape) for axis in axes]
        free = [axis for axis in range(len(shape)) if axis not in axes]
        order = [*axes, *free] if summed_first else [*free, *axes]
        if None not in shape:
            return _settled_matrix(x, axes, free, order, summed_first)
        return _fed_matrix(x, axes, free, order, summed_first)
    return _unknown_matrix(x, axes, summed_first)


def _settled_matrix(
    x: Tensor, axes: list[int], free: list[int], order: list[int], summed_first: bool
) -> tuple[Tensor, Any, Any]:
    shape: Any = x.static_shape
    sizes = [shape[axis] for axis in free]
    summed = int(np.prod([shape[axis] for axis in axes]))
    other = int(np.prod(sizes))
    target = [summed, other] if summed_first else [other, summed]
    matrix = raw.Reshape(composed.transpose(x, order), target)
    return matrix, sizes, tuple(sizes)


def _fed_matrix(
    x: Tensor, axes: list[int], free: list[int], order: list[int], summed_first: bool
) -> tuple[Tensor, Any, Any]:
    static: Any = x.static_shape
    known = tuple(static[axis] for axis in free)
    axes_tensor = convert_to_tensor(axes, dtypes.int32, "axes")
    free_tensor = convert_to_tensor(free, dtypes.int32, "free")
    return (*_matrix_by_sizes(x, composed.shape(x), axes_tensor, free_tensor, summed_first), known)


def _unknown_matrix(x: Tensor, axes: Any, summed_first: bool) -> tuple[Tensor, Any, Any]:
    shape = composed.shape(x)
    rank = composed.rank(x)
    summed = convert_to_tensor(axes, dtypes.int32, "axes")
    summed = raw.Select(raw.GreaterEqual(summed, 0), summed, summed + rank)
    free = raw.ListDiff(composed.range_of(0, rank), summed).out
    return (*_matrix_by_sizes(x, shape, summed, free, summed_first), None)


def _matrix_by_sizes(
    x: Tensor, shape: Tensor, axes: Tensor, free: Tensor, summed_first: bool
) -> tuple[Tensor, Tensor]:
    free_sizes, axes_sizes = raw.GatherV2(shape, free, 0), raw.GatherV2(shape, axes, 0)
    other = raw.Prod(free_sizes, composed.constant([0], dtypes.int32))
    summed = raw.Prod(axes_sizes, composed.constant([0], dtypes.int32))
    order = [axes, free] if summed_first else [free, axes]
    joined = raw.ConcatV2(order, 0, name="concat")
    target = composed.stack([summed, other] if summed_first else [other, summed])
    return raw.Reshape(composed.transpose(x, joined), target), free_sizes
