"""What a session holds that is no value: queues and other things that change in place."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from penstock.core.errors import CancelledError
from penstock.core.waiting import wait

__all__ = ["Held", "Line", "Shared"]

# Those who wait at an object, in the order in which they came.
Line = deque[object]


class Held(ABC):
    """An object in a session's state, which ops get in place of its handle."""

    @abstractmethod
    def close(self) -> None:
        """End it with its session: whoever waits for it stops waiting."""


class Shared(Held):
    """An object that several runs work on at once, and may wait for each other at.

    Attributes:
      name: what messages call it.
      changed: the condition variable that guards it; notified of each change.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.changed = threading.Condition()
        self._ended = False

    def close(self) -> None:
        """End it with its session."""
        with self.changed:
            self._ended = True
            self.changed.notify_all()

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait, holding `changed`, until `holds()`.

        Raises:
          CancelledError: if the session ends.
          DeadlineExceededError: if the run's time is up.
        """
        wait(self.changed, lambda: self._ended or holds(), self.name)
        if self._ended:
            raise CancelledError(
                None, None, f"The session was closed while a run waited for {self.name!r}."
            )

    @contextmanager
    def turn(self, line: Line) -> Iterator[Callable[[], bool]]:
        """Stand in line, holding `changed`; gives what tells whether it is one's turn."""
        ticket = object()
        line.append(ticket)
        try:
            yield lambda: line[0] is ticket
        finally:
            line.remove(ticket)
            self.changed.notify_all()
