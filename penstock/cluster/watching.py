"""Watching a job from outside: how far each role is, how fast, and who waits for whom."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from penstock.cluster.names import TaskName
from penstock.cluster.progress import TaskProgress
from penstock.cluster.roles import Role
from penstock.cluster.transport import Transport
from penstock.core.errors import OpError

__all__ = ["Pace", "RoleProgress", "Watch", "addresses_by_role", "progress_of"]

_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class RoleProgress:
    """How far a role is.

    Attributes:
      step: for a role with sessions, how many steps these have run; for one that only serves, the
        global step that it holds. None if there is nothing to tell.
      rate: its steps per second, over the last seconds.
      waits: what it waits for, such as ``ps 0: fifo_queue``.
    """

    step: int | None
    rate: float | None
    waits: tuple[str, ...]


@dataclass
class Pace:
    """Steps per second, worked out of how many there were at some times.

    Args:
      seconds: over how long.
    """

    seconds: float = 10.0
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    def at(self, now: float, steps: int) -> float | None:
        """Take note of how many steps there are now; gives the rate, once it can be told."""
        if self._seen and steps < self._seen[-1][1]:
            self._seen.clear()  # started anew
        self._seen.append((now, steps))
        while now - self._seen[0][0] > self.seconds and len(self._seen) > 2:
            self._seen.popleft()
        began, first = self._seen[0]
        return (steps - first) / (now - began) if now > began else None


def progress_of(
    told: Mapping[Role, TaskProgress],
) -> dict[Role, tuple[int | None, tuple[str, ...]]]:
    """Put together what tasks tell: the steps of each role, and what it waits for."""
    found: dict[Role, tuple[int | None, tuple[str, ...]]] = {}
    names = {str(TaskName(role.job, role.index)): role for role in told}
    for name, role in names.items():
        seen = {one: task.clients[name] for one, task in told.items() if name in task.clients}
        steps = max((client.steps for client in seen.values()), default=None)
        waits = tuple(f"{one}: {what}" for one, client in seen.items() for what in client.waits)
        found[role] = (told[role].global_step if role.serves else steps, waits)
    return found


class Watch:
    """Asks the tasks of a job how far they are.

    Args:
      transport: what carries the questions.
      addresses: each role's address.
    """

    def __init__(self, transport: Transport, addresses: Mapping[Role, str]) -> None:
        self._transport = transport
        self._addresses = addresses
        self._paces: dict[Role, Pace] = {role: Pace() for role in addresses}

    def look(self) -> dict[Role, RoleProgress]:
        """Ask all tasks that are there."""
        answers: dict[Role, TaskProgress] = {}
        for role, address in self._addresses.items():
            with contextlib.suppress(OpError):  # it has ended, or is being started anew
                handle = self._transport.find(address)
                if handle is not None:
                    answers[role] = handle.progress()
        now = time.monotonic()
        return {
            role: RoleProgress(
                step, None if step is None else self._paces[role].at(now, step), waits
            )
            for role, (step, waits) in progress_of(answers).items()
        }

    @contextlib.contextmanager
    def telling(self, told: Callable[[Mapping[Role, RoleProgress]], None]) -> Iterator[None]:
        """Ask again and again within the block, in a thread, and pass the answers on."""
        over = threading.Event()

        def ask() -> None:
            while not over.wait(_PAUSE):
                told(self.look())

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()


def addresses_by_role(addresses: Mapping[str, Sequence[str]]) -> dict[Role, str]:
    """Give each role's address, of the addresses by job."""
    return {
        Role(job, index): address
        for job, some in addresses.items()
        for index, address in enumerate(some)
    }
