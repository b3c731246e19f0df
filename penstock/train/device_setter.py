"""Which task gets which variable: `tf.train.replica_device_setter`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.devices import DeviceSpec
from penstock.graph.node import Node
from penstock.train.cluster_spec import ClusterSpec

__all__ = ["replica_device_setter"]

# The ops whose state is kept by parameter servers.
_STATEFUL = (
    "Variable",
    "VariableV2",
    "AutoReloadVariable",
    "MutableHashTable",
    "MutableHashTableV2",
    "MutableHashTableOfTensors",
    "MutableHashTableOfTensorsV2",
    "MutableDenseHashTable",
    "MutableDenseHashTableV2",
    "VarHandleOp",
    "BoostedTreesEnsembleResourceHandleOp",
)


class _RoundRobin:
    """Gives the tasks in turn.

    Args:
      tasks: how many there are.
    """

    def __init__(self, tasks: int) -> None:
        self._tasks = tasks
        self._next = 0

    def __call__(self, op: Node) -> int:
        task = self._next
        self._next = (task + 1) % self._tasks
        return task


def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: str = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Sequence[str] | None = None,
    ps_strategy: Callable[[Node], int] | None = None,
) -> Callable[[Node], str] | None:
    """Make a function for `tf.device`: variables go to parameter servers, all else to a worker.

    Args:
      ps_tasks: how many parameter servers there are; 0 to take that from `cluster`.
      ps_device: the device of the parameter servers, without the task.
      worker_device: the device of all else.
      merge_devices: whether an inner `tf.device` is merged with this; else it counts alone.
      cluster: a `ClusterSpec`, or what makes one.
      ps_ops: types of the ops that go to parameter servers; those of variables and tables if None.
      ps_strategy: from an operation to the task it goes to; each in turn if None.

    Returns:
      The function; None if there are no parameter servers.

    Raises:
      TypeError: if `cluster` or `ps_strategy` is not what it should be.
    """
    if cluster is not None:
        jobs = ClusterSpec(cluster).as_dict()
        ps_job = DeviceSpec.from_string(ps_device).job
        if ps_job not in jobs or ps_job is None:
            return None
        ps_tasks = len(jobs[ps_job])
    if ps_tasks == 0:
        return None
    if not isinstance(ps_tasks, int):
        raise TypeError(f"ps_tasks must be a number of tasks, not {ps_tasks!r}.")
    strategy = _RoundRobin(ps_tasks) if ps_strategy is None else ps_strategy
    if not callable(strategy):
        raise TypeError(f"ps_strategy must be callable, but is {ps_strategy!r}.")
    stateful = frozenset(_STATEFUL if ps_ops is None else ps_ops)

    def choose(op: Node) -> str:
        if op.device and not merge_devices:
            return op.device
        asked = DeviceSpec.from_string(op.device)
        chosen = DeviceSpec.from_string(worker_device)
        if op.type in stateful:
            chosen = DeviceSpec.from_string(ps_device)
            if chosen.job and asked.job in (None, chosen.job):
                chosen.task = strategy(op)
        chosen.merge_from(asked)
        return chosen.to_string()

    return choose
