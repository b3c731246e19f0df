"""The gradients that reach one tensor by several ways, added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from penstock.core import dtypes
from penstock.core.shapes import TensorShape
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Tensor

if TYPE_CHECKING:
    from penstock.graph.node import Node

__all__ = ["AggregationMethod", "check_method", "identity_of", "total"]


class AggregationMethod:
    """How `tf.gradients` adds up the gradients that reach a tensor by several ways.

    * `ADD_N`: all at once, in one node, when the last is there.
    * `EXPERIMENTAL_TREE`: two at a time, so that each can be given up early.
    * `EXPERIMENTAL_ACCUMULATE_N`: more than two of one static shape in an AccumulateNV2 node, which
      needs no more memory than one of them; else as `EXPERIMENTAL_TREE`.
    """

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


def check_method(method: int | None) -> int:
    """Give the `AggregationMethod` that is meant, `ADD_N` for None.

    Raises:
      ValueError: if there is no such method.
    """
    if method not in (None, 0, 1, 2):
        raise ValueError(
            f"aggregation_method must be one of tf.AggregationMethod's, not {method!r}."
        )
    return AggregationMethod.DEFAULT if method is None else method


def total(node: Node, parts: Sequence[Any], method: int) -> Any:
    """Build the sum of `parts`, gradients of one output of `node`.

    Args:
      node: the node whose output it is.
      parts: tensors or `IndexedSlices`; one alone is given back.
      method: one of `AggregationMethod`.
    """
    if len(parts) == 1:
        return parts[0]
    if not all(isinstance(part, Tensor) for part in parts):
        return _sum_with_slices(parts)
    if method == AggregationMethod.ADD_N:
        return _sum_by_device(node, parts)
    shape = _common_shape(parts)
    accumulates = method == AggregationMethod.EXPERIMENTAL_ACCUMULATE_N
    if accumulates and len(parts) > 2 and shape.is_fully_defined():
        return raw.AccumulateNV2(parts, shape=shape)
    return _sum_by_pairs(node, parts)


def _common_shape(parts: Sequence[Tensor]) -> TensorShape:
    shape = TensorShape(None)
    for part in parts:
        shape = shape.merge_with(part.shape)
    return shape


def _sum_by_pairs(node: Node, parts: Sequence[Tensor]) -> Tensor:
    with default_graph().name_scope(f"{node.name}_gradient_sum"):
        running = parts[0]
        for part in parts[1:]:
            running = raw.AddN([running, part])
    return running


def _sum_by_device(node: Node, parts: Sequence[Tensor]) -> Tensor:
    """Add what is on one device there, then the sums of the devices."""
    by_device: dict[str, list[Tensor]] = {}
    for part in parts:
        by_device.setdefault(part.op.device, []).append(part)
    sums = []
    for _, members in sorted(by_device.items()):
        with default_graph().colocate_with(members[0].op, ignore_existing=True):
            sums.append(members[0] if len(members) == 1 else raw.AddN(members))
    return sums[0] if len(sums) == 1 else raw.AddN(sums)


def _sum_with_slices(parts: Sequence[Any]) -> Any:
    """Put slices behind one another; with a dense part among them, all become dense."""
    if any(isinstance(part, Tensor) for part in parts):
        return raw.AddN(parts)
    return _concat_slices(parts)


def _concat_slices(parts: Sequence[IndexedSlices]) -> IndexedSlices:
    """Build the sum of slices of one tensor: all their rows, none merged."""
    parts = _with_one_index_type(parts)
    return IndexedSlices(
        raw.ConcatV2([part.values for part in parts], 0, name="concat"),
        raw.ConcatV2([part.indices for part in parts], 0, name="concat"),
        parts[0].dense_shape,
    )


def _with_one_index_type(parts: Sequence[IndexedSlices]) -> Sequence[IndexedSlices]:
    if all(part.indices.dtype == parts[0].indices.dtype for part in parts):
        return parts
    return [
        IndexedSlices(
            part.values,
            part.indices
            if part.indices.dtype == dtypes.int64
            else raw.Cast(part.indices, DstT=dtypes.int64),
            part.dense_shape,
        )
        for part in parts
    ]


def identity_of(gradient: Any, name: str) -> Any:
    """Build copies of a gradient's tensors under a name of the caller's."""
    if not isinstance(gradient, IndexedSlices):
        return raw.Identity(gradient, name=name)
    return IndexedSlices(
        indices=_copy(gradient.indices, f"{name}_indices"),
        values=_copy(gradient.values, f"{name}_values"),
        dense_shape=_copy(gradient.dense_shape, f"{name}_shape"),
    )


def _copy(part: Any, name: str) -> Any:
    return raw.Identity(part, name=name) if isinstance(part, Tensor) else part
