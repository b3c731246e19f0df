"""Which calls a task has answered, so that one that comes again is applied once.

Every call that changes something carries its session, the number of the step and that of the part.
The first to come runs; one that comes while it runs waits for it; one that comes later gets the
answer that was kept. A call also says from which step on its client still waits for answers; older
ones are forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any

__all__ = ["Replies"]

# A call: the step's number and the part's.
CallKey = tuple[int, int]


class Replies:
    """The answers that one session may ask for again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[CallKey, Future[Any]] = {}
        self._oldest = 0

    def once(self, key: CallKey, oldest: int, run: Callable[[], Any]) -> Any:
        """Give the answer to a call; `run` makes it, if it was not called before.

        Args:
          key: which call it is.
          oldest: the oldest step whose answers the client may still ask for.
          run: does what is called for.
        """
        with self._lock:
            self._forget(oldest)
            kept = self._kept.get(key)
            if kept is None:
                mine: Future[Any] = Future()
                self._kept[key] = mine
        if kept is not None:
            return kept.result()
        try:
            answer = run()
        except BaseException as error:
            mine.set_exception(error)
            raise
        mine.set_result(answer)
        return answer

    def _forget(self, oldest: int) -> None:
        if oldest > self._oldest:
            self._oldest = oldest
            for key in [key for key in self._kept if key[0] < oldest]:
                del self._kept[key]

    def __len__(self) -> int:
        return len(self._kept)
