"""Nodes that call a function made of the one they name: its gradient, or a loop over numbers.

`SymbolicGradient` and `For` name a function that they do not call as it is. What they do call is
built when it is first needed, for a run or a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.functions.branches import captured_by, make_call, trace_function
from penstock.functions.functional import For
from penstock.graph.attributes import fill_attrs
from penstock.graph.build import convert_to_tensor
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.functions import DerivedSpec
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.ops import composed

__all__ = ["become_call", "gradient_function", "make_derived"]


def make_derived(gradients: Any, nodes: Iterable[Node]) -> None:
    """Make the functions that nodes call, or nodes in functions that they call.

    Args:
      gradients: `tf.gradients`.
      nodes: the nodes.
    """
    for node in nodes:
        if isinstance(node.spec, DerivedSpec) and not node.functions:
            node.spec.set_function(node, _DERIVED[node.type](gradients, node))
        for function in node.functions:
            make_derived(gradients, function.nodes.values())


def become_call(gradients: Any, node: Node) -> None:
    """Turn a node into a call of the function that is made for it, which can give more outputs."""
    make_derived(gradients, [node])
    (function,) = node.functions
    kind = "StatefulPartitionedCall" if function.is_stateful else "PartitionedCall"
    node.spec = node.graph.library[kind]
    node.attrs = {
        "Tin": [tensor.dtype.base_dtype for tensor in node.inputs],
        "Tout": [tensor.dtype for tensor in node.outputs],
        "f": function,
    }
    fill_attrs(node.spec, node.attrs)
    node.graph.edits += 1


def gradient_function(
    gradients: Any, graph: Graph, function: FunctionGraph, inputs: Sequence[Tensor]
) -> FunctionGraph:
    """Make the gradient of a function.

    Args:
      gradients: `tf.gradients`.
      graph: the graph around it.
      function: the function.
      inputs: its arguments, then a gradient for each of its outputs, for their dtypes and shapes.

    Returns:
      A function from the inputs to a gradient for each argument; zeros where there is none.
    """
    own = len(function.arguments) - len(captured_by(function, 0))
    if len(inputs) != own + len(function.outputs):
        raise ValueError(
            f"The gradient of {function.name!r} takes its {own} arguments and a gradient for each "
            f"of its {len(function.outputs)} outputs, but was given {len(inputs)} inputs."
        )
    if function.gradient is not None:
        return function.gradient

    def build(body: FunctionGraph) -> list[Tensor]:
        arguments = _arguments(body, inputs)
        xs, dys = arguments[:own], arguments[own:]
        ys = make_call(body, [function], xs, function.name).outputs
        found = gradients(list(ys), xs, grad_ys=dys)
        return [
            composed.zeros_like(x) if gradient is None else convert_to_tensor(gradient)
            for x, gradient in zip(xs, found, strict=True)
        ]

    return trace_function(graph, f"{function.name}_grad", build)


def _arguments(body: FunctionGraph, inputs: Sequence[Tensor]) -> list[Tensor]:
    return [
        body.add_argument(tensor.dtype, tensor.static_shape, f"input_{index}")
        for index, tensor in enumerate(inputs)
    ]


def _symbolic_gradient(gradients: Any, node: Node) -> FunctionGraph:
    function = node.attrs["f"]
    wanted = [one.dtype.base_dtype for one in (*function.arguments, *function.outputs)]
    found = [tensor.dtype.base_dtype for tensor in node.inputs]
    if found != wanted:
        raise InvalidArgumentError(
            None, node, f"The inputs of {node.name!r} must be the arguments of {function.name!r} "
            f"and a gradient for each of its outputs, {[one.name for one in wanted]}, but are "
            f"{[one.name for one in found]}. Give it as many, of these dtypes."
        )  # fmt: skip
    return gradient_function(gradients, node.graph, function, node.inputs)


def _loop_over_numbers(_: Any, node: Node) -> FunctionGraph:
    function = node.attrs["body"]

    def build(body: FunctionGraph) -> list[Tensor]:
        start, limit, delta, *values = _arguments(body, node.inputs)
        return For(start, limit, delta, values, function)

    return trace_function(node.graph, f"{function.name}_for", build)


# What makes the function of a node, by the node's type.
_DERIVED: dict[str, Callable[[Any, Node], FunctionGraph]] = {
    "SymbolicGradient": _symbolic_gradient,
    "For": _loop_over_numbers,
}
