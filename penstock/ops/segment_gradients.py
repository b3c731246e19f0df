"""Gradients of segment ops: what arrives for a segment goes back to its rows."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.ops import composed

__all__ = [
    "extreme_grad",
    "mean_grad",
    "sparse_grad",
    "sparse_sum_grad",
    "sum_grad",
    "unsorted_extreme_grad",
    "unsorted_prod_grad",
    "unsorted_sum_grad",
]


def _gather(ops: Any, rows: Any, ids: Any) -> Any:
    return ops.GatherV2(rows, ids, 0)


def sum_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give each row the gradient of its segment."""
    return [_gather(ops, dy, node.inputs[1]), None]


def mean_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give each row its share of the gradient of its segment."""
    data, ids = node.inputs
    rank = composed.rank(data)
    sizes = composed.shape(ids)
    ones = ops.Fill(composed.expand_dims(rank - 1, 0), 1)
    shape = ops.ConcatV2([sizes, ones], 0, name="concat")
    counts = ops.SegmentSum(ops.Fill(shape, composed.constant(1, dy.dtype)), ids)
    return [_gather(ops, dy / counts, ids), None]


def extreme_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Share the gradient among the rows that were the greatest, or the smallest."""
    data, ids = node.inputs
    zeros = composed.zeros_like(data)
    chosen = ops.Equal(data, _gather(ops, node.outputs[0], ids))
    count = ops.SegmentSum(composed.cast(chosen, dy.dtype), ids)
    shares = _gather(ops, dy / count, ids)
    return [ops.Select(chosen, shares, zeros), None]


class _Rows:
    """Rows of segments, picked by ids among which negative ones mean no segment: zeros."""

    def __init__(self, ops: Any, ids: Any, places: Any = None) -> None:
        self._ops = ops
        self._ids = ids
        self.places = ops.Maximum(ids, composed.zeros_like(ids)) if places is None else places
        self.exists: Any = None

    def of(self, segments: Any) -> Any:
        ops = self._ops
        rows = _gather(ops, segments, self.places)
        if self.exists is None:
            exists = ops.GreaterEqual(self._ids, 0)
            for _ in range(len(rows.static_shape) - len(exists.static_shape)):
                exists = composed.expand_dims(exists, -1)
            self.exists = exists & composed.ones_like(rows, dtypes.bool)
        return ops.Select(self.exists, rows, composed.zeros_like(rows))


def unsorted_sum_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give each row the gradient of its segment."""
    return [_Rows(ops, node.inputs[1]).of(dy), None, None]


def unsorted_extreme_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Share the gradient among the rows that were the greatest, or the smallest."""
    data, ids, count = node.inputs
    rows = _Rows(ops, ids)
    equal = ops.Equal(data, rows.of(node.outputs[0]))
    chosen = ops.LogicalAnd(equal, rows.exists)
    chosen_count = ops.UnsortedSegmentSum(composed.cast(chosen, dy.dtype), ids, count)
    shares = rows.of(dy / chosen_count)
    return [ops.Select(chosen, shares, composed.zeros_like(shares)), None, None]


def unsorted_prod_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Multiply the gradient by the product of the other rows, which may be zero once or twice."""
    data, ids, count = node.inputs
    is_zero = ops.Equal(data, 0)
    zero_count = ops.UnsortedSegmentSum(composed.cast(is_zero, dtypes.int32), ids, count)
    dy = ops.Select(ops.Greater(zero_count, 1), composed.zeros_like(dy), dy)
    others = ops.Select(is_zero, composed.ones_like(data), data)
    product_without = ops.UnsortedSegmentProd(others, ids, count)
    places = ops.Maximum(ids, composed.zeros_like(ids))
    product = _gather(ops, node.outputs[0], places)
    without = _gather(ops, product_without, places)
    slope = ops.Select(is_zero, without, product / data)
    return [_Rows(ops, ids, places).of(dy) * slope, None, None]


def sparse_sum_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give each picked row the gradient of its segment; a row picked twice gets both."""
    data, indices, ids = node.inputs[:3]
    rows = composed.shape(data)[0]
    back = ops.UnsortedSegmentSum(_gather(ops, dy, ids), indices, rows)
    return [back] + [None] * (len(node.inputs) - 1)


def sparse_grad(op: str) -> Any:
    """Make the gradient that an op of its own computes."""

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        data, indices, ids = node.inputs[:3]
        rows = composed.shape(data)[0]
        return [getattr(ops, op)(dy, indices, ids, rows)] + [None] * (len(node.inputs) - 1)

    return grad
