"""Segment functions: rows that carry one number are combined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "sparse_segment_mean",
    "sparse_segment_sqrt_n",
    "sparse_segment_sum",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
]

segment_sum = op_function("SegmentSum")
segment_mean = op_function("SegmentMean")
segment_prod = op_function("SegmentProd")
segment_max = op_function("SegmentMax")
segment_min = op_function("SegmentMin")
unsorted_segment_sum = op_function("UnsortedSegmentSum")
unsorted_segment_prod = op_function("UnsortedSegmentProd")
unsorted_segment_max = op_function("UnsortedSegmentMax")
unsorted_segment_min = op_function("UnsortedSegmentMin")


def _sizes(data: Tensor, ids: Tensor, count: Any) -> Tensor:
    """Build the sizes of the segments, at least 1, in a shape that divides the segments' rows."""
    ones = composed.ones(composed.shape(ids), data.dtype.base_dtype)
    sizes = raw.UnsortedSegmentSum(ones, ids, count)
    inner = len(data.static_shape or ()) - len(ids.static_shape or ())
    return raw.Maximum(raw.Reshape(sizes, [count] + [1] * inner), 1)


def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """Build the mean of the rows of each segment; zeros for one without rows.

    Args:
      data: tensor of floats.
      segment_ids: integer tensor whose shape is a prefix of that of `data`; rows with a negative
        one are left out.
      num_segments: how many segments there are.
      name: the scope of the nodes.

    Returns:
      A tensor of `num_segments` rows.
    """
    with name_scope(name, "UnsortedSegmentMean"):
        data, ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        sizes = _sizes(data, ids, num_segments)
        return raw.UnsortedSegmentSum(data, ids, num_segments) / sizes


def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """Build the sum of the rows of each segment, divided by the square root of their number.

    Args:
      data: tensor of floats.
      segment_ids: integer tensor whose shape is a prefix of that of `data`; rows with a negative
        one are left out.
      num_segments: how many segments there are.
      name: the scope of the nodes.

    Returns:
      A tensor of `num_segments` rows.
    """
    with name_scope(name, "UnsortedSegmentSqrtN"):
        data, ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        sizes = _sizes(data, ids, num_segments)
        return raw.UnsortedSegmentSum(data, ids, num_segments) / raw.Sqrt(sizes)


def _sparse(op: str, what: str) -> Callable[..., Tensor]:
    """Make the function of a sparse segment op."""

    def function(
        data: Any,
        indices: Any,
        segment_ids: Any,
        name: str | None = None,
        num_segments: Any = None,
    ) -> Tensor:
        if num_segments is None:
            return getattr(raw, op)(data, indices, segment_ids, name=name)
        counted = getattr(raw, f"{op}WithNumSegments")
        return counted(data, indices, segment_ids, num_segments, name=name)

    function.__doc__ = (
        f"Build {what} of the picked rows of each segment.\n\n"
        "Args:\n  data: tensor of numbers.\n  indices: integer tensor [n], the rows to pick.\n"
        "  segment_ids: int32 tensor [n], the segment of each, sorted.\n"
        "  name: the node's name.\n"
        "  num_segments: how many segments there are; None means up to the last id.\n\n"
        "Returns:\n  A tensor of a row for each segment, zeros for one without rows."
    )
    return function


sparse_segment_sum = _sparse("SparseSegmentSum", "the sum")
sparse_segment_mean = _sparse("SparseSegmentMean", "the mean")
sparse_segment_sqrt_n = _sparse(
    "SparseSegmentSqrtN", "the sum, over the square root of the number,"
)
