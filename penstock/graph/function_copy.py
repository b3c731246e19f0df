"""Copies of functions: a node whose function must give more than others want gets its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from penstock.graph.function_graph import FunctionGraph
from penstock.graph.functions import DerivedSpec, FunctionSpec
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = ["copy_function", "own_functions", "replace_functions"]


def own_functions(node: Node) -> tuple[FunctionGraph, ...]:
    """Give the functions that a node calls, each replaced by a copy if others may call it too."""
    functions = tuple(
        copy_function(function, function.outer, {}) if function.is_shared else function
        for function in node.functions
    )
    if functions != node.functions:
        replace_functions(node, functions)
    return functions


def replace_functions(node: Node, functions: Sequence[FunctionGraph]) -> None:
    """Let a node call other functions, of the same signatures, in the order of its own."""
    if isinstance(node.spec, FunctionSpec):
        node.spec = FunctionSpec(functions[0])
    elif isinstance(node.spec, DerivedSpec):
        node.spec.set_function(node, functions[0])
    else:
        left = list(functions)
        for name in node.spec.bodies:
            value = node.attrs[name]
            node.attrs[name] = (
                [left.pop(0) for _ in value] if isinstance(value, list) else left.pop(0)
            )
    node.graph.edits += 1


def copy_function(
    function: FunctionGraph, outer: Graph, known: Mapping[Tensor, Tensor]
) -> FunctionGraph:
    """Copy a function, and those that its nodes call.

    Args:
      function: the function.
      outer: the graph around the copy.
      known: what stands for tensors of the graph around `function`, where that was copied too.
    """
    copy = FunctionGraph(outer, function.name)
    copy.naming = function.naming
    tensors: dict[Tensor, Tensor] = {}
    nodes: dict[Node, Node] = {}
    for name, node in function.nodes.items():
        twin = _copy_node(node, copy, tensors)
        copy.nodes[name] = nodes[node] = twin
        tensors.update(zip(node.outputs, twin.outputs, strict=True))
    for node, twin in nodes.items():
        twin._control_inputs = tuple(nodes[other] for other in node.control_inputs)
    copy.arguments = [tensors[argument] for argument in function.arguments]
    copy.outputs = [tensors[output] for output in function.outputs]
    copy.captured = {
        known.get(source, source): tensors[inner] for source, inner in function.captured.items()
    }
    copy.controls = [nodes[node] for node in function.controls]
    copy.outer_controls = dict(function.outer_controls)
    copy.output_names = list(function.output_names)
    copy.attrs = dict(function.attrs)
    copy.gradient = function.gradient
    copy.python_gradient = function.python_gradient
    return copy


def _copy_node(node: Node, copy: FunctionGraph, tensors: Mapping[Tensor, Tensor]) -> Node:
    inputs = tuple(tensors[tensor] for tensor in node.inputs)
    twin = Node(copy, node._id, node.name, node.spec, inputs, dict(node.attrs), node._place)
    twin.device = node.device
    twin.gradient_override = node.gradient_override
    outputs = []
    for tensor in node.outputs:
        made = Tensor(twin, tensor.value_index, tensor.dtype, tensor.static_shape)
        made.folded = tensor.folded
        made.handle_data = tensor.handle_data
        outputs.append(made)
    twin.outputs = outputs
    for name in node.spec.bodies:
        value = node.attrs[name]
        twin.attrs[name] = (
            [_copy_inner(one, copy, tensors) for one in value]
            if isinstance(value, list)
            else _copy_inner(value, copy, tensors)
        )
    return twin


def _copy_inner(
    function: FunctionGraph, copy: FunctionGraph, tensors: Mapping[Tensor, Tensor]
) -> FunctionGraph:
    return function if function.is_shared else copy_function(function, copy, tensors)
