"""Finding tasks: by their addresses, in this process or through Ray, waiting until they are there.

A task may start later than who needs it. Who waits says so now and then, and gives up after
`PENSTOCK_CLUSTER_WAIT` seconds (600 if it is not set), with an error that names the task.
"""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from absl import logging

from penstock.cluster.in_process import InProcess
from penstock.cluster.local_ray import join_local
from penstock.cluster.names import address_of
from penstock.cluster.transport import Handle, Transport
from penstock.core.errors import UnavailableError, UnimplementedError

if TYPE_CHECKING:
    from penstock.cluster.ray_transport import RayTransport

__all__ = ["HERE", "Found", "Patience", "find_task", "has_ray", "ray_transport", "wait_for"]

# The tasks of this process.
HERE = InProcess()

_SAY_AGAIN = 10.0
_connecting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Found:
    """A task that was found.

    Attributes:
      transport: what carries calls to it and its cluster.
      handle: the task.
      address: where.
    """

    transport: Transport
    handle: Handle
    address: str


class Patience:
    """How long to wait for a task, and when to say so: a clock that is told the time.

    Args:
      what: what is waited for, in words.
      limit: how many seconds to wait at most.
      now: the time.
    """

    def __init__(self, what: str, limit: float, now: float) -> None:
        self._what = what
        self._limit = limit
        self._begun = now
        self._said = now

    def tick(self, now: float) -> str | None:
        """Take note of the time; gives what to say, if it is time to say something.

        Raises:
          UnavailableError: if the time is up.
        """
        waited = now - self._begun
        if waited >= self._limit:
            raise UnavailableError(
                None, None, f"{self._what} must run, but did not start within {self._limit:g} "
                "seconds. See whether its process runs, and with the same ClusterSpec; a longer "
                "wait is PENSTOCK_CLUSTER_WAIT, in seconds."
            )  # fmt: skip
        if now - self._said < _SAY_AGAIN:
            return None
        self._said = now
        return f"Waiting for {self._what}, which has not started yet, for {waited:.0f} s."


def wait_for(look: Callable[[], Handle | None], what: str) -> Handle:
    """Wait until a task is there.

    Raises:
      UnavailableError: if it does not come in time.
    """
    patience = Patience(
        what, float(os.environ.get("PENSTOCK_CLUSTER_WAIT", "600")), time.monotonic()
    )
    pause = 0.005
    while True:
        handle = look()
        if handle is not None:
            return handle
        say = patience.tick(time.monotonic())
        if say is not None:
            logging.warning("%s", say)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def has_ray() -> bool:
    """Tell whether Ray is installed."""
    return importlib.util.find_spec("ray") is not None


def ray_transport() -> RayTransport:
    """Give the transport through Ray, which this process connects to if it has not yet.

    That is the Ray cluster of `RAY_ADDRESS`, or else this machine's own (`local_ray`).

    Raises:
      UnimplementedError: if Ray is not installed.
    """
    if not has_ray():
        raise UnimplementedError(
            None, None, "Tasks in other processes are reached through Ray, which is not installed. "
            "Install it with: pip install 'penstock[cluster]'. A cluster whose tasks are all in "
            "this process needs nothing."
        )  # fmt: skip
    with _connecting:
        # What Ray reads in the environment must stand there before it is imported.
        address = os.environ.get("RAY_ADDRESS") or join_local(os.environ)
        from penstock.cluster.ray_transport import connected  # noqa: PLC0415

        return connected(address)


def find_task(target: str) -> Found:
    """Find the task that a target is the address of, waiting until it is there.

    Raises:
      InvalidArgumentError: if `target` is no address.
      UnavailableError: if there is no such task in time.
      UnimplementedError: if it is not in this process, and Ray is not installed.
    """
    address = address_of(target)
    handle: Handle | None = HERE.find(address)
    if handle is not None:
        return Found(HERE, handle, address)
    transport = ray_transport()
    handle = wait_for(lambda: transport.find(address), f"the task at {address}")
    return Found(transport, handle, address)
