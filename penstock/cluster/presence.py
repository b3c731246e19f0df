"""Which sessions' clients still live, so that what waits for a dead one does not wait for ever.

A worker that dies while it waits at a queue must not get the next element. On one machine a task
looks whether the client's process is there; a client on another machine says now and then that it
lives.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["TOUCH_SECONDS", "Client", "Presence", "is_running", "this_client", "watch"]

# How often a client on another machine says that it lives, and after how long it is given up.
TOUCH_SECONDS = 10.0
_LEASE_SECONDS = 60.0
# How often a task looks.
_WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Client:
    """A process that has a session.

    Attributes:
      host: the machine, or the part of it whose processes see each other.
      process: its number there.
    """

    host: str
    process: int


@lru_cache(maxsize=1)
def _host() -> str:
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}"


def this_client() -> Client:
    """Give this process."""
    return Client(_host(), os.getpid())


def is_running(process: int) -> bool:
    """Tell whether there is a process of that number on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Presence:
    """The clients of a task's sessions.

    Args:
      own: the task's own process.
      runs: tells whether there is a process of a number here.
    """

    def __init__(self, own: Client, runs: Callable[[int], bool]) -> None:
        self._own = own
        self._runs = runs
        self._clients: dict[str, Client] = {}
        self._touched: dict[str, float] = {}

    def add(self, session: str, client: Client, now: float) -> None:
        """Take note of a session; one of this very process lives as long as the task."""
        if client != self._own:
            self._clients[session] = client
            self._touched[session] = now

    def touch(self, session: str, now: float) -> None:
        """Take note that a session's client says that it lives."""
        if session in self._touched:
            self._touched[session] = now

    def remove(self, session: str) -> None:
        """Forget a session."""
        self._clients.pop(session, None)
        self._touched.pop(session, None)

    def gone(self, now: float) -> list[str]:
        """List the sessions whose clients are dead, or have not been heard of for too long."""
        return [
            session
            for session, client in list(self._clients.items())
            if not self._is_there(session, client, now)
        ]

    def _is_there(self, session: str, client: Client, now: float) -> bool:
        if client.host == self._own.host:
            return self._runs(client.process)
        return now - self._touched[session] < _LEASE_SECONDS

    def __bool__(self) -> bool:
        return bool(self._clients)


def watch(
    presence: Presence,
    lock: threading.Lock,
    ended: threading.Event,
    end_session: Callable[[str], None],
) -> threading.Thread:
    """Start a thread that ends sessions whose clients are gone.

    Args:
      presence: the clients.
      lock: guards it.
      ended: set when the task is over.
      end_session: ends a session.
    """

    def look() -> None:
        while not ended.wait(_WATCH_SECONDS):
            with lock:
                gone = presence.gone(time.monotonic())
            for session in gone:
                end_session(session)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    return thread
