"""Embeddings: rows of a table, or of a table in several parts, looked up by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.shapes import Shape
from penstock.functions.arrays_indexing import gather
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.clipping import clip_by_norm
from penstock.functions.partitioned_variable import PartitionedVariable
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.graph import Graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["as_parts", "embedding_lookup"]


def as_parts(params: Any) -> list[Any]:
    """Give the parts of a table: those of a partitioned variable, a list's, or the table itself."""
    if isinstance(params, PartitionedVariable):
        params = list(params)
    if not isinstance(params, (list, tuple)):
        params = [params]
    if not params:
        raise ValueError("An embedding needs at least one table, but the list is empty.")
    return list(params)


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: float | None = None,
) -> Tensor:
    """Build the rows of a table that `ids` number.

    Args:
      params: the table, [rows, ...]; or a list of its parts, or a partitioned variable.
      ids: int32 or int64 row numbers, of any shape.
      partition_strategy: how rows are dealt out to several parts: ``"mod"``, row i is in part
        i % n; or ``"div"``, each part holds consecutive rows, and the first ones one more if the
        rows do not come out even.
      name: a name for what is built.
      validate_indices: has no effect: indices are always checked where the tier can.
      max_norm: if given, rows longer than that are scaled down to it.

    Returns:
      A tensor of the shape of `ids` followed by that of a row.

    Raises:
      ValueError: if there is no table, or the strategy is unknown.
    """
    parts = as_parts(params)
    with name_scope(name, "embedding_lookup", [*parts, ids]) as scope:
        # A resource variable is gathered from without being read as a whole.
        if not any(hasattr(part, "handle") for part in parts):
            parts = [convert_to_tensor(part, name="params") for part in parts]
        ids = convert_to_tensor(ids, name="ids")
        graph: Graph = ids.graph
        if len(parts) == 1:
            with graph.colocate_with(parts[0]):
                found = _clipped(gather(parts[0], ids, name=scope), ids, max_norm)
            # What is given back shall not be tied to the table's place.
            return raw.Identity(found)
        found = _from_parts(graph, parts, ids, partition_strategy, scope)
        return _clipped(found, ids, max_norm)


def _clipped(rows: Tensor, ids: Tensor, max_norm: float | None) -> Tensor:
    """Scale rows that are too long; the axes after those of `ids` make up a row."""
    if max_norm is None:
        return rows
    if rows.static_shape is not None and ids.static_shape is not None:
        axes: Any = list(range(len(ids.static_shape), len(rows.static_shape)))
    else:
        axes = composed.range_of(_rank(ids), _rank(rows))
    return clip_by_norm(rows, max_norm, axes=axes)


def _rank(x: Tensor) -> Any:
    return composed.rank(x) if x.static_shape is None else len(x.static_shape)


def _from_parts(
    graph: Graph, parts: Sequence[Any], ids: Tensor, strategy: str, scope: str
) -> Tensor:
    """Send each id to its part, look it up there, and put the rows in order again."""
    flat = raw.Reshape(ids, [-1])
    order = composed.range_of(composed.size(flat))
    if strategy == "mod":
        part_of, place = flat % len(parts), flat // len(parts)
    elif strategy == "div":
        part_of, place = _consecutive(graph, parts, flat)
    else:
        raise ValueError(f"The partition strategy must be 'mod' or 'div', not {strategy!r}.")
    if part_of.dtype is not dtypes.int32:
        part_of = raw.Cast(part_of, DstT=dtypes.int32)
    places = raw.DynamicPartition(place, part_of, num_partitions=len(parts))
    orders = raw.DynamicPartition(order, part_of, num_partitions=len(parts))
    rows = []
    for part, own in zip(parts, places, strict=True):
        with graph.colocate_with(part):
            rows.append(gather(part, own))
    together = raw.ParallelDynamicStitch(orders, rows, name=scope)
    row_shape: Shape = None
    for part in parts:
        known = part.shape.static
        row_shape = shapes.merge(row_shape, None if known is None else known[1:])
    if shapes.is_fully_defined(row_shape):
        sizes: Any = row_shape
    else:
        with graph.colocate_with(parts[0]):
            sizes = composed.shape(parts[0])[1:]
    result = raw.Reshape(together, concat([composed.shape(ids), sizes], 0))
    result.set_shape(shapes.concatenate(ids.static_shape, row_shape))
    return result


def _consecutive(graph: Graph, parts: Sequence[Any], ids: Tensor) -> tuple[Tensor, Tensor]:
    """Give the part of each id and its place there, for parts of consecutive rows."""
    total = _row_count(graph, parts, ids)
    even, extra = total // len(parts), total % len(parts)
    part_of = raw.Maximum(ids // (even + 1), (ids - extra) // even)
    place = raw.Select(part_of < extra, ids % (even + 1), (ids - extra) % even)
    return part_of, place


def _row_count(graph: Graph, parts: Sequence[Any], ids: Tensor) -> Tensor:
    known = [None if part.shape.static is None else part.shape.static[0] for part in parts]
    if None not in known:
        return composed.constant(sum(known), ids.dtype)
    sizes: list[Any] = []
    for part, size in zip(parts, known, strict=True):
        if size is None:
            with graph.colocate_with(part):
                size = composed.shape(part)[0]
        sizes.append(size)
    return composed.reduce_sum(raw.Cast(stack(sizes), DstT=ids.dtype))
