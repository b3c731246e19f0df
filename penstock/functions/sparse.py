"""Sparse tensors: placeholders, the dense tensor of one, products and sums with dense ones."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import TensorShape
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor, SparseTensorValue
from penstock.ops import composed

__all__ = [
    "as_sparse",
    "dense_to_sparse",
    "sparse_add",
    "sparse_maximum",
    "sparse_minimum",
    "sparse_reduce_max",
    "sparse_reduce_max_sparse",
    "sparse_reduce_sum",
    "sparse_reduce_sum_sparse",
    "sparse_softmax",
    "sparse_tensor_dense_matmul",
    "sparse_tensor_to_dense",
    "sparse_to_dense",
    "static_sparse",
]


def as_sparse(value: Any) -> SparseTensor:
    """Give a `SparseTensor` or `SparseTensorValue` as a `SparseTensor`.

    Raises:
      TypeError: if it is neither.
    """
    if isinstance(value, SparseTensorValue):
        return SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        raise TypeError(f"A SparseTensor is needed here, not {value!r}.")
    return value


def static_sparse(
    indices: Tensor, values: Tensor, static: TensorShape, dense_shape: Any
) -> SparseTensor:
    """Make a sparse tensor, of the static shape if that is fully known."""
    return SparseTensor(
        indices, values, static.as_list() if static.is_fully_defined() else dense_shape
    )


# To dense and back


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """Build a dense tensor that is `default_value` but at some places.

    Args:
      sparse_indices: integers [n, rank], the coordinates of the places; a vector for a result of
        one axis, a scalar for one place.
      output_shape: integers [rank], the result's shape.
      sparse_values: what stands there: [n], or a scalar for all of them.
      default_value: what stands elsewhere.
      validate_indices: whether coordinates that are out of order, or repeat, are an error.
      name: the node's name.
    """
    return raw.SparseToDense(
        sparse_indices,
        output_shape,
        sparse_values,
        default_value,
        validate_indices=validate_indices,
        name=name,
    )


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """Build the dense tensor of a sparse one; arguments as in `sparse_to_dense`."""
    sparse = as_sparse(sp_input)
    if default_value is None:
        default_value = composed.zeros([], sparse.dtype)
    return sparse_to_dense(
        sparse.indices, sparse.dense_shape, sparse.values, default_value, validate_indices, name
    )


def dense_to_sparse(tensor: Any, name: str | None = None) -> SparseTensor:
    """Build the sparse tensor of the elements of a dense one that are not zero."""
    with name_scope(name, "dense_to_sparse"):
        dense = convert_to_tensor(tensor)
        zero = composed.constant("" if dense.dtype is dtypes.string else 0, dense.dtype)
        places = raw.Where(raw.NotEqual(dense, zero))
        values = raw.GatherNd(dense, places)
        return SparseTensor(places, values, composed.shape(dense, out_type=dtypes.int64))


# With dense tensors


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """Build the matrix product of a sparse matrix and a dense one.

    Args:
      sp_a: a `SparseTensor` [m, k].
      b: a tensor [k, n].
      adjoint_a: whether `sp_a` is transposed (and conjugated) first.
      adjoint_b: whether `b` is.
      name: name scope of what is built.

    Returns:
      A tensor [m, n].
    """
    sparse = as_sparse(sp_a)
    with name_scope(name, "SparseTensorDenseMatMul", [sparse, b]):
        return raw.SparseTensorDenseMatMul(
            sparse.indices,
            sparse.values,
            sparse.dense_shape,
            convert_to_tensor(b, name="b"),
            adjoint_a=adjoint_a,
            adjoint_b=adjoint_b,
        )


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """Build the sum of two tensors, at least one of which is sparse.

    Args:
      a, b: `SparseTensor` objects of one shape, or one and a dense tensor.
      threshold: elements of a sparse sum smaller than that are left out; 0 by default.
      thresh: the old name of `threshold`.

    Returns:
      A `SparseTensor` if both are; a tensor otherwise.

    Raises:
      TypeError: if neither is sparse.
    """
    kinds = (SparseTensor, SparseTensorValue)
    if not isinstance(a, kinds) and not isinstance(b, kinds):
        raise TypeError(f"At least one of the two must be sparse, not {a!r} and {b!r}.")
    if isinstance(a, kinds) and isinstance(b, kinds):
        least = threshold if thresh is None else thresh
        return _sparse_sum(as_sparse(a), as_sparse(b), 0 if least is None else least)
    if isinstance(b, kinds):
        a, b = b, a
    sparse = as_sparse(a)
    return raw.SparseTensorDenseAdd(sparse.indices, sparse.values, sparse.dense_shape, b)


def _sparse_sum(a: SparseTensor, b: SparseTensor, threshold: Any) -> SparseTensor:
    least = convert_to_tensor(threshold, a.dtype.real_dtype.base_dtype, "threshold")
    total = raw.SparseAdd(
        a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, least
    )
    static = a.get_shape().merge_with(b.get_shape())
    return static_sparse(total.sum_indices, total.sum_values, static, total.sum_shape)


def _extreme(op: Any, sp_a: Any, sp_b: Any, name: str | None, default: str) -> SparseTensor:
    a, b = as_sparse(sp_a), as_sparse(sp_b)
    with name_scope(name, default, [a.indices, a.values, b.indices, b.values]) as scope:
        places, values = op(
            a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, name=scope
        )
    return SparseTensor(places, values, a.dense_shape)


def sparse_maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """Build the larger of two sparse tensors, element by element; what is not there is 0."""
    return _extreme(raw.SparseSparseMaximum, sp_a, sp_b, name, "SparseSparseMaximum")


def sparse_minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """Build the smaller of two sparse tensors, element by element; what is not there is 0."""
    return _extreme(raw.SparseSparseMinimum, sp_a, sp_b, name, "SparseSparseMinimum")


# Reductions


def _axes(sparse: SparseTensor, axis: Any, reduction_axes: Any) -> Any:
    if axis is None:
        axis = reduction_axes
    if axis is not None:
        return axis
    known = sparse.dense_shape.static_shape
    if known is not None and known[0] is not None:
        return composed.constant(list(range(known[0])), dtypes.int32)
    return raw.Range(0, composed.size(sparse.dense_shape), 1)


def _reduced(
    op: Any, sp_input: Any, axis: Any, keepdims: Any, reduction_axes: Any, keep_dims: Any
) -> Any:
    sparse = as_sparse(sp_input)
    keep = bool(keepdims if keepdims is not None else keep_dims)
    axes = _axes(sparse, axis, reduction_axes)
    return op(sparse.indices, sparse.values, sparse.dense_shape, axes, keep_dims=keep)


def sparse_reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    reduction_axes: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Build the sum of a sparse tensor over axes, as a dense tensor.

    Args:
      sp_input: a `SparseTensor`.
      axis: the axes, one or a list; all of them if None.
      keepdims: whether they stay, with size 1.
      reduction_axes, keep_dims: old names of `axis` and `keepdims`.
    """
    return _reduced(raw.SparseReduceSum, sp_input, axis, keepdims, reduction_axes, keep_dims)


def sparse_reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    reduction_axes: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Build the largest elements of a sparse tensor along axes; as `sparse_reduce_sum`."""
    return _reduced(raw.SparseReduceMax, sp_input, axis, keepdims, reduction_axes, keep_dims)


def sparse_reduce_sum_sparse(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    reduction_axes: Any = None,
    keep_dims: bool | None = None,
) -> SparseTensor:
    """As `sparse_reduce_sum`, but give a sparse tensor."""
    return SparseTensor(
        *_reduced(raw.SparseReduceSumSparse, sp_input, axis, keepdims, reduction_axes, keep_dims)
    )


def sparse_reduce_max_sparse(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    reduction_axes: Any = None,
    keep_dims: bool | None = None,
) -> SparseTensor:
    """As `sparse_reduce_max`, but give a sparse tensor."""
    return SparseTensor(
        *_reduced(raw.SparseReduceMaxSparse, sp_input, axis, keepdims, reduction_axes, keep_dims)
    )


def sparse_softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """Build the softmax along the last axis, over the elements that are there."""
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseSoftmax", [sparse.indices, sparse.values]):
        values = raw.SparseSoftmax(sparse.indices, sparse.values, sparse.dense_shape)
        return SparseTensor(sparse.indices, values, sparse.dense_shape)
