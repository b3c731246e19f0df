"""The gradient of a node that calls a function: a call of the function's gradient.

Each function that the node may call, such as the branches of an If, is differentiated as a graph
of its own. What its gradient uses of the function's insides, the node gives as further outputs, so
that nothing is computed, and nothing random drawn, a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.autodiff.again import again, is_cheap
from penstock.autodiff.handles import is_differentiable, zeros_for
from penstock.functions.branches import add_outputs, make_call, trace_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_copy import own_functions
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops import composed
from penstock.ops.tensor_array_gradients import first_flow, is_flow

__all__ = ["call_gradients"]


class _CalledInside:
    """How a function's gradient gets at its insides: they become outputs of the calling node."""

    def __init__(self, node: Node, position: int) -> None:
        self.function: FunctionGraph = node.functions[position]
        self._node = node
        self._position = position

    def take(self, into: FunctionGraph, tensor: Tensor) -> Tensor:
        """Give the tensor of the gradient that stands for one of the function."""
        arguments = self.function.arguments
        if tensor in arguments:
            first = self._node.spec.first_argument
            return into.capture(self._node.inputs[first + arguments.index(tensor)])
        if is_cheap(tensor):
            return again(into, tensor)
        if is_flow(tensor) and (first := first_flow(tensor)) is not tensor:
            return into.capture(first)  # of an array, a gradient uses the form alone
        if tensor.op.type == "TensorArrayV3":
            return again(into, tensor)
        return into.capture(add_outputs(self._node, self._position, [tensor])[0])


def call_gradients(gradients: Any, node: Node, *dys: Any) -> Sequence[Any]:
    """Build the gradients of the inputs of a node that calls a function.

    Args:
      gradients: `tf.gradients`.
      node: the node.
      *dys: gradients of its outputs.

    Returns:
      A gradient, or None, for each input.
    """
    function = node.functions[0]
    if function.python_gradient is not None:
        users = function.python_gradient(node, *_complete(node, dys))
        return list(users) if isinstance(users, (list, tuple)) else [users]
    if function.gradient is not None:
        return _call_gradient(function.gradient, node, _complete(node, dys))
    given = [index for index, dy in enumerate(dys) if dy is not None]
    seeds = [convert_to_tensor(dys[index]) for index in given]
    wanted = _wanted(node.functions, given)
    if not wanted:
        return [None] * len(node.inputs)
    bodies = own_functions(node)
    graph = default_graph()
    grown = []
    for position, body in enumerate(bodies):
        build = _differentiate(gradients, body, given, seeds, wanted)
        inside = _CalledInside(node, position)
        grown.append(trace_function(graph, f"{body.name}_grad", build, inside))
    calls, first = node.spec.calls, node.spec.first_argument
    assert calls is not None
    selector = None if calls is Calls.ONCE else node.inputs[0]
    result = make_call(graph, grown, seeds, _NAMES[calls], selector, calls)
    found: list[Any] = [None] * len(node.inputs)
    for index, tensor in zip(wanted, result.outputs, strict=True):
        found[first + index] = tensor
    return found


_NAMES = {Calls.ONCE: "SymbolicGradient", Calls.CHOICE: "If", Calls.INDEX: "Case"}


def _complete(node: Node, dys: Sequence[Any]) -> list[Any]:
    """Put zeros where an output has no gradient."""
    return [
        composed.zeros_like(tensor, optimize=False) if dy is None else dy
        for tensor, dy in zip(node.outputs, dys, strict=True)
    ]


def _call_gradient(gradient: FunctionGraph, node: Node, dys: list[Any]) -> list[Any]:
    """Call the function that is given as the gradient of the one that a node calls."""
    first = node.spec.first_argument
    inputs = [*node.inputs[first:], *map(convert_to_tensor, dys)]
    count = len(gradient.arguments) - len(gradient.captured)
    if len(inputs) != count:
        raise ValueError(
            f"The gradient function {gradient.name!r} of {node.functions[0].name!r} must take "
            f"{len(inputs)} arguments, the function's and a gradient for each of its outputs, but "
            f"takes {count}."
        )
    made = make_call(default_graph(), [gradient], inputs, "SymbolicGradient")
    return [None] * first + list(made.outputs)


def _wanted(bodies: Sequence[FunctionGraph], given: list[int]) -> list[int]:
    """Find the arguments on which an output that has a gradient depends, in some branch."""
    wanted: set[int] = set()
    for body in bodies:
        reached = _ancestors([body.outputs[index] for index in given])
        wanted.update(
            position
            for position, argument in enumerate(body.arguments)
            if argument in reached and is_differentiable(argument)
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
            zeros_for(argument, optimize=not is_flow(argument))
            if dx is None
            else convert_to_tensor(dx)
            for dx, argument in zip(found, arguments, strict=True)
        ]

    return build
