"""How far the clients of a task are, for whoever watches."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from penstock.graph.collections import GraphKeys
from penstock.runtime.state import State

__all__ = ["ClientProgress", "Progress", "TaskProgress"]

# How long to wait for a step that has the state, to look at the global step.
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ClientProgress:
    """How far the sessions of one task are, as far as another task sees it.

    Attributes:
      steps: how many steps it has begun here.
      waits: the names of the queues and the like that it waits at here.
    """

    steps: int
    waits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far the clients of a task are.

    Attributes:
      global_step: the variable of that name, if the task has it.
      clients: by the name of the task that is the target of their sessions.
    """

    global_step: int | None
    clients: Mapping[str, ClientProgress]


class Progress:
    """What a task remembers of its clients' steps."""

    def __init__(self) -> None:
        self._steps: dict[str, int] = {}
        self._global_step: int | None = None
        self._lock = threading.Lock()

    def count(self, client: str, steps: int) -> None:
        """Take note that a client has begun so many more steps."""
        with self._lock:
            self._steps[client] = self._steps.get(client, 0) + steps

    def told(self, state: State, waits: Mapping[str, Iterable[str]]) -> TaskProgress:
        """Put together what there is to tell.

        Args:
          state: the task's state; while a step has it, the global step is that of before.
          waits: what each client waits for.
        """
        if state.lock.acquire(timeout=_LOOK_SECONDS):
            try:
                value = state.values.get(GraphKeys.GLOBAL_STEP)
                self._global_step = None if value is None else int(np.asarray(value))
            finally:
                state.lock.release()
        with self._lock:
            steps = dict(self._steps)
        clients = {
            client: ClientProgress(count, tuple(sorted(waits.get(client, ()))))
            for client, count in steps.items()
        }
        return TaskProgress(self._global_step, clients)
