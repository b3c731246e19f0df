"""The third link of a run: nodes become steps over slots, and state becomes versions.

Steps are ordered so that a node runs when its inputs are there, those that write state as late as
possible and among themselves in the order in which they were made. Each write makes a new version
of the state it writes. What a read sees is settled here:

* a read that no dependency orders after a write of that state sees the version from before the
  step;
* any other read sees the newest version at its place in the order.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from penstock.engine.contract import HOST, NOTHING, Step
from penstock.graph.node import Node, Tensor
from penstock.graph.shape_context import arg_length
from penstock.graph.spec import Arg
from penstock.runtime.place import Placed
from penstock.runtime.state import counter_key, variable_key

__all__ = ["Program", "lower"]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Steps over slots, with what goes in and what comes out.

    Attributes:
      steps: in the order in which they run.
      size: the number of slots.
      feeds: slots of the fed tensors.
      fetches: slots of the wanted tensors.
      reads: state that must be there before the step, with its slot.
      queries: state that is asked only whether it is there, with the answer's slot.
      counters: random counters, with their slot; one that is missing starts at zero.
      writes: state that the step changes, with the slot of its last version.
      names: what a slot is called in messages.
      readers: a node that reads each state, for messages.
    """

    steps: tuple[Step, ...]
    size: int
    feeds: tuple[int, ...]
    fetches: tuple[int, ...]
    reads: Mapping[str, int]
    queries: Mapping[str, int]
    counters: Mapping[str, int]
    writes: Mapping[str, int]
    names: Mapping[int, str]
    readers: Mapping[str, Node]

    def __repr__(self) -> str:
        return "\n".join(map(str, self.steps))


def lower(placed: Placed, random_key: Callable[[Node], tuple[int, int]]) -> Program:
    """Lower a placed graph to a program.

    Args:
      placed: the nodes and their devices.
      random_key: gives a random op's seeds.
    """
    return _Lowering(placed, random_key).program()


@dataclass
class _Accesses:
    """How a node touches state: the keys it reads and writes."""

    reads: dict[int, str] = field(default_factory=dict)
    queries: dict[int, str] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    only_written: set[int] = field(default_factory=set)


class _Lowering:
    def __init__(self, placed: Placed, random_key: Callable[[Node], tuple[int, int]]) -> None:
        self._placed = placed
        self._pruned = placed.pruned
        self._random_key = random_key
        self._size = NOTHING + 1
        self._slots: dict[Tensor, int] = {}
        self._names: dict[int, str] = {}
        self._initial: dict[str, int] = {}
        self._current: dict[str, int] = {}
        self._queries: dict[str, int] = {}
        self._counters: dict[str, int] = {}
        self._readers: dict[str, Node] = {}
        self._steps: list[Step] = []
        self._accesses = {node: _accesses(node) for node in self._pruned.nodes}
        self._written_before = self._ancestor_writes()

    def program(self) -> Program:
        feeds = tuple(self._new_slot(tensor.name) for tensor in self._pruned.feeds)
        self._slots.update(zip(self._pruned.feeds, feeds, strict=True))
        wanted_after: dict[Node, list[Tensor]] = {}
        for tensor in self._pruned.fetches:
            if tensor.dtype.is_ref_dtype and tensor not in self._slots:
                wanted_after.setdefault(tensor.op, []).append(tensor)
        fetched_references: dict[Tensor, int] = {}
        for node in self._ordered():
            self._add(node)
            for tensor in wanted_after.get(node, ()):
                fetched_references[tensor] = self._read(variable_key(tensor), node)
        fetches = tuple(
            fetched_references[tensor] if tensor in fetched_references else self._slots[tensor]
            for tensor in self._pruned.fetches
        )
        return Program(
            tuple(self._steps),
            self._size,
            feeds,
            fetches,
            self._initial,
            self._queries,
            self._counters,
            {key: slot for key, slot in self._current.items() if slot != self._initial.get(key)},
            self._names,
            self._readers,
        )

    def _new_slot(self, name: str) -> int:
        slot = self._size
        self._names[slot] = name
        self._size += 1
        return slot

    def _ordered(self) -> list[Node]:
        """Order the nodes: what writes nothing as soon as it can run, then writers by age."""
        nodes = self._pruned.nodes
        if not any(self._accesses[node].writes for node in nodes):
            return list(nodes) if not _has_back_edge(nodes) else self._sorted(nodes)
        return self._sorted(nodes)

    def _sorted(self, nodes: tuple[Node, ...]) -> list[Node]:
        waits: dict[Node, int] = {}
        followers: dict[Node, list[Node]] = {}
        ready: list[tuple[bool, int, Node]] = []
        for node in nodes:
            sources = {tensor.op for tensor in node.inputs if tensor not in self._slots}
            sources.update(node.control_inputs)
            waits[node] = len(sources)
            for source in sources:
                followers.setdefault(source, []).append(node)
            if not sources:
                ready.append((bool(self._accesses[node].writes), node._id, node))
        heapq.heapify(ready)
        ordered = []
        while ready:
            node = heapq.heappop(ready)[2]
            ordered.append(node)
            for follower in followers.get(node, ()):
                waits[follower] -= 1
                if not waits[follower]:
                    entry = (bool(self._accesses[follower].writes), follower._id, follower)
                    heapq.heappush(ready, entry)
        return ordered

    def _ancestor_writes(self) -> dict[Node, frozenset[str]]:
        """For each node, the state that its ancestors or itself write."""
        none: frozenset[str] = frozenset()
        if not any(access.writes for access in self._accesses.values()):
            return {}
        fed = set(self._pruned.feeds)
        before: dict[Node, frozenset[str]] = {}
        for node in self._sorted(self._pruned.nodes):
            keys = none
            sources = [tensor.op for tensor in node.inputs if tensor not in fed]
            for source in (*sources, *node.control_inputs):
                if before[source] is not keys:
                    keys |= before[source]
            writes = self._accesses[node].writes
            before[node] = keys.union(writes) if writes else keys
        return before

    def _add(self, node: Node) -> None:
        spec = node.spec
        access = self._accesses[node]
        if _gives_no_values(node):
            return
        sources = [
            self._source(node, index, tensor, access) for index, tensor in enumerate(node.inputs)
        ]
        targets = []
        for key in access.writes:
            self._current[key] = slot = self._new_slot(key)
            targets.append(slot)
        key_pair = None
        if spec.random is not None:
            key = counter_key(node)
            self._counters[key] = self._new_slot(key)
            sources.append(self._counters[key])
            self._current[key] = slot = self._new_slot(key)
            targets.append(slot)
            key_pair = self._random_key(node)
        for tensor in node.outputs:
            if tensor.dtype.is_ref_dtype:
                continue
            slot = self._new_slot(tensor.name)
            targets.append(slot)
            self._slots.setdefault(tensor, slot)
        device = HOST if spec.host else self._placed.devices[node]
        self._steps.append(
            Step(node, tuple(sources), tuple(targets), _static(node), key_pair, device)
        )

    def _source(self, node: Node, index: int, tensor: Tensor, access: _Accesses) -> int:
        if index in access.only_written:
            return NOTHING
        slot = self._slots.get(tensor)
        if slot is not None and index not in access.reads:
            return slot
        if index in access.queries:
            return self._query(access.queries[index])
        if index in access.reads:
            return self._read(access.reads[index], node)
        return self._read(variable_key(tensor), node)

    def _read(self, key: str, node: Node) -> int:
        ordered_after_write = key in self._written_before.get(node, ())
        if ordered_after_write and key in self._current:
            return self._current[key]
        if key not in self._initial:
            self._initial[key] = self._new_slot(key)
            self._readers[key] = node
        return self._initial[key]

    def _query(self, key: str) -> int:
        if key not in self._queries:
            self._queries[key] = self._new_slot(f"whether {key} is initialized")
        return self._queries[key]


def _has_back_edge(nodes: tuple[Node, ...]) -> bool:
    """Tell whether a node depends on a younger one, which control inputs added later can do."""
    return any(
        any(source._id > node._id for source in node.control_inputs)
        or any(tensor.op._id > node._id for tensor in node.inputs)
        for node in nodes
    )


def _gives_no_values(node: Node) -> bool:
    """Tell whether a node is there for ordering or for its name only."""
    return node.type == "NoOp" or node.spec.kernel is None and not node.inputs


def _args_by_index(node: Node) -> list[Arg]:
    if node.spec.plain_inputs:
        return list(node.spec.inputs)
    args: list[Arg] = []
    for arg in node.spec.inputs:
        args.extend([arg] * arg_length(arg, node.attrs))
    return args


def _accesses(node: Node) -> _Accesses:
    spec = node.spec
    access = _Accesses()
    if not node.inputs or not (spec.reads or spec.writes or spec.queries):
        return access
    args = _args_by_index(node)
    keys: dict[str, str] = {}
    for index, arg in enumerate(args):
        if arg.name in spec.reads:
            access.reads[index] = keys[arg.name] = variable_key(node.inputs[index])
        elif arg.name in spec.queries:
            access.queries[index] = variable_key(node.inputs[index])
        elif arg.name in spec.writes:
            keys[arg.name] = variable_key(node.inputs[index])
            access.only_written.add(index)
    access.writes = tuple(keys[name] for name in spec.writes)
    return access


def _static(node: Node) -> tuple[int, ...]:
    names = node.spec.static
    if not names:
        return ()
    return tuple(index for index, arg in enumerate(_args_by_index(node)) if arg.name in names)
