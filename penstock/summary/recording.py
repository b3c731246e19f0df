"""Whether summaries that are built are to be written, by the `with` blocks around."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from penstock.graph.build import raw
from penstock.graph.node import Tensor

__all__ = [
    "always_record_summaries",
    "never_record_summaries",
    "record_if",
    "recording_condition",
    "should_record_summaries",
]


class _Recording(threading.local):
    condition: Any = False


_recording = _Recording()


def recording_condition() -> Any:
    """Give what decides: a bool, or a bool tensor."""
    return _recording.condition


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Let summaries that are built in a `with` block be written if `condition` holds."""
    before = _recording.condition
    _recording.condition = condition
    try:
        yield
    finally:
        _recording.condition = before


def always_record_summaries() -> Any:
    """Let summaries that are built in a `with` block be written whenever they are run."""
    return record_if(True)


def never_record_summaries() -> Any:
    """Let summaries that are built in a `with` block never be written."""
    return record_if(False)


def should_record_summaries() -> Tensor:
    """Give a tensor that tells whether summaries that are built here are written."""
    made: Tensor = raw.LogicalAnd(True, _recording.condition)
    return made
