"""What a session runs on: this process, or the tasks of a cluster.

A machine places nodes, gives random ops their seeds, and makes what runs a program. The chain from
the request to the program is the same for all machines.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from penstock.graph.node import Node
from penstock.runtime.partial import MakeRunner
from penstock.runtime.phased import make_runner
from penstock.runtime.place import DEFAULT, Placed, Placement, place
from penstock.runtime.prune import Pruned
from penstock.runtime.state import State

__all__ = ["LocalMachine", "Machine"]


class Machine(Protocol):
    """What a session runs on."""

    def place(self, pruned: Pruned) -> Placed:
        """Choose a device for each node."""

    def random_key(self, node: Node, key: str) -> tuple[int, int]:
        """Give a random op's seeds; see `State.random_key`."""

    def runner_maker(self, placed: Placed) -> MakeRunner:
        """Give what makes a runner of a program that a placed graph was lowered to."""

    def device_names(self) -> list[str]:
        """List the full names of the devices."""

    def device_of(self, placed: Placed, node: Node) -> str:
        """Give the full name of the device that a node was placed on."""

    def close(self) -> None:
        """Free what the session holds, and end its runs."""


class LocalMachine:
    """This process.

    Args:
      placement: the devices there are.
      tier: ``"numpy"`` or ``"xla"`` to have one tier run everything; None to choose.

    Attributes:
      state: the session's values.
    """

    def __init__(self, placement: Placement, tier: str | None) -> None:
        self.state = State()
        self._placement = placement
        self._tier = tier

    def place(self, pruned: Pruned) -> Placed:
        """Choose a device for each node; see `place`."""
        return place(pruned, self._placement)

    def random_key(self, node: Node, key: str) -> tuple[int, int]:
        """Give a random op's seeds; see `State.random_key`."""
        return self.state.random_key(node, key)

    def runner_maker(self, placed: Placed) -> MakeRunner:
        """Give what makes a runner of a program."""
        return partial(make_runner, state=self.state, placement=self._placement, tier=self._tier)

    def device_names(self) -> list[str]:
        """List the full names of the devices."""
        return [_full_name(name) for name in sorted(self._placement.devices)]

    def device_of(self, placed: Placed, node: Node) -> str:
        """Give the full name of the device that a node was placed on."""
        device = placed.devices[node]
        return _full_name(self._placement.devices[0] if device == DEFAULT else device)

    def close(self) -> None:
        """Free the state, and end its runs."""
        self.state.clear()


def _full_name(name: str) -> str:
    """Give the full name of a device of this process, from ``/device:CPU:0`` or the like."""
    return f"/job:localhost/replica:0/task:0{name}"
