"""Which nodes lie on the way from the outputs back to what they are differentiated by.

The way is found by walking back from the outputs, so that its cost is that of what they depend
on, however large the graph around it is. Where outputs of a branch or a loop's body are
differentiated there by something outside, the way leads out of the function, through what it
captured.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from penstock.core import dtypes
from penstock.core.dtypes import DType
from penstock.graph.function_graph import FunctionGraph

if TYPE_CHECKING:
    from penstock.graph.node import Node, Tensor

__all__ = ["TRAINABLE", "Way", "ancestors", "captured_from", "find_way"]

_CARRY_GRADIENTS = {
    dtypes.float16,
    dtypes.bfloat16,
    dtypes.float32,
    dtypes.float64,
    dtypes.complex64,
    dtypes.complex128,
    dtypes.resource,
    dtypes.variant,
}

# The dtypes through which gradients flow, and references to variables of these.
TRAINABLE: frozenset[DType] = frozenset(
    form for dtype in _CARRY_GRADIENTS for form in (dtype, dtype._as_ref)
)


class Way(NamedTuple):
    """The nodes between, and the order in which they can be walked.

    Attributes:
      waits: for each node between, how many inputs of nodes between it feeds: its gradient is
        complete when as many have arrived.
      sources: for each node between, the tensors that its gradient goes on to: its inputs, or what
        is outside of the function where it is an argument that stands for that.
      ready: the nodes to begin with.
      stops: nodes whose gradient goes no further back.
    """

    waits: dict[Node, int]
    sources: dict[Node, Sequence[Tensor]]
    ready: list[Node]
    stops: set[Node]


def find_way(ys: Sequence[Node], xs: Sequence[Node], stops: Iterable[Node]) -> Way:
    """Find the way from `ys` back to `xs`.

    Args:
      ys: the nodes that the gradients begin at.
      xs: the nodes that they lead to.
      stops: nodes that they do not pass.
    """
    leads_out = len({node.graph for node in (*ys, *xs)}) > 1
    reached = _reached(ys, xs, leads_out)
    between = _walk_back(ys, reached, leads_out)
    waits = dict.fromkeys(between, 0)
    sources = {node: _sources(node, leads_out) for node in between}
    for tensors in sources.values():
        for tensor in tensors:
            source = tensor.op
            if source in waits:
                waits[source] += 1
    ready = [node for node in dict.fromkeys(ys) if waits.get(node) == 0]
    ends = {
        node
        for node in xs
        if not any(waits.get(tensor.op, 0) > 0 for tensor in sources.get(node, ()))
    }
    return Way(waits, sources, ready, ends.union(stops))


def captured_from(node: Node) -> Tensor | None:
    """Give the tensor outside that a function's argument stands for, if it captured that."""
    function = node.graph
    if node.type != "_Arg" or not isinstance(function, FunctionGraph):
        return None
    return function.source_of(node.outputs[0])


def _sources(node: Node, leads_out: bool) -> Sequence[Tensor]:
    """Give the tensors that the gradient of a node goes on to."""
    outside = captured_from(node) if leads_out else None
    return node.inputs if outside is None else (outside,)


def _reached(ys: Sequence[Node], xs: Sequence[Node], leads_out: bool) -> set[Node]:
    """Give the nodes that `ys` depend on and that `xs` lead to, by tensors that carry gradients."""
    takers: dict[Node, list[Node]] = {}
    seen = set(ys)
    open_nodes = list(seen)
    while open_nodes:
        node = open_nodes.pop()
        for tensor in _sources(node, leads_out):
            source = tensor.op
            if tensor.dtype in TRAINABLE:
                takers.setdefault(source, []).append(node)
            if source not in seen:
                seen.add(source)
                open_nodes.append(source)
    reached = set(xs)
    open_nodes = list(reached)
    while open_nodes:
        for node in takers.get(open_nodes.pop(), ()):
            if node not in reached:
                reached.add(node)
                open_nodes.append(node)
    return reached


def _walk_back(ys: Sequence[Node], reached: set[Node], leads_out: bool) -> list[Node]:
    """List the nodes of `reached` that can be come to from `ys` without leaving it."""
    between = []
    left = set(reached)
    queue = deque(ys)
    while queue:
        node = queue.popleft()
        if node in left:
            left.remove(node)
            between.append(node)
            queue.extend(tensor.op for tensor in _sources(node, leads_out))
    return between


def ancestors(tensors: Iterable[Tensor]) -> set[Tensor]:
    """Give all tensors that these are made of, themselves included."""
    seen: set[Tensor] = set()
    waiting = list(tensors)
    while waiting:
        tensor = waiting.pop()
        if tensor not in seen:
            seen.add(tensor)
            waiting.extend(tensor.op.inputs)
    return seen
