"""Lanes: a program's parts tied together once, so that a step costs one message and no calls.

A call costs a few hundred microseconds, mostly in the client. For a program that is run again and
again, each task gets a thread and a *script*: the parts that it runs, in order, with the channel
from which each parcel comes, and that into which each goes. A channel holds one value, from one
writer to a fixed number of readers. The client writes a step's feeds into one channel that all
tasks read, and reads what it fetches from others.

A lane is a short cut and nothing else. Whatever goes wrong with it, the client takes it down, and
makes the same step again by calls: what has run already is not run twice (`replies`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.cluster.channels import PAUSE, Channel, ChannelClosed, ChannelIdle, Failed
from penstock.core.errors import CancelledError

__all__ = ["Lane", "LaneBroken"]


class LaneBroken(Exception):
    """The lane cannot be used any more; the step may have run in part."""


class Lane:
    """The client's end of a lane.

    Args:
      request: the channel to all tasks.
      awaited: the channels of the parcels that the client waits for.
      lives: tells whether all tasks still are.
    """

    def __init__(
        self, request: Channel, awaited: Sequence[Channel], lives: Callable[[], bool]
    ) -> None:
        self._request = request
        self._awaited = tuple(awaited)
        self._lives = lives
        self._lock = threading.Lock()
        self._is_broken = False

    def try_take(self) -> bool:
        """Take it for a step, unless another thread has it."""
        return not self._is_broken and self._lock.acquire(blocking=False)

    def leave(self) -> None:
        """Let others take it."""
        self._lock.release()

    def run(
        self,
        step: int,
        oldest: int,
        milliseconds: int,
        fed: Mapping[int, Sequence[Any]],
        seconds: float | None,
    ) -> list[Any]:
        """Make a step, having taken the lane.

        Args:
          step, oldest, milliseconds: as `Task.run` takes them.
          fed: the values to feed, by the places of the parts.
          seconds: how long to wait at most.

        Returns:
          The awaited parcels.

        Raises:
          LaneBroken: if it cannot be used any more.
          OpError: what a part failed with.
        """
        limit = None if seconds is None else time.monotonic() + seconds
        try:
            self._patiently(
                lambda: self._request.write((step, oldest, milliseconds, fed), PAUSE), limit
            )
            found = [
                self._patiently(lambda one=one: one.read(PAUSE), limit)  # type: ignore[misc]
                for one in self._awaited
            ]
        except BaseException:
            self.close()
            raise
        failures = [one.error for one in found if isinstance(one, Failed)]
        if failures:
            first = [one for one in failures if not isinstance(one, CancelledError)]
            raise (first or failures)[0]
        return found

    def _patiently(self, act: Callable[[], Any], limit: float | None) -> Any:
        while True:
            try:
                return act()
            except ChannelClosed:
                raise LaneBroken from None
            except ChannelIdle:
                late = limit is not None and time.monotonic() > limit
                if late or not self._lives():
                    raise LaneBroken from None

    def close(self) -> None:
        """Take it down."""
        self._is_broken = True
        for channel in (self._request, *self._awaited):
            channel.close()
