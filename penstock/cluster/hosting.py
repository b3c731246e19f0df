"""A task that this process serves: what `tf.train.Server` is over."""

from __future__ import annotations

import threading
from typing import Protocol

from penstock.cluster.membership import HERE, has_ray, ray_transport
from penstock.cluster.names import Cluster, TaskName
from penstock.cluster.task import Task

__all__ = ["Hosted", "host"]


class Hosted(Protocol):
    """A task that this process serves.

    Attributes:
      target: what a session names it by.
    """

    target: str

    def join(self) -> None:
        """Wait until the task, or its cluster, ends."""

    def stop(self) -> None:
        """End the task."""


class _HostedHere:
    """A task within this process.

    Args:
      cluster: the cluster.
      name: which task it is.
    """

    def __init__(self, cluster: Cluster, name: TaskName) -> None:
        self._address = cluster.address(name)
        HERE.add(self._address, Task(name, cluster))
        self.target = f"grpc://{self._address}"
        self._stopped = threading.Event()

    def join(self) -> None:
        """Wait until the task ends."""
        self._stopped.wait()

    def stop(self) -> None:
        """End the task."""
        HERE.remove(self._address)
        self._stopped.set()


# What this process serves lives until it is stopped or the process ends, whoever forgets it.
_served: list[Hosted] = []


def host(cluster: Cluster, name: TaskName, is_local: bool) -> Hosted:
    """Start a task, which then runs until it is stopped, or the process ends.

    Args:
      cluster: the cluster.
      name: which of its tasks.
      is_local: whether only this process needs to reach it.

    Raises:
      AlreadyExistsError: if the task is running.
    """
    hosted: Hosted
    if is_local or not has_ray():
        hosted = _HostedHere(cluster, name)
    else:
        hosted = ray_transport().host(cluster, name)
        _served.append(hosted)
    return hosted
