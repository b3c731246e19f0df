"""The messages that `tf.summary` offers; `penstock.formats` makes them."""

from __future__ import annotations

from typing import Any

from penstock.formats.event_messages import (
    Event,
    HistogramProto,
    LogMessage,
    SessionLog,
    Summary,
    SummaryDescription,
    SummaryMetadata,
    TaggedRunMetadata,
    description_of,
    metadata_of,
)

__all__ = [
    "Event",
    "HistogramProto",
    "LogMessage",
    "SessionLog",
    "Summary",
    "SummaryDescription",
    "SummaryMetadata",
    "TaggedRunMetadata",
    "get_summary_description",
    "metadata_of",
]


def get_summary_description(node_def: Any) -> Any:
    """Give the description of a TensorSummary node.

    Args:
      node_def: the node's `NodeDef`.

    Returns:
      A `SummaryDescription`.

    Raises:
      ValueError: if the node is of another op.
    """
    if node_def.op != "TensorSummary":
        raise ValueError(f"Can't get_summary_description on {node_def.op}: only on TensorSummary.")
    return description_of(node_def.attr["description"].s)
