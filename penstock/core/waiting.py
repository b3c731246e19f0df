"""How long a run may take, what else may end it, and waiting within that.

The limits of a run are those of the thread that it is in. Whatever takes long looks at them with
`check` from time to time; whatever waits does it by `wait`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from penstock.core.errors import CancelledError, DeadlineExceededError

__all__ = [
    "Ending",
    "cancelled_by",
    "check",
    "ended_by",
    "has_deadline",
    "inherited",
    "left",
    "limited",
    "limits",
    "telling",
    "uncounted",
    "wait",
]


class Ending(threading.Event):
    """That a session or a run is over; what runs looks at it, and what waits is woken by it."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._waited_at: list[tuple[threading.Condition, str]] = []
        self._calls: list[Callable[[], None]] = []

    @contextlib.contextmanager
    def calls(self, tell: Callable[[], None]) -> Iterator[None]:
        """Have `tell` called by `set`, if that comes within the block, or came before it."""
        with self._guard:
            self._calls.append(tell)
        try:
            if self.is_set():
                tell()
            yield
        finally:
            with self._guard:
                self._calls.remove(tell)

    @contextlib.contextmanager
    def wakes(self, changed: threading.Condition, name: str) -> Iterator[None]:
        """Have what waits at a condition variable within the block woken by `set`.

        Args:
          changed: the condition variable.
          name: what is waited for.
        """
        with self._guard:
            self._waited_at.append((changed, name))
        try:
            yield
        finally:
            with self._guard:
                self._waited_at.remove((changed, name))

    @property
    def waits(self) -> tuple[str, ...]:
        """What is waited for now."""
        with self._guard:
            return tuple(name for _, name in self._waited_at)

    def set(self) -> None:
        """End it."""
        super().set()
        with self._guard:
            waited_at, calls = list(self._waited_at), list(self._calls)
        for changed, _ in waited_at:
            with changed:
                changed.notify_all()
        for tell in calls:
            tell()


class _Limits(threading.local):
    def __init__(self) -> None:
        self.deadline: float | None = None
        self.ended: threading.Event | None = None
        self.cancelled: Ending | None = None


_local = _Limits()

_CANCELLED = (
    "The run was cancelled: its session was closed, its time was up, or another part of it failed."
)


@contextlib.contextmanager
def limited(milliseconds: int) -> Iterator[None]:
    """Give what this thread does within the block so much time; 0 is no limit."""
    before = _local.deadline
    _local.deadline = time.monotonic() + milliseconds / 1000 if milliseconds > 0 else None
    try:
        yield
    finally:
        _local.deadline = before


@contextlib.contextmanager
def uncounted() -> Iterator[None]:
    """Leave the block's time out of what this thread's is limited to."""
    begun = time.monotonic()
    try:
        yield
    finally:
        if _local.deadline is not None:
            _local.deadline += time.monotonic() - begun


@contextlib.contextmanager
def ended_by(event: threading.Event) -> Iterator[None]:
    """Let what this thread does within the block end early once `event` is set."""
    before = _local.ended
    _local.ended = event
    try:
        yield
    finally:
        _local.ended = before


def telling(tell: Callable[[], None]) -> contextlib.AbstractContextManager[None]:
    """Have `tell` called if what this thread does within a block is cancelled meanwhile."""
    ending = _local.cancelled
    return contextlib.nullcontext() if ending is None else ending.calls(tell)


@contextlib.contextmanager
def cancelled_by(ending: Ending) -> Iterator[None]:
    """Let a run that this thread does within the block be cancelled by `ending`."""
    before = _local.cancelled
    _local.cancelled = ending
    try:
        yield
    finally:
        _local.cancelled = before


def inherited() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Give what lets another thread have the limits that this one has now, within a block."""
    given = _local.deadline, _local.ended, _local.cancelled

    @contextlib.contextmanager
    def block() -> Iterator[None]:
        before = _local.deadline, _local.ended, _local.cancelled
        _local.deadline, _local.ended, _local.cancelled = given
        try:
            yield
        finally:
            _local.deadline, _local.ended, _local.cancelled = before

    return block


def has_deadline() -> bool:
    """Tell whether the time of what this thread does is limited."""
    return _local.deadline is not None


def left() -> float | None:
    """Give how many seconds this thread has left; None if its time is not limited."""
    return None if _local.deadline is None else _local.deadline - time.monotonic()


def limits() -> Callable[[], None] | None:
    """Give what tells this thread whether to go on: `check`; None where nothing limits it."""
    free = _local.deadline is None and _local.ended is None and _local.cancelled is None
    return None if free else check


def check() -> None:
    """Look whether this thread is to go on.

    Raises:
      DeadlineExceededError: if its time is up.
      CancelledError: if it is to end.
    """
    deadline, ended = _local.deadline, _local.ended
    if deadline is not None and time.monotonic() > deadline:
        raise DeadlineExceededError(
            None,
            None,
            "The run's time was up before it was done; the session's state is as it was. Give it "
            "more by RunOptions(timeout_in_ms=...) or ConfigProto(operation_timeout_in_ms=...), or "
            "see why it takes so long: a loop may never end.",
        )
    if ended is not None and ended.is_set():
        raise CancelledError(
            None, None, "The session was closed while this ran. Let runs end before close()."
        )
    if _local.cancelled is not None and _local.cancelled.is_set():
        raise CancelledError(None, None, _CANCELLED)


def wait(changed: threading.Condition, holds: Callable[[], bool], name: str) -> None:
    """Wait at a condition variable, which the caller holds, until `holds()`.

    Raises:
      CancelledError: if the run is cancelled.
      DeadlineExceededError: if the thread's time is up.
    """
    seconds = left()
    ending = _local.cancelled
    if ending is None:
        there = changed.wait_for(holds, seconds)
    else:
        with ending.wakes(changed, name):
            there = changed.wait_for(lambda: holds() or ending.is_set(), seconds)
        if ending.is_set():
            raise CancelledError(None, None, _CANCELLED)
    if not there:
        raise DeadlineExceededError(
            None,
            None,
            f"The run's time was up while it waited for {name!r}. Give it more by "
            "RunOptions(timeout_in_ms=...), or see why nothing comes there.",
        )
