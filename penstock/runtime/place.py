"""The second link of a run: a device for each node, or why it cannot be had.

A node without a request goes to the session's default device. ``/gpu:N`` is JAX's N-th
accelerator. With soft placement a device that is not there gives way to the default one, as in
TensorFlow; without, it is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from penstock.core.devices import DeviceSpec
from penstock.core.errors import InvalidArgumentError
from penstock.core.mesh import Mesh
from penstock.engine.on_demand import device_names
from penstock.graph.node import Node
from penstock.runtime.prune import Pruned

__all__ = ["DEFAULT", "Placed", "Placement", "place"]


# The device of nodes that ask for none. Which one it is need not be known before a program is
# compiled; that way a program that is only interpreted never loads JAX.
DEFAULT = "default"

_CPU = "/device:CPU:0"
# The job, replica and task of a session without a cluster.
_HERE = ("localhost", 0, 0)


class Placement:
    """How a session places nodes.

    Args:
      soft: whether a device that is not there gives way to the default one.
      limits: the most devices to use, by type: ``{"GPU": 0}`` keeps to the CPU. As many CPUs as
        it says are there: they share the processor's cores.
      visible_gpus: numbers of the accelerators to use, in their order; None for all.
      mesh: the replicas over which what asks for no device is spread; None for one device.
    """

    def __init__(
        self,
        soft: bool,
        limits: Mapping[str, int] | None = None,
        visible_gpus: Sequence[int] | None = None,
        mesh: Mesh | None = None,
    ) -> None:
        self.soft = soft
        self.mesh = mesh
        self._limits = limits or {}
        self._visible_gpus = visible_gpus

    @cached_property
    def devices(self) -> tuple[str, ...]:
        """The devices there are, such as ``/device:CPU:0``; the first is the default."""
        found = device_names()
        if self._visible_gpus is not None:
            gpus = [f"/device:GPU:{number}" for number in self._visible_gpus]
            found = (
                *[gpu for gpu in gpus if gpu in found],
                *[d for d in found if ":GPU:" not in d],
            )
        within = [device for device in found if self._is_within_limits(device)]
        cpus = [f"/device:CPU:{index}" for index in range(self._limits.get("CPU", 1))]
        return (*within, *[cpu for cpu in cpus if cpu not in within])

    def _is_within_limits(self, device: str) -> bool:
        _, kind, index = device.split(":")
        least = 1 if kind == "CPU" else 0
        return int(index) < max(least, self._limits.get(kind, int(index) + 1))

    def has(self, device: str) -> bool:
        """Tell whether there is such a device."""
        return device == _CPU or device in self.devices


@dataclass(frozen=True, slots=True)
class Placed:
    """A pruned graph with a device for each of its nodes.

    Attributes:
      pruned: the nodes.
      devices: device by node.
      tasks: the cluster's task by node; empty where there is no cluster.
      homes: the task of each state by its key; empty where there is no cluster.
    """

    pruned: Pruned
    devices: Mapping[Node, str]
    tasks: Mapping[Node, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)


def place(pruned: Pruned, placement: Placement) -> Placed:
    """Choose a device for each node.

    Raises:
      InvalidArgumentError: if a node asks for another machine, or, without soft placement, for a
        device that is not there.
    """
    known: dict[str, str] = {"": DEFAULT}
    devices: dict[Node, str] = {}
    for node in pruned.nodes:
        device = known.get(node.device)
        if device is None:
            device = known[node.device] = _resolve(node, placement)
        devices[node] = device
    return Placed(pruned, devices)


def _resolve(node: Node, placement: Placement) -> str:
    spec = DeviceSpec.from_string(node.device)
    if (spec.job or "localhost", spec.replica or 0, spec.task or 0) != _HERE:
        raise InvalidArgumentError(
            None,
            node,
            f"Cannot assign a device for operation {node.name!r}, made at {node.line}: it asks for "
            f"{node.device!r}, but this session runs on /job:localhost/replica:0/task:0 alone. "
            "Leave the job out of tf.device(...) to run it here.",
        )
    if spec.device_type is None:
        return DEFAULT
    wanted = f"/device:{spec.device_type.upper()}:{spec.device_index or 0}"
    if placement.has(wanted):
        return wanted
    if placement.soft:
        return DEFAULT
    raise InvalidArgumentError(
        None,
        node,
        f"Cannot assign a device for operation {node.name!r}, made at {node.line}: it asks for "
        f"{node.device!r}, but the devices here are {list(placement.devices)}. Ask for one of "
        "these, or let others stand in with tf.ConfigProto(allow_soft_placement=True).",
    )
