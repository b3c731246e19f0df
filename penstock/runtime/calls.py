"""How nodes that call functions are lowered: in place, or as a step with bodies of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from penstock.engine.contract import HOST, NOTHING, Step
from penstock.graph.node import Node, Tensor
from penstock.runtime.accesses import Accesses
from penstock.runtime.bodies import Signature, make_body
from penstock.runtime.node_facts import holds_strings
from penstock.runtime.place import Placed
from penstock.runtime.regions import LoweredRegion
from penstock.runtime.state import is_reference
from penstock.runtime.versions import Versions

__all__ = ["CallLowering"]


class CallLowering(Versions):
    """Adds the steps of nodes that call functions.

    Args:
      placed: the nodes and their devices.
      keys: the variables behind a function's arguments.
      windows: the variables that arguments are plain reads of, where the call writes these.
    """

    def __init__(
        self, placed: Placed, keys: Mapping[Tensor, str], windows: Mapping[Tensor, str]
    ) -> None:
        super().__init__(placed.pruned, keys, windows)
        self._placed = placed
        self._makers: dict[str, Node] = {}
        self._steps: list[Step] = []

    def _place(self, node: Node) -> tuple[str, str]:
        """Give the device and the task of a node."""
        return self._placed.devices[node], self._placed.tasks.get(node, "")

    def _output_slots(self, node: Node) -> list[int]:
        slots = []
        for tensor in node.outputs:
            if not is_reference(tensor):
                slot = self._new_slot(tensor.name)
                slots.append(slot)
                self._slots.setdefault(tensor, slot)
        return slots

    def _arguments(self, node: Node, access: Accesses) -> list[int]:
        """Give the slots of the inputs that are arguments of a node's functions."""
        first = node.spec.first_argument
        return [
            NOTHING if is_reference(tensor) else self._source(node, index, tensor, access)
            for index, tensor in enumerate(node.inputs)
            if index >= first
        ]

    def _inline(self, node: Node, access: Accesses, waits: tuple[int, ...]) -> None:
        """Add the steps of a function that is called once, in place of the call."""
        (program,) = access.bodies
        slots = dict(zip(program.feeds, self._arguments(node, access), strict=True))
        slots[NOTHING] = NOTHING
        for key, slot in program.reads.items():
            reader = program.readers.get(key)
            slots[slot] = self._read(key, node, key in program.optional, reader)
        for key, slot in program.queries.items():
            slots[slot] = self._query(key)
        for key, slot in program.counters.items():
            self._counters[key] = slots[slot] = self._new_slot(key)
        first = len(self._steps)
        for step in program.steps:
            for slot in step.targets:
                slots[slot] = self._new_slot(program.names[slot])
            self._steps.append(
                replace(
                    step,
                    sources=tuple(slots[slot] for slot in step.sources),
                    targets=tuple(slots[slot] for slot in step.targets),
                    waits=(*waits, *[first + number for number in step.waits]),
                )
            )
        self._current.update((key, slots[slot]) for key, slot in program.writes.items())
        self._versions.update((slots[slot], key) for slot, key in program.versions.items())
        self._makers.update(program.makers)
        outputs = [tensor for tensor in node.outputs if not is_reference(tensor)]
        for tensor, slot in zip(outputs, program.fetches, strict=True):
            self._slots.setdefault(tensor, slots[slot])

    def _add_call(self, node: Node, access: Accesses, waits: tuple[int, ...]) -> None:
        """Add a step that calls functions: their state goes in and comes out with the values."""
        bodies = access.bodies
        for body in bodies:
            self._makers.update(body.makers)
        signature = Signature.of(bodies)
        first = node.spec.first_argument
        sources = [
            self._source(node, index, tensor, access)
            for index, tensor in enumerate(node.inputs[:first])
        ]
        sources.extend(self._arguments(node, access))
        sources.extend(self._read(key, node, optional=True) for key in signature.reads)
        sources.extend(self._query(key) for key in signature.queries)
        for key in signature.counters:
            self._counters[key] = self._new_slot(key)
            sources.append(self._counters[key])
        targets = []
        for key in (*signature.writes, *signature.counters):
            slot = self._new_version(key)
            targets.append(slot)
        targets.extend(self._output_slots(node))
        on_host = holds_strings(node, self._pruned.feeds) or any(
            step.device == HOST for body in bodies for step in body.steps
        )
        variables = [
            index
            for index, tensor in enumerate(node.outputs[: len(node.attrs["Tout"])])
            if not is_reference(tensor)
        ]
        self._steps.append(
            Step(
                node,
                tuple(sources),
                tuple(targets),
                device=HOST if on_host else self._placed.devices[node],
                task=self._placed.tasks.get(node, ""),
                bodies=tuple(make_body(body, signature) for body in bodies),
                carried=signature.carried(len(node.inputs), variables) if node.spec.is_loop else (),
                waits=waits,
            )
        )

    def _add_region(
        self, node: Node, access: Accesses, lowered: LoweredRegion, waits: tuple[int, ...]
    ) -> None:
        """Add the step of nodes that run by dead and alive values; state as for a call."""
        region = lowered.region
        self._makers.update(lowered.makers)
        sources = self._arguments(node, access)
        sources.extend(self._read(key, node, optional=True) for key in region.reads)
        sources.extend(self._query(key) for key in region.queries)
        for key in region.counters:
            self._counters[key] = self._new_slot(key)
            sources.append(self._counters[key])
        targets = [self._new_version(key) for key in (*region.writes, *region.counters)]
        targets.extend(self._output_slots(node))
        self._steps.append(
            Step(
                node,
                tuple(sources),
                tuple(targets),
                device=HOST,
                task=self._placed.tasks.get(node, ""),
                waits=waits,
                region=region,
            )
        )
