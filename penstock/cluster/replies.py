"""Which calls a task has answered, so that one that comes again is applied once.

Every call that changes something carries its session, the number of the step and that of the part.
The first to come runs; one that comes while it runs waits for it; one that comes later gets the
answer that was kept. A call also says from which step on its client still waits for answers; older
ones are forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Any

__all__ = ["Replies"]

# A call: the step's number and the part's.
CallKey = tuple[int, int]


class _Answer:
    """The answer to a call, once it is there."""

    __slots__ = ("error", "is_there", "value")

    def __init__(self) -> None:
        self.is_there = False
        self.value: Any = None
        self.error: BaseException | None = None


class Replies:
    """The answers that one session may ask for again."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._kept: dict[CallKey, _Answer] = {}
        self._oldest = 0

    def once(self, key: CallKey, oldest: int, run: Callable[[], Any]) -> Any:
        """Give the answer to a call; `run` makes it, if it was not called before.

        Args:
          key: which call it is.
          oldest: the oldest step whose answers the client may still ask for.
          run: does what is called for.
        """
        with self._changed:
            if oldest > self._oldest:
                self._forget(oldest)
            answer = self._kept.get(key)
            if answer is None:
                mine = self._kept[key] = _Answer()
            else:
                self._changed.wait_for(lambda: answer.is_there)
        if answer is not None:
            if answer.error is not None:
                raise answer.error
            return answer.value
        try:
            mine.value = run()
        except BaseException as error:
            mine.error = error
            raise
        finally:
            with self._changed:
                mine.is_there = True
                self._changed.notify_all()
        return mine.value

    def _forget(self, oldest: int) -> None:
        self._oldest = oldest
        for key in [key for key in self._kept if key[0] < oldest]:
            del self._kept[key]

    def __len__(self) -> int:
        return len(self._kept)
