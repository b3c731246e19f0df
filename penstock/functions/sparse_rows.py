"""Sparse tensors in larger shapes, with more axes, or with an element in each row."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import TensorShape
from penstock.functions.sparse import as_sparse, sparse_tensor_to_dense
from penstock.functions.sparse_parts import sparse_reorder
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import shape_from_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops import composed

__all__ = [
    "sparse_expand_dims",
    "sparse_eye",
    "sparse_fill_empty_rows",
    "sparse_merge",
    "sparse_reset_shape",
    "sparse_to_indicator",
]


# Shape


def sparse_reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """Build a sparse tensor of the same elements in a larger shape, or in the smallest there is.

    Args:
      sp_input: a `SparseTensor`.
      new_shape: the new shape, of the same rank; None for the smallest that holds all elements.

    Raises:
      ValueError: if it is known to be of another rank, or smaller.
    """
    sparse = as_sparse(sp_input)
    places, values = raw.Identity(sparse.indices), raw.Identity(sparse.values)
    shape = raw.Identity(sparse.dense_shape)
    if new_shape is None:
        largest, zero = raw.Max(places, 0), composed.constant(0, dtypes.int64)
        sizes: Any = raw.Maximum(zero, raw.Add(largest, composed.ones_like(shape)))
    else:
        sizes = composed.cast(convert_to_tensor(new_shape), dtypes.int64)
        sizes.shape.assert_is_compatible_with(shape.shape)
        static, wanted = sparse.get_shape(), TensorShape(shape_from_tensor(sizes))
        if static.is_fully_defined() and wanted.is_fully_defined():
            _check_no_smaller(static, wanted)
            sizes = wanted.as_list()
    return SparseTensor(places, values, sizes)


def _check_no_smaller(static: TensorShape, wanted: TensorShape) -> None:
    for axis, (old, new) in enumerate(zip(static.as_list(), wanted.as_list(), strict=True)):
        if new < old:
            raise ValueError(
                f"The new shape {wanted} must hold the old one, {static}, but is smaller along "
                f"axis {axis}."
            )


def sparse_expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """Build a sparse tensor with an axis of size 1 more, before `axis`; at the end by default."""
    sparse = as_sparse(sp_input)
    rank = sparse.dense_shape.static_shape[0]
    with name_scope(name, "expand_dims", [sparse]):
        at = convert_to_tensor(-1 if axis is None else axis, name="axis")
        at = raw.SelectV2(raw.GreaterEqual(at, 0), at, at + rank + 1)
        count = composed.shape(sparse.indices)[0]
        zeros = composed.zeros([count, 1], dtypes.int64)
        before = raw.Slice(sparse.indices, [0, 0], [-1, at])
        after = raw.Slice(sparse.indices, [0, at], [-1, -1])
        places = raw.ConcatV2([before, zeros, after], 1, name="concat")
        first = raw.Slice(sparse.dense_shape, [0], [at])
        last = raw.Slice(sparse.dense_shape, [at], [-1])
        one = convert_to_tensor([1], dtypes.int64, "new_shape")
        return SparseTensor(
            places, sparse.values, raw.ConcatV2([first, one, last], 0, name="concat")
        )


def sparse_eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: str | None = None
) -> SparseTensor:
    """Build a sparse matrix with ones on the diagonal."""
    with name_scope(name, "eye", [num_rows, num_columns]):
        rows = convert_to_tensor(num_rows, dtypes.int64, "num_rows")
        columns = rows
        if num_columns is not None:
            columns = convert_to_tensor(num_columns, dtypes.int64, "num_columns")
        count = raw.Minimum(rows, columns)
        with name_scope(None, "range", [count]) as scope:
            start = convert_to_tensor(0, dtypes.int64, "start")
            step = convert_to_tensor(1, dtypes.int64, "delta")
            places = raw.Range(start, count, step, name=scope)
        pairs = raw.Pack([places, places], axis=1, name="stack")
        return SparseTensor(pairs, composed.ones(count, dtype), [rows, columns])


# Rows


def sparse_fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """Build a sparse tensor in which each row has an element.

    Args:
      sp_input: a `SparseTensor`.
      default_value: what stands in the first place of a row that had none.
      name: name scope of what is built.

    Returns:
      The sparse tensor, and a boolean vector that tells which rows had none.
    """
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseFillEmptyRows", [sparse]):
        value = convert_to_tensor(default_value, sparse.values.dtype)
        filled = raw.SparseFillEmptyRows(sparse.indices, sparse.values, sparse.dense_shape, value)
        return (
            SparseTensor(filled.output_indices, filled.output_values, sparse.dense_shape),
            filled.empty_row_indicator,
        )


def sparse_merge(
    sp_ids: Any,
    sp_values: Any,
    vocab_size: Any,
    name: str | None = None,
    already_sorted: bool = False,
) -> SparseTensor:
    """Build a sparse tensor in which ids have become coordinates along the last axis.

    Args:
      sp_ids: a `SparseTensor` of integers below `vocab_size`, or a list of several.
      sp_values: a `SparseTensor` of the values at those places.
      vocab_size: the size of the new last axis; a list where `sp_ids` is one.
      name: name scope of what is built.
      already_sorted: whether the elements are in order by their new coordinates.
    """
    ids = [as_sparse(each) for each in (sp_ids if isinstance(sp_ids, list) else [sp_ids])]
    sizes = vocab_size if isinstance(vocab_size, list) else [vocab_size]
    values = as_sparse(sp_values)
    with name_scope(name, "SparseMerge", [*ids, values]):
        columns = [raw.ExpandDims(composed.cast(each.values, dtypes.int64), 1) for each in ids]
        counts = [composed.cast(size, dtypes.int64) for size in sizes]
        places = raw.ConcatV2([ids[0].indices[:, :-1], *columns], 1, name="concat")
        shape = raw.ConcatV2([ids[0].dense_shape[:-1], counts], 0, name="concat")
        merged = SparseTensor(places, values.values, shape)
        if already_sorted:
            return merged
        ordered = sparse_reorder(merged)
        return SparseTensor(ordered.indices, ordered.values, shape)


def sparse_to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """Build a boolean tensor that tells which ids each row of a sparse tensor holds.

    Args:
      sp_input: a `SparseTensor` of integers below `vocab_size`.
      vocab_size: the size of the result's last axis.
      name: name scope of what is built.
    """
    sparse = as_sparse(sp_input)
    with name_scope(name, "SparseToIndicator", [sparse]) as scope:
        count = composed.shape(sparse.indices)[0]
        true = raw.Fill(composed.expand_dims(count, 0), True)
        marks = SparseTensor(sparse.indices, true, sparse.dense_shape)
        merged = sparse_merge(sparse, marks, vocab_size, scope)
        return sparse_tensor_to_dense(merged, False, validate_indices=False, name=scope)
