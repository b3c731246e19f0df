"""The part of a graph that a run needs, and the order in which its nodes can stand."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from penstock.core.errors import InvalidArgumentError
from penstock.graph.node import Node, Tensor
from penstock.ops import old_tensor_arrays

__all__ = [
    "CONTROL_FLOW",
    "ENTERS",
    "EXITS",
    "MERGES",
    "NEXT_ITERATIONS",
    "OLD_ARRAYS",
    "STACKS",
    "SWITCHES",
    "Part",
    "has_control_flow",
    "is_back_edge",
]

SWITCHES = frozenset({"Switch", "RefSwitch"})
MERGES = frozenset({"Merge", "RefMerge"})
ENTERS = frozenset({"Enter", "RefEnter"})
EXITS = frozenset({"Exit", "RefExit"})
NEXT_ITERATIONS = frozenset({"NextIteration", "RefNextIteration"})
STACKS = frozenset({"Stack", "StackV2"})
_STACK_OPS = STACKS | {f"Stack{what}{v}" for what in ("Push", "Pop", "Close") for v in ("", "V2")}

# The ops that nothing but this package and the interpreter of regions knows how to run.
CONTROL_FLOW = SWITCHES | MERGES | ENTERS | EXITS | NEXT_ITERATIONS | _STACK_OPS
CONTROL_FLOW |= {"LoopCond", "ControlTrigger", "RefSelect"}
# TensorArrays of old files, in whose place `old_arrays` puts today's.
OLD_ARRAYS = frozenset(spec.name for spec in old_tensor_arrays.SPECS)


def has_control_flow(nodes: Collection[Node]) -> bool:
    """Tell whether one of the nodes, or of those in functions that they call, is of these ops."""
    return any(
        node.type in CONTROL_FLOW
        or node.type in OLD_ARRAYS
        or any(has_control_flow(function.nodes.values()) for function in node.functions)
        for node in nodes
    )


@dataclass(frozen=True)
class Part:
    """The nodes that a run needs.

    Attributes:
      fetches: tensors whose values are wanted.
      targets: nodes that must run.
      feeds: tensors whose values are given.
      nodes: the needed nodes.
    """

    fetches: tuple[Tensor, ...]
    targets: tuple[Node, ...]
    feeds: tuple[Tensor, ...]
    nodes: tuple[Node, ...]

    @cached_property
    def fed(self) -> frozenset[Tensor]:
        """The feeds, to look up."""
        return frozenset(self.feeds)

    @cached_property
    def takers(self) -> dict[Tensor, list[Node]]:
        """By tensor, the nodes that take it; one that takes it twice stands there twice."""
        takers: dict[Tensor, list[Node]] = {}
        for node in self.nodes:
            for tensor in node.inputs:
                if tensor not in self.fed:
                    takers.setdefault(tensor, []).append(node)
        return takers

    @cached_property
    def ordered(self) -> Sequence[Node]:
        """The nodes, each after what it depends on but for the next iterations of its Merge.

        Raises:
          InvalidArgumentError: if nodes depend on each other in a circle.
        """
        waits: dict[Node, int] = {}
        followers: dict[Node, list[Node]] = {}
        for node in self.nodes:
            sources = set(self.sources(node))
            waits[node] = len(sources)
            for source in sources:
                followers.setdefault(source, []).append(node)
        ready = [(node._id, node) for node in self.nodes if not waits[node]]
        heapq.heapify(ready)
        ordered = []
        while ready:
            node = heapq.heappop(ready)[1]
            ordered.append(node)
            for follower in followers.get(node, ()):
                waits[follower] -= 1
                if not waits[follower]:
                    heapq.heappush(ready, (follower._id, follower))
        if len(ordered) < len(self.nodes):
            _refuse_circle([node for node in self.nodes if waits[node]])
        return ordered

    def sources(self, node: Node) -> Iterator[Node]:
        """List the nodes that `node` waits for within an iteration."""
        for tensor in node.inputs:
            if tensor not in self.fed and not is_back_edge(node, tensor):
                yield tensor.op
        yield from node.control_inputs


def is_back_edge(node: Node, tensor: Tensor) -> bool:
    """Tell whether an input of a node comes from the iteration before."""
    return node.type in MERGES and tensor.op.type in NEXT_ITERATIONS


def _refuse_circle(nodes: Sequence[Node]) -> None:
    left = set(nodes)
    node = nodes[0]
    seen: list[Node] = []
    while node not in seen:
        seen.append(node)
        node = next(
            source
            for source in (*[tensor.op for tensor in node.inputs], *node.control_inputs)
            if source in left
        )
    circle = seen[seen.index(node) :]
    raise InvalidArgumentError(
        None,
        node,
        f"The nodes of a graph may depend on each other in a circle only through a NextIteration "
        f"that goes to a Merge, but {len(circle)} nodes here do so without: "
        f"{', '.join(repr(one.name) for one in circle[:6])}. {node.name!r} was made at "
        f"{node.line}. Send the value back by NextIteration, inside a frame.",
    )
