"""Embeddings of bags as they come: of any rank, with empty rows, wrong ids and weights of 0."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays import reshape
from penstock.functions.arrays_indexing import gather
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.sparse_parts import sparse_reshape, sparse_retain
from penstock.functions.sparse_rows import sparse_fill_empty_rows
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.nn.embedding import as_parts
from penstock.nn.embedding_sparse import embedding_lookup_sparse
from penstock.ops import composed

__all__ = ["safe_embedding_lookup_sparse"]

_Bags = tuple[SparseTensor, SparseTensor | None]


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: SparseTensor,
    sparse_weights: SparseTensor | None = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
) -> Tensor:
    """Build one combined embedding for each row of a sparse tensor of ids, empty rows included.

    Ids below 0 are left out, and unless the combiner is ``"sum"`` those with weights that are
    not above 0.

    Args:
      embedding_weights: the table, as for `embedding_lookup`.
      sparse_ids: a sparse tensor of ids [..., any].
      sparse_weights: a sparse tensor of weights at the same places; None weighs all ids 1.
      combiner: ``"sum"``, ``"mean"`` or ``"sqrtn"``, as for `embedding_lookup_sparse`.
      default_id: whose embedding an empty row gets; zeros if it is None.
      name: a name for what is built.
      partition_strategy: as for `embedding_lookup`.
      max_norm: as for `embedding_lookup`.

    Returns:
      The shape of the ids without the last axis, followed by that of a row of the table.

    Raises:
      ValueError: if there is no table.
    """
    if embedding_weights is None:
        raise ValueError("An embedding needs at least one table, but None was given.")
    dtype = None if sparse_weights is None else sparse_weights.dtype
    parts = [_as_table(part, dtype) for part in as_parts(embedding_weights)]
    with name_scope(name, "embedding_lookup", [*parts, sparse_ids, sparse_weights]) as scope:
        sizes = sparse_ids.dense_shape
        (known_rank,) = sizes.static_shape or (None,)
        rank = composed.size(sizes) if known_rank is None else known_rank
        ids, weights = _as_rows(sparse_ids, sparse_weights, rank)
        ids, weights = _pruned(ids, weights, combiner)
        ids, is_empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_fill_empty_rows(weights, 1.0)
        result = embedding_lookup_sparse(
            parts,
            ids,
            weights,
            combiner=combiner,
            partition_strategy=partition_strategy,
            name=None if default_id is None else scope,
            max_norm=max_norm,
        )
        if default_id is None:
            result = _zero_where(is_empty, result, scope)
        return _unfolded(result, sizes, rank)


def _as_table(part: Any, dtype: Any) -> Any:
    """Leave a variable that rows can be read from as it is; make a tensor of anything else."""
    if hasattr(part, "handle") and dtype in (None, part.dtype):
        return part
    return convert_to_tensor(part, dtype)


def _as_rows(ids: SparseTensor, weights: SparseTensor | None, rank: Any) -> _Bags:
    """Make a matrix of the bags: one row each."""
    sizes = ids.dense_shape
    before = raw.Slice(sizes, [0], [rank - 1])
    count = raw.Prod(before, composed.constant([0], dtypes.int32))
    last = gather(sizes, rank - 1)
    ids = sparse_reshape(ids, [count, last])
    if weights is not None:
        weights = SparseTensor(ids.indices, weights.values, ids.dense_shape)
    return ids, weights


def _pruned(ids: SparseTensor, weights: SparseTensor | None, combiner: str) -> _Bags:
    """Leave out what does not count."""
    valid = raw.GreaterEqual(ids.values, 0)
    if weights is None:
        return sparse_retain(ids, valid), None
    valid = raw.LogicalAnd(valid, composed.ones_like(weights.values, dtypes.bool))
    ids, weights = sparse_retain(ids, valid), sparse_retain(weights, valid)
    if combiner == "sum":
        return ids, weights
    positive = raw.Greater(weights.values, 0)
    return sparse_retain(ids, positive), sparse_retain(weights, positive)


def _zero_where(is_empty: Tensor, result: Tensor, scope: str) -> Tensor:
    column = raw.Reshape(is_empty, [-1, 1])
    mask = raw.Tile(column, stack([1, composed.shape(result)[1]]))
    return raw.Select(mask, composed.zeros_like(result), result, name=scope)


def _unfolded(result: Tensor, sizes: Tensor, rank: Any) -> Tensor:
    """Give the rows the shape that the bags had."""
    before = raw.Slice(raw.Cast(sizes, DstT=dtypes.int32), [0], [rank - 1])
    after = raw.Slice(composed.shape(result), [1], [-1])
    final = reshape(result, concat([before, after], 0))
    if isinstance(rank, int) and result.static_shape is not None:
        final.set_shape([None] * (rank - 1) + list(result.static_shape[1:]))
    return final
