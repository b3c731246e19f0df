"""`RunMetadata` in bytes: Penstock's own are plain Python, those of others are messages."""

from __future__ import annotations

from typing import Any

from google.protobuf import text_format
from tensorboard.compat.proto.config_pb2 import RunMetadata

__all__ = ["run_metadata_bytes"]


def run_metadata_bytes(run_metadata: Any) -> bytes:
    """Give a `RunMetadata` in bytes.

    Raises:
      TypeError: if it is none.
    """
    if hasattr(run_metadata, "SerializeToString"):
        content: bytes = run_metadata.SerializeToString()
        return content
    if type(run_metadata).__name__ != "RunMetadata":
        raise TypeError(
            f"A RunMetadata is wanted, as tf.RunMetadata() makes it, not {run_metadata!r}."
        )
    message = RunMetadata()
    text_format.Merge(str(run_metadata), message)
    return message.SerializeToString()
