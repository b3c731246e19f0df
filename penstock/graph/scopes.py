"""What a `with` block adds to the nodes made in it: devices, control inputs, colocation, overrides.

A graph holds one `Scopes`, which all threads share, or a `ThreadScopes`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from penstock.core.devices import merge_device

if TYPE_CHECKING:
    from penstock.graph.node import Node, Tensor

__all__ = ["ControlBlock", "Scopes", "ThreadScopes"]

Device = str | Callable[["Node"], Any] | None


class ControlBlock:
    """One ``with control_dependencies(...)``: nodes made in it run after `controllers`.

    A node that takes an input from a node of the same block is late enough already, so the
    control input is left out for it; `members` are the nodes for which that holds.
    """

    __slots__ = ("clears", "controllers", "members")

    def __init__(self, controllers: list[Node], clears: bool) -> None:
        self.controllers = controllers
        self.clears = clears
        self.members: set[Node] = set()


class Scopes:
    """The stacks of a graph's open `with` blocks, innermost last."""

    def __init__(self) -> None:
        self.devices: list[Device] = []
        self.control: list[ControlBlock] = []
        self.colocation: list[Node] = []
        self.gradient_overrides: dict[str, str] = {}
        self.attrs: dict[str, Any] = {}
        self.container = ""
        self._device_of_stack: dict[tuple[Device, ...], str] = {}

    @property
    def any_open(self) -> bool:
        """Whether any block is open."""
        tables = (self.gradient_overrides, self.attrs, self.container)
        return any((self.devices, self.control, self.colocation, *tables))

    def control_inputs(self, inputs: tuple[Tensor, ...]) -> list[Node]:
        """List the nodes a new node with these inputs must wait for, because of open blocks."""
        wanted: list[Node] = []
        for block in self._open_blocks():
            if any(tensor.op in block.members for tensor in inputs):
                continue
            sources = {tensor.op for tensor in inputs}
            wanted.extend(node for node in block.controllers if node not in sources)
        return list(dict.fromkeys(wanted))

    def _open_blocks(self) -> list[ControlBlock]:
        blocks = self.control
        for index in range(len(blocks) - 1, -1, -1):
            if blocks[index].clears:
                return blocks[index:]
        return blocks

    def note(self, node: Node) -> None:
        """Remember a new node as a member of the open control blocks."""
        for block in self._open_blocks():
            block.members.add(node)

    def device_for(self, node: Node) -> str:
        """Work out the device of a new node from the open device blocks, inner over outer."""
        stack = tuple(self.devices)
        if not any(callable(device) for device in stack):
            known = self._device_of_stack.get(stack)
            if known is None:
                known = self._device_of_stack[stack] = self._merged(stack, node)
            return known
        return self._merged(stack, node)

    def colocate_node(self, node: Node) -> None:
        """Put a new node where the open colocation blocks, and its references, say."""
        groups: list[str] = []
        referred = [node.inputs[index].op for index in node.spec.ref_inputs]
        for other in [*self.colocation, *referred]:
            groups.extend(group.decode() for group in other.colocation_groups())
            if other.device:
                node.device = other.device
        node.attrs["_class"] = sorted(set(groups))

    @staticmethod
    def _merged(stack: tuple[Device, ...], node: Node) -> str:
        node.device = ""
        for device in reversed(stack):
            if device is None:
                break
            if callable(device):
                asked = device(node)
                node.device = "" if asked is None else _text(asked)  # as it was written
                merge_device(node.device, "")
            else:
                node.device = merge_device(device, node.device)
        return node.device

    @contextmanager
    def device(self, device: Any) -> Iterator[None]:
        """Open a device block; None lifts the blocks around it."""
        entry = device if device is None or callable(device) else merge_device(_text(device), "")
        self.devices.append(entry)
        try:
            yield
        finally:
            self.devices.pop()

    @contextmanager
    def control_block(self, block: ControlBlock) -> Iterator[None]:
        """Open a control block; one that clears also leaves no trace of the blocks around it."""
        self.control.append(block)
        try:
            yield
        finally:
            self.control.remove(block)

    @contextmanager
    def colocate(self, node: Node | None, ignore_existing: bool) -> Iterator[None]:
        """Open a colocation block, which lifts device blocks; None lifts the blocks around it."""
        before, devices = list(self.colocation), list(self.devices)
        self.devices.clear()
        if ignore_existing or node is None:
            self.colocation.clear()
        if node is not None:
            self.colocation.append(node)
        try:
            yield
        finally:
            self.colocation[:] = before
            self.devices[:] = devices

    @contextmanager
    def container_block(self, name: str) -> Iterator[str]:
        """Open a block whose state is kept under the container `name`."""
        before = self.container
        self.container = name
        try:
            yield name
        finally:
            self.container = before

    @contextmanager
    def overrides(self, table: dict[str, Any], added: dict[str, Any]) -> Iterator[None]:
        """Add entries to one of the tables while the block is open."""
        before = dict(table)
        table.update(added)
        try:
            yield
        finally:
            table.clear()
            table.update(before)


class ThreadScopes(threading.local, Scopes):
    """Scopes of which each thread has its own, with nothing open at first."""


def _text(device: Any) -> str:
    if isinstance(device, str):
        return device
    if not hasattr(device, "to_string"):
        raise TypeError(
            f"A device is a name such as '/gpu:0', a tf.DeviceSpec, or a function that gives one, "
            f"not {device!r}."
        )
    text: str = device.to_string()
    return text
