"""Embeddings of bags: sums or means of the rows that a sparse tensor numbers, row by row."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays_joining import concat
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.nn.embedding import as_parts, embedding_lookup
from penstock.ops import composed

__all__ = ["embedding_lookup_sparse"]

_COMBINERS = ("mean", "sqrtn", "sum")
_HALVES = (dtypes.float16, dtypes.bfloat16)


def embedding_lookup_sparse(
    params: Any,
    sp_ids: SparseTensor,
    sp_weights: SparseTensor | None,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
) -> Tensor:
    """Build one combined embedding for each row of a sparse matrix of ids.

    Args:
      params: the table, as for `embedding_lookup`.
      sp_ids: a sparse [batch, any] tensor of ids, in order, without empty rows.
      sp_weights: a sparse tensor of weights at the same places; None weighs all ids 1.
      partition_strategy: as for `embedding_lookup`.
      name: a name for what is built.
      combiner: ``"sum"``, ``"mean"`` (the sum over the sum of weights, the default) or
        ``"sqrtn"`` (the sum over the root of the sum of squared weights).
      max_norm: as for `embedding_lookup`.

    Returns:
      [batch, ...]: a combined row for each row of ids.

    Raises:
      TypeError: if ids or weights are no sparse tensor.
      ValueError: if the combiner is unknown.
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in _COMBINERS:
        raise ValueError(f"The combiner must be one of {_COMBINERS}, not {combiner!r}.")
    parts = as_parts(params)
    _check_sparse(sp_ids, sp_weights)
    with name_scope(name, "embedding_lookup_sparse", [*parts, sp_ids]) as scope:
        rows = sp_ids.indices[:, 0]
        if rows.dtype is not dtypes.int32:
            rows = raw.Cast(rows, DstT=dtypes.int32)
        ids, places = raw.Unique(sp_ids.values)
        found = embedding_lookup(
            parts, ids, partition_strategy=partition_strategy, max_norm=max_norm
        )
        if found.dtype in _HALVES:
            found = raw.Cast(found, DstT=dtypes.float32)
        if sp_weights is None:
            name_of = {"sum": "Sum", "mean": "Mean", "sqrtn": "SqrtN"}[combiner]
            combine = getattr(raw, f"SparseSegment{name_of}")
            return combine(found, places, rows, name=scope)
        weights = sp_weights.values
        if weights.dtype is not found.dtype:
            weights = raw.Cast(weights, DstT=found.dtype)
        return _weighted(raw.GatherV2(found, places, 0), weights, rows, combiner, scope)


def _check_sparse(sp_ids: Any, sp_weights: Any) -> None:
    for what, given in (("sp_ids", sp_ids), ("sp_weights", sp_weights)):
        if not isinstance(given, SparseTensor) and not (given is None and what == "sp_weights"):
            raise TypeError(
                f"{what} must be a tf.SparseTensor, not {type(given).__name__}. For a dense tensor "
                "of ids use tf.nn.embedding_lookup."
            )
    if sp_weights is not None:
        for part in ("values", "indices", "dense_shape"):
            own, other = getattr(sp_ids, part), getattr(sp_weights, part)
            own.shape.assert_is_compatible_with(other.shape)


def _weighted(found: Tensor, weights: Tensor, rows: Tensor, combiner: str, scope: str) -> Tensor:
    """Combine rows with weights."""
    rest = raw.Fill(raw.ExpandDims(composed.rank(found) - 1, 0), 1)
    known = weights.static_shape
    weights = raw.Reshape(weights, concat([composed.shape(weights), rest], 0))
    if known is not None and found.static_shape is not None:
        weights.set_shape([*known, *[1] * (len(found.static_shape) - 1)])
    weighted = found * weights
    if combiner == "sum":
        return raw.SegmentSum(weighted, rows, name=scope)
    total = raw.SegmentSum(weighted, rows)
    if combiner == "mean":
        return raw.RealDiv(total, raw.SegmentSum(weights, rows), name=scope)
    squares = raw.Pow(weights, 2)
    return raw.RealDiv(total, raw.Sqrt(raw.SegmentSum(squares, rows)), name=scope)
