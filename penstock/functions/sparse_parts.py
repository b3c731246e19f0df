"""Sparse tensors in another order, shape, or number of parts."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import TensorShape
from penstock.functions.sparse import as_sparse
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops import composed

__all__ = [
    "sparse_concat",
    "sparse_mask",
    "sparse_reorder",
    "sparse_reshape",
    "sparse_retain",
    "sparse_slice",
    "sparse_split",
    "sparse_transpose",
]


def sparse_reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """Build a sparse tensor with its elements in the order of the dense tensor's rows."""
    sparse = as_sparse(sp_input)
    ordered = raw.SparseReorder(sparse.indices, sparse.values, sparse.dense_shape, name=name)
    static = sparse.get_shape()
    shape = static.as_list() if static.is_fully_defined() else raw.Identity(sparse.dense_shape)
    return SparseTensor(ordered.output_indices, ordered.output_values, shape)


def sparse_reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """Build a sparse tensor in another shape; one size may be -1, which is worked out.

    Raises:
      ValueError: if the numbers of elements of the dense tensors are known and differ.
    """
    sparse = as_sparse(sp_input)
    wanted = composed.cast(shape, dtypes.int64)
    with name_scope(name, "SparseReshape", [sparse]) as scope:
        moved = raw.SparseReshape(sparse.indices, sparse.dense_shape, wanted, name=scope)
        new_shape: Any = moved.output_shape
        known = _reshaped(sparse.get_shape(), wanted)
        if known is not None:
            new_shape = composed.constant(known, dtypes.int64)
        return SparseTensor(moved.output_indices, raw.Identity(sparse.values), new_shape)


def _reshaped(static: TensorShape, wanted: Tensor) -> list[int] | None:
    """Work the new shape out, if the old one and the sizes asked for are known."""
    sizes = constant_value(wanted)
    if sizes is None or not static.is_fully_defined():
        return None
    count = static.num_elements()
    filled = 1
    for size in sizes:
        filled *= 1 if size == -1 else int(size)
    if count != filled if -1 not in sizes else (not filled or count % filled):
        raise ValueError(
            f"A sparse tensor of the shape {static} has {count} elements, which do not fill the "
            f"shape {sizes.tolist()}."
        )
    return [count // filled if size == -1 else int(size) for size in sizes]


def sparse_transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """Build a sparse tensor with its axes in another order: the opposite one if none is given."""
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseTranspose", [sparse]):
        if perm is None:
            rank = raw.Size(sparse.dense_shape, name="Rank")
            perm = (rank - 1) - composed.range_of(0, rank)
        places = composed.transpose(raw.GatherV2(composed.transpose(sparse.indices), perm, 0))
        static = sparse.get_shape()
        if not isinstance(perm, Tensor) and static.is_fully_defined():
            convert_to_tensor(perm)
            sizes = [static.as_list()[axis] for axis in perm]
            return sparse_reorder(SparseTensor(places, sparse.values, sizes))
        shape = raw.GatherV2(sparse.dense_shape, perm, 0)
        ordered = raw.SparseReorder(places, sparse.values, shape)
        return SparseTensor(ordered.output_indices, ordered.output_values, raw.Identity(shape))


# Parts


def sparse_slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """Build the box of a sparse tensor that begins at `start` and has `size` elements an axis."""
    sparse = as_sparse(sp_input)
    begin = convert_to_tensor(start, dtypes.int64)
    sizes = convert_to_tensor(size, dtypes.int64)
    with name_scope(name, "SparseSlice", [sparse]) as scope:
        return SparseTensor(
            *raw.SparseSlice(
                sparse.indices, sparse.values, sparse.dense_shape, begin, sizes, name=scope
            )
        )


def sparse_split(
    keyword_required: Any = None,
    sp_input: Any = None,
    num_split: int | None = None,
    axis: Any = None,
    name: str | None = None,
    split_dim: Any = None,
) -> list[SparseTensor]:
    """Build the parts of a sparse tensor along an axis; all arguments are given by name.

    Args:
      keyword_required: not for use: it keeps arguments from being given by position.
      sp_input: the `SparseTensor`.
      num_split: how many parts there are; the first are larger by one where sizes must differ.
      axis: the axis.
      name: the node's name.
      split_dim: the old name of `axis`.

    Raises:
      ValueError: if an argument is given by position, or is missing.
    """
    if keyword_required is not None:
        raise ValueError("The arguments of sparse_split must be given by name.")
    axis = split_dim if axis is None else axis
    if sp_input is None or num_split is None or axis is None:
        raise ValueError("sparse_split needs sp_input, num_split and axis.")
    sparse = as_sparse(sp_input)
    parts = raw.SparseSplit(
        axis, sparse.indices, sparse.values, sparse.dense_shape, num_split=num_split, name=name
    )
    return [SparseTensor(*part) for part in zip(*parts, strict=True)]


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """Build a sparse tensor of those elements for which a boolean vector is true."""
    sparse = as_sparse(sp_input)
    kept = convert_to_tensor(to_retain)
    kept.shape.assert_is_compatible_with(sparse.values.shape[:1])
    where = raw.Reshape(raw.Where(kept), [-1])
    places = raw.GatherV2(sparse.indices, where, 0)
    values = raw.GatherV2(sparse.values, where, 0)
    return SparseTensor(places, values, raw.Identity(sparse.dense_shape))


def sparse_mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """Build `IndexedSlices` without the rows that `mask_indices` numbers."""
    with name_scope(name, "sparse_mask", [a, mask_indices]) as scope:
        kept, places = raw.ListDiff(a.indices, mask_indices)
        values = raw.GatherV2(a.values, places, 0, name=scope)
        return IndexedSlices(values, kept, a.dense_shape)


# Joining


def sparse_concat(
    axis: Any,
    sp_inputs: Any,
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: Any = None,
    expand_nonconcat_dims: bool | None = None,
) -> SparseTensor:
    """Build sparse tensors joined along an axis.

    Args:
      axis: the axis.
      sp_inputs: a list of `SparseTensor` objects.
      name: the node's name.
      expand_nonconcat_dim: whether the other sizes may differ: the largest counts.
      concat_dim, expand_nonconcat_dims: old names of `axis` and `expand_nonconcat_dim`.
    """
    axis = axis if concat_dim is None else concat_dim
    expand = expand_nonconcat_dim if expand_nonconcat_dims is None else expand_nonconcat_dims
    inputs = [as_sparse(each) for each in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    shapes = [each.dense_shape for each in inputs]
    if expand:
        most = raw.Max(raw.Pack(shapes), 0)
        rank = raw.Size(shapes[0])
        along = raw.FloorMod(composed.constant(axis, dtypes.int32), rank)
        here = raw.OneHot(along, rank, True, False)
        shapes = [raw.Select(here, shape, most) for shape in shapes]
    joined = raw.SparseConcat(
        [each.indices for each in inputs],
        [each.values for each in inputs],
        shapes,
        concat_dim=axis,
        name=name,
    )
    shape: Any = joined.output_shape
    static = [each.get_shape() for each in inputs]
    if not expand and all(each.is_fully_defined() for each in static):
        sizes = static[0].as_list()
        sizes[axis] = sum(each.as_list()[axis] for each in static)
        shape = convert_to_tensor(sizes, dtypes.int64)
    return SparseTensor(joined.output_indices, joined.output_values, shape)
