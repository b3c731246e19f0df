"""How long a run may take, and waiting within it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from penstock.core.errors import DeadlineExceededError

__all__ = ["limited", "wait"]

_local = threading.local()


@contextlib.contextmanager
def limited(milliseconds: int) -> Iterator[None]:
    """Give what this thread waits for within the block so much time; 0 is no limit."""
    before = getattr(_local, "deadline", None)
    _local.deadline = time.monotonic() + milliseconds / 1000 if milliseconds > 0 else None
    try:
        yield
    finally:
        _local.deadline = before


def wait(changed: threading.Condition, holds: Callable[[], bool], name: str) -> None:
    """Wait at a condition variable, which the caller holds, until `holds()`.

    Raises:
      DeadlineExceededError: if the thread's time is up.
    """
    deadline = getattr(_local, "deadline", None)
    left = None if deadline is None else deadline - time.monotonic()
    if not changed.wait_for(holds, left):
        raise DeadlineExceededError(
            None,
            None,
            f"The run's time was up while it waited for {name!r}. Give it more by "
            "RunOptions(timeout_in_ms=...), or see why nothing comes there.",
        )
