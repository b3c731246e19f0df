"""What a frame consists of, once the frames in it are loops: nodes and loops, and how they depend.

A `Block` is the items of one frame, or of a loop's condition or body. A `Plan` is a block in the
order in which it can be written down as functions: items, and choices with plans of their own.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.dataflow.frames import Frame
from penstock.dataflow.part import is_back_edge
from penstock.dataflow.stacks import Stack
from penstock.graph.node import Node, Tensor

__all__ = [
    "Block",
    "Choice",
    "Entry",
    "Item",
    "Loop",
    "Path",
    "Plan",
    "Ready",
    "Unstructured",
    "Variable",
    "controls_of",
    "inputs_of",
]


# A row of predicates and their values, the outermost first.
Path = tuple[tuple[Any, bool], ...]


class Unstructured(Exception):
    """Nodes form no choice or loop that could be a function; the message says why."""


@dataclass(frozen=True, eq=False)
class Variable:
    """A value that a loop carries from turn to turn.

    Attributes:
      enter, merge, back: the nodes that send it in, receive it, and send it back.
      switches: the nodes that send it into the body, or out.
      exits: the nodes that give its last value.
    """

    enter: Node
    merge: Node
    back: Node
    switches: tuple[Node, ...]
    exits: tuple[Node, ...]


@dataclass(eq=False)
class Loop:
    """A frame that is a loop.

    Attributes:
      frame: the frame.
      node: its LoopCond, which stands for it in messages and tells its age.
      variables: what it carries.
      constants: Enter nodes of what is the same in all turns.
      predicate: the tensor that says whether there is another turn.
      condition, body: what computes the predicate, and what is repeated.
      assumed: predicates from around it that have one value wherever it is entered.
      paths: the branches that each item of the body is on.
    """

    frame: Frame
    node: Node
    variables: list[Variable]
    constants: list[Node]
    predicate: Tensor
    condition: Plan
    body: Plan
    assumed: tuple[tuple[Tensor, bool], ...]
    paths: Mapping[Item, Path]

    @property
    def enters(self) -> list[Node]:
        """All nodes that send values in."""
        return [*(variable.enter for variable in self.variables), *self.constants]

    @property
    def nodes(self) -> list[Node]:
        """All nodes inside, at any depth."""
        return [node for frame in self.frame.within for node in frame.nodes]

    def __repr__(self) -> str:
        return f"<loop {self.frame.name!r} of {len(self.variables)} variables>"


Item = Node | Loop


@dataclass(eq=False)
class Choice:
    """Items of which some run if a predicate holds, and the others if it does not.

    Attributes:
      predicate: the predicate.
      branches: plans of what runs where it does not hold, and where it does.
      merges: the Merge nodes that end it, with their inputs from these branches.
    """

    predicate: Tensor
    branches: tuple[Plan, Plan]
    merges: list[tuple[Node, tuple[Tensor, Tensor]]]


Entry = Node | Loop | Choice
Plan = list[Entry]


class Block:
    """Items that stand together, and what each depends on.

    Args:
      items: the items.
      given: tensors that do not come from them, though their nodes may be among them.
      stacks: stacks that one loop fills and another empties.
    """

    def __init__(
        self, items: Iterable[Item], given: frozenset[Tensor], stacks: Iterable[Stack] = ()
    ) -> None:
        self.items = list(items)
        self._given = given
        self._owners: dict[Node, Item] = {}
        for item in self.items:
            for node in item.nodes if isinstance(item, Loop) else (item,):
                self._owners[node] = item
        self._later: dict[Item, list[Item]] = {}
        for stack in stacks:
            filled = self._owners.get(stack.push)
            emptied = None if stack.pop is None else self._owners.get(stack.pop)
            if filled is not None and emptied is not None and filled is not emptied:
                self._later.setdefault(emptied, []).append(filled)

    def source(self, tensor: Tensor) -> Item | None:
        """Give the item that a tensor comes from; None if it comes from outside the block."""
        return None if tensor in self._given else self._owners.get(tensor.op)

    def owner(self, node: Node) -> Item | None:
        """Give the item that a node is, or is in."""
        return self._owners.get(node)

    def sources(self, item: Item) -> dict[Item, None]:
        """List the items that one depends on."""
        found = [
            self.source(tensor)
            for tensor in inputs_of(item)
            if isinstance(item, Loop) or not is_back_edge(item, tensor)
        ]
        found.extend(self._owners.get(node) for node in controls_of(item))
        found.extend(self._later.get(item, ()))
        return dict.fromkeys(one for one in found if one is not None and one is not item)

    def ordered(self) -> list[Item]:
        """Give the items, each after those that it depends on.

        Raises:
          Unstructured: if they depend on each other in a circle.
        """
        waits: dict[Item, int] = {}
        followers: dict[Item, list[Item]] = {}
        for item in self.items:
            sources = self.sources(item)
            waits[item] = len(sources)
            for source in sources:
                followers.setdefault(source, []).append(item)
        ready = Ready(item for item in self.items if not waits[item])
        ordered = []
        while ready:
            item = ready.pop()
            ordered.append(item)
            for follower in followers.get(item, ()):
                waits[follower] -= 1
                if not waits[follower]:
                    ready.push(follower)
        if len(ordered) < len(self.items):
            raise Unstructured("a loop depends on what comes out of it")
        return ordered


class Ready:
    """Items that can be taken, the oldest first."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._heap = [(_age(item), item) for item in items]
        heapq.heapify(self._heap)

    def push(self, item: Item) -> None:
        """Add an item."""
        heapq.heappush(self._heap, (_age(item), item))

    def pop(self) -> Item:
        """Take the oldest."""
        return heapq.heappop(self._heap)[1]

    @property
    def first(self) -> int:
        """The age of the oldest."""
        return self._heap[0][0]

    def __len__(self) -> int:
        return len(self._heap)


def _age(item: Item) -> int:
    """Give the place of an item in the order in which nodes were made."""
    return item.node._id if isinstance(item, Loop) else item._id


def inputs_of(item: Item) -> Sequence[Tensor]:
    """List the tensors that go into an item."""
    if isinstance(item, Loop):
        return [node.inputs[0] for node in item.enters]
    return item.inputs


def controls_of(item: Item) -> Sequence[Node]:
    """List the nodes that an item waits for without taking anything."""
    if isinstance(item, Loop):
        return [node for enter in item.enters for node in enter.control_inputs]
    return item._control_inputs
