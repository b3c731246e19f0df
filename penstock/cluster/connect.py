"""From a session's target to the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.cluster.machine import ClusterMachine
from penstock.cluster.membership import find_task, wait_for
from penstock.cluster.names import matches

__all__ = ["connect", "reset"]


def connect(target: str, config: Any, tier: str | None) -> ClusterMachine:
    """Reach the cluster that `target` is a task of.

    Args:
      target: the task's address, such as ``grpc://localhost:2222``.
      config: the session's `ConfigProto`.
      tier: ``"numpy"`` or ``"xla"`` to have one tier run everything; None to choose.

    Raises:
      UnavailableError: if the task cannot be reached in time.
      InvalidArgumentError: if `target` is no address.
    """
    return ClusterMachine(find_task(target), config, tier)


def reset(target: str, containers: Iterable[str], config: Any) -> None:
    """Drop the state in containers of all tasks of the cluster that `target` is a task of.

    Args:
      target: the task's address.
      containers: their names; none for the default one.
      config: a `ConfigProto`, whose `device_filters` say which tasks.

    Raises:
      UnavailableError: if a task cannot be reached in time.
      InvalidArgumentError: if `target` is no address.
    """
    found = find_task(target)
    cluster = found.handle.describe().cluster
    names = tuple(containers)
    for task in cluster.tasks:
        if matches(task, config.device_filters):
            address = cluster.address(task)
            look = lambda address=address: found.transport.find(address)  # noqa: E731
            wait_for(look, f"the task {task} at {address}").reset(names)
