"""The messages of event files: what a program tells of its run, step by step."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format
from tensorboard.compat.proto import event_pb2, histogram_pb2, summary_pb2

__all__ = [
    "Event",
    "HistogramProto",
    "LogMessage",
    "SessionLog",
    "Summary",
    "SummaryDescription",
    "SummaryMetadata",
    "TaggedRunMetadata",
    "description_of",
    "metadata_of",
]

Event = event_pb2.Event
HistogramProto = histogram_pb2.HistogramProto
LogMessage = event_pb2.LogMessage
SessionLog = event_pb2.SessionLog
Summary = summary_pb2.Summary
SummaryDescription = summary_pb2.SummaryDescription
SummaryMetadata = summary_pb2.SummaryMetadata
TaggedRunMetadata = event_pb2.TaggedRunMetadata


def description_of(text: bytes) -> Any:
    """Read a `SummaryDescription` in JSON."""
    return json_format.Parse(text, SummaryDescription())


def metadata_of(
    plugin: str = "", display_name: str | None = None, text: str | None = None
) -> bytes:
    """Make a `SummaryMetadata` in bytes.

    Args:
      plugin: the part of TensorBoard that shows the values, such as ``"text"``.
      display_name: the name that it shows.
      text: the description that it shows.
    """
    metadata = SummaryMetadata(display_name=display_name, summary_description=text)
    if plugin:
        metadata.plugin_data.plugin_name = plugin
    content: bytes = metadata.SerializeToString()
    return content
