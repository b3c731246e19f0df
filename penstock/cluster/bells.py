"""How processes of one machine tell each other that a channel has something new.

Ray's channels move the values, but who waits at one keeps a processor busy. So a reader waits at a
pipe, its *bell*, into which a writer puts the channel's number once the value is there. Each
process of a lane has one bell; its file is taken away as soon as all have opened it.
"""

from __future__ import annotations

import os
import select
import struct
import time
import weakref
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Bells", "make_bells"]

_NUMBER = struct.Struct("<H")


def make_bells(folder: Path, names: Iterable[str]) -> None:
    """Make the pipes of a lane's processes in a folder."""
    for name in names:
        os.mkfifo(folder / name, 0o600)


class Bells:
    """A lane's bells as one of its processes has them.

    Args:
      folder: where the pipes are.
      own: the name of this process in the lane.
      others: the names of all processes of the lane.
    """

    def __init__(self, folder: Path, own: str, others: Iterable[str]) -> None:
        # Opened for both, a pipe neither waits for its other end nor minds when that goes.
        self._pipes = {name: os.open(folder / name, os.O_RDWR | os.O_CLOEXEC) for name in others}
        self._own = self._pipes[own]
        os.set_blocking(self._own, False)
        self._poll = select.poll()
        self._poll.register(self._own, select.POLLIN)
        self._rung: Counter[int] = Counter()
        weakref.finalize(self, _close, list(self._pipes.values()))

    def ring(self, name: str, number: int) -> None:
        """Tell a process that the channel of a number has something new."""
        os.write(self._pipes[name], _NUMBER.pack(number))

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until the channel of a number has something new; False if it has not in time."""
        limit = time.monotonic() + seconds
        while not self._rung[number]:
            left = limit - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                return False
            for (rung,) in _NUMBER.iter_unpack(os.read(self._own, 4096)):
                self._rung[rung] += 1
        self._rung[number] -= 1
        return True


def _close(pipes: list[int]) -> None:
    for pipe in pipes:
        os.close(pipe)
