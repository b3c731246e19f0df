"""The gradient of an If node: an If of its branches' gradients.

Each branch is differentiated as a graph of its own. What its gradient uses of the branch's
insides, the If node gives as further outputs, so that nothing is computed, and nothing random
drawn, a second time.
"""

from __future__ import annotations

from typing import Any

from penstock.autodiff.between import TRAINABLE
from penstock.functions.branches import add_outputs, make_if, trace_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.ops import composed

__all__ = ["branch_gradients"]


class _BranchInside:
    """How a branch's gradient gets at its insides: they become outputs of the If node."""

    def __init__(self, node: Node, position: int) -> None:
        self.function: FunctionGraph = node.attrs[node.spec.bodies[position]]
        self._node = node
        self._position = position

    def take(self, into: FunctionGraph, tensor: Tensor) -> Tensor:
        """Give the tensor of the gradient that stands for one of the branch."""
        arguments = self.function.arguments
        if tensor in arguments:
            return into.capture(self._node.inputs[1 + arguments.index(tensor)])
        return into.capture(add_outputs(self._node, self._position, [tensor])[0])


def branch_gradients(gradients: Any, node: Node, *dys: Any) -> list[Any]:
    """Build the gradients of an If node's inputs.

    Args:
      gradients: `tf.gradients`.
      node: the If node.
      *dys: gradients of its outputs.

    Returns:
      A gradient, or None, for each input: the predicate first.
    """
    bodies = [node.attrs[name] for name in node.spec.bodies]
    given = [index for index, dy in enumerate(dys) if dy is not None]
    seeds = [convert_to_tensor(dys[index]) for index in given]
    wanted = _wanted(gradients, bodies, given)
    if not wanted:
        return [None] * len(node.inputs)
    graph = default_graph()
    grown = []
    for position, body in enumerate(bodies):
        build = _differentiate(gradients, body, given, seeds, wanted)
        inside = _BranchInside(node, position)
        grown.append(trace_function(graph, f"{body.name}_grad", build, inside))
    result = make_if(graph, node.inputs[0], (grown[0], grown[1]), seeds, "If")
    found: list[Any] = [None] * len(node.inputs)
    for index, tensor in zip(wanted, result.outputs, strict=True):
        found[1 + index] = tensor
    return found


def _wanted(gradients: Any, bodies: list[FunctionGraph], given: list[int]) -> list[int]:
    """Find the arguments on which an output that has a gradient depends, in some branch."""
    wanted = set()
    for body in bodies:
        reached = _ancestors([body.outputs[index] for index in given])
        wanted.update(
            position
            for position, argument in enumerate(body.arguments)
            if argument.dtype in TRAINABLE and argument in reached
        )
    return sorted(wanted)


def _ancestors(tensors: list[Tensor]) -> set[Tensor]:
    seen: set[Tensor] = set()
    waiting = list(tensors)
    while waiting:
        tensor = waiting.pop()
        if tensor not in seen:
            seen.add(tensor)
            waiting.extend(tensor.op.inputs)
    return seen


def _differentiate(
    gradients: Any,
    body: FunctionGraph,
    given: list[int],
    seeds: list[Tensor],
    wanted: list[int],
) -> Any:
    def build(grown: FunctionGraph) -> list[Tensor]:
        dys = [
            grown.add_argument(seed.dtype, seed.static_shape, f"dy_{index}")
            for index, seed in enumerate(seeds)
        ]
        arguments = [body.arguments[position] for position in wanted]
        found = gradients([body.outputs[index] for index in given], arguments, grad_ys=dys)
        return [
            convert_to_tensor(gradient) if gradient is not None else composed.zeros_like(argument)
            for gradient, argument in zip(found, arguments, strict=True)
        ]

    return build
