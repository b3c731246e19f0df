"""Choosing elements: by place, by index, by mask."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.arrays_batched import batch_gather_nd
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.masking import boolean_mask
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "boolean_mask",
    "gather",
    "gather_nd",
    "scatter_nd",
    "setdiff1d",
    "slice",
    "strided_slice",
    "tensor_scatter_add",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "tensor_scatter_sub",
    "tensor_scatter_update",
    "unique",
    "unique_with_counts",
    "where",
    "where_v2",
]


# Slices


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """Build a box out of a tensor.

    Args:
      input_: a tensor of n axes.
      begin: integers [n], where the box begins.
      size: integers [n], its sizes; -1 for all that is left along an axis.
      name: the node's name.
    """
    return raw.Slice(input_, begin, size, name=name)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """Build what ``input_[begin:end:strides]`` is; indexing a tensor is the short way to say it.

    Args:
      input_: a tensor.
      begin, end, strides: integer vectors with an entry for each of the first axes.
      begin_mask: bits of the entries where the slice has no beginning.
      end_mask: bits of the entries where it has no end.
      ellipsis_mask: the bit of the entry that stands for ``...``.
      new_axis_mask: bits of the entries that stand for a new axis.
      shrink_axis_mask: bits of the entries that are one index, whose axis disappears.
      var: not needed; kept for callers that pass the variable that `input_` is the value of.
      name: the node's name.
    """
    if strides is None:
        strides = composed.ones_like(begin)
    return raw.StridedSlice(
        input_,
        begin,
        end,
        strides,
        begin_mask=begin_mask,
        end_mask=end_mask,
        ellipsis_mask=ellipsis_mask,
        new_axis_mask=new_axis_mask,
        shrink_axis_mask=shrink_axis_mask,
        name=name,
    )


# By index


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Tensor:
    """Build the slices of a tensor that indices number, along an axis.

    Args:
      params: a tensor or variable.
      indices: integers of any shape, from 0 to the size of the axis.
      validate_indices: not used.
      name: the node's name.
      axis: the axis; the first after the batch by default.
      batch_dims: how many first axes `params` and `indices` share.

    Returns:
      A tensor of the shape of `params` with the axis replaced by the axes of `indices`.

    Raises:
      InvalidArgumentError: when the graph runs, if an index is out of range.
    """
    if axis is None:
        axis = batch_dims
    along = constant_value(axis) if isinstance(axis, Tensor) else axis
    read = getattr(params, "sparse_read", None)
    if along == 0 and read is not None:
        return read(indices, name=name)
    return raw.GatherV2(params, indices, axis, batch_dims=batch_dims, name=name)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """Build the elements or slices of a tensor at points.

    Args:
      params: a tensor or variable.
      indices: integers [..., n]: the first n coordinates of each point.
      name: the node's name.
      batch_dims: how many first axes `params` and `indices` share.

    Returns:
      A tensor of the shape ``indices.shape[:-1] + params.shape[n:]``.
    """
    if batch_dims:
        return batch_gather_nd(params, indices, batch_dims, name)
    read = getattr(params, "gather_nd", None)
    if read is not None:
        return read(indices, name=name)
    return raw.GatherNd(params, indices, name=name)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Build zeros with values added at points.

    Args:
      indices: integers [..., n]: the first n coordinates of each point.
      updates: what is added there: a tensor of the shape ``indices.shape[:-1] + shape[n:]``.
      shape: the result's shape.
      name: the node's name.
    """
    return raw.ScatterNd(indices, updates, shape, name=name)


def tensor_scatter_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """Build a tensor with other values at points; `indices` and `updates` as in `scatter_nd`."""
    return raw.TensorScatterUpdate(tensor, indices, updates, name=name)


def tensor_scatter_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Build a tensor with values added at points; as `scatter_nd`."""
    return raw.TensorScatterAdd(tensor, indices, updates, name=name)


def tensor_scatter_sub(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Build a tensor with values subtracted at points; as `scatter_nd`."""
    return raw.TensorScatterSub(tensor, indices, updates, name=name)


tensor_scatter_nd_add = tensor_scatter_add
tensor_scatter_nd_sub = tensor_scatter_sub
tensor_scatter_nd_update = tensor_scatter_update


# By condition


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """Build the places where a condition holds, or a choice between two tensors.

    Args:
      condition: a boolean tensor.
      x, y: tensors of one shape to choose from; both or neither.
      name: the node's name.

    Returns:
      Without `x` and `y`, the coordinates of the true elements: int64 [number, rank]. With them,
      a tensor of elements of `x` where the condition holds and of `y` elsewhere; a vector
      `condition` chooses between rows.

    Raises:
      ValueError: if only one of `x` and `y` is given.
    """
    if x is None and y is None:
        with name_scope(name, "Where", [condition]) as scope:
            condition = convert_to_tensor(condition, name="condition", preferred_dtype=dtypes.bool)
            return raw.Where(condition, name=scope)
    _check_both(x, y)
    return raw.Select(condition, x, y, name=name)


def where_v2(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """As `where`, with all three stretched to one shape."""
    if x is None and y is None:
        return where(condition, name=name)
    _check_both(x, y)
    return raw.SelectV2(condition, x, y, name=name)


def _check_both(x: Any, y: Any) -> None:
    if x is None or y is None:
        raise ValueError("tf.where takes both x and y, or neither; only one was given.")


# Distinct elements


def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Any:
    """Build the distinct elements of a vector in the order in which they come first.

    Args:
      x: a vector.
      out_idx: the dtype of the numbers.
      name: the node's name.

    Returns:
      A named tuple ``(y, idx)``: the distinct elements, and for each element of `x` the number of
      the one it equals, so that ``x[i] == y[idx[i]]``.
    """
    return raw.Unique(x, out_idx=as_dtype(out_idx), name=name)


def unique_with_counts(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Any:
    """As `unique`, with ``count``, how often each distinct element comes."""
    return raw.UniqueWithCounts(x, out_idx=as_dtype(out_idx), name=name)


def setdiff1d(x: Any, y: Any, index_dtype: Any = dtypes.int32, name: str | None = None) -> Any:
    """Build the elements of one vector that another lacks.

    Returns:
      A named tuple ``(out, idx)``: the elements of `x` that are not in `y`, in order, and their
      places in `x`.
    """
    return raw.ListDiff(x, y, out_idx=as_dtype(index_dtype), name=name)
