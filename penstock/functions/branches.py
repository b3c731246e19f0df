"""Branches as graph functions: how they are traced, and the If node that calls one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from penstock.graph.function_graph import FunctionGraph, Inside
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = ["add_outputs", "add_stacks", "make_if", "share_captures", "trace_function"]


def trace_function(
    outer: Graph,
    name: str,
    build: Callable[[FunctionGraph], Sequence[Tensor]],
    inside: Inside | None = None,
) -> FunctionGraph:
    """Build the body of a function.

    Args:
      outer: the graph around it.
      name: its name.
      build: builds it in the graph it is given, and returns the outputs.
      inside: another function whose tensors may be used too.
    """
    body = FunctionGraph(outer, name, inside)
    with body.as_default():
        body.outputs = [body.capture(tensor) for tensor in build(body)]
    return body


def make_if(
    graph: Graph,
    predicate: Tensor,
    bodies: tuple[FunctionGraph, FunctionGraph],
    inputs: Sequence[Tensor],
    name: str,
) -> Node:
    """Make the node that calls the first of `bodies` if `predicate` holds, else the second.

    Args:
      graph: the graph around the bodies.
      predicate: a boolean scalar.
      bodies: functions with as many arguments of their own as there are `inputs`, then captured
        ones, and outputs of the same dtypes.
      inputs: values of the bodies' own arguments.
      name: the node's name.
    """
    captured = share_captures(bodies, len(inputs))
    tensors = (predicate, *inputs, *captured)
    stateful = any(node.spec.stateful for body in bodies for node in body.get_operations())
    attrs = {
        "Tcond": predicate.dtype.base_dtype,
        "Tin": [tensor.dtype.base_dtype for tensor in tensors[1:]],
        "Tout": [tensor.dtype.base_dtype for tensor in bodies[0].outputs],
        "then_branch": bodies[0],
        "else_branch": bodies[1],
        "output_shapes": [],
    }
    controls = {**bodies[0].outer_controls, **bodies[1].outer_controls}
    with graph.control_dependencies(list(controls)):
        return graph.add_node(
            graph.library["If" if stateful else "StatelessIf"], tensors, attrs, name
        )


def share_captures(bodies: Sequence[FunctionGraph], own: int) -> list[Tensor]:
    """Give all bodies the same captured arguments, in one order; list what they stand for."""
    sources: dict[Tensor, None] = {}
    for body in bodies:
        for argument in body.arguments[own:]:
            source = body.source_of(argument)
            assert source is not None
            sources[source] = None
    for body in bodies:
        captured = [body.capture(source) for source in sources]
        body.arguments[own:] = captured
        for index, argument in enumerate(body.arguments):
            argument.op.attrs["index"] = index
    return list(sources)


def add_outputs(node: Node, position: int, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Let an If node give further tensors of one of its bodies, which the other does not have.

    Args:
      node: the If node.
      position: which of its bodies the tensors belong to.
      tensors: tensors of that body.

    Returns:
      The node's new outputs. They have a value only where that body is called.
    """
    bodies = [node.attrs[name] for name in node.spec.bodies]
    new = []
    for tensor in tensors:
        for index, body in enumerate(bodies):
            body.outputs.append(tensor if index == position else _absent(body, tensor))
        node.attrs["Tout"] = [*node.attrs["Tout"], tensor.dtype.base_dtype]
        made = Tensor(node, len(node.outputs), tensor.dtype.base_dtype, tensor.static_shape)
        node.outputs = (*node.outputs, made)
        new.append(made)
    node.graph.edits += 1
    return new


def add_stacks(node: Node, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Let a loop's node give stacks of tensors of its body, all turns along a new first axis.

    Args:
      node: the loop's node.
      tensors: tensors of its body.

    Returns:
      The node's new outputs.
    """
    body = node.attrs["body"]
    new = []
    for tensor in tensors:
        body.outputs.append(tensor)
        dtype = tensor.dtype.base_dtype
        node.attrs["Tstacks"] = [*node.attrs["Tstacks"], dtype]
        shape = None if tensor.static_shape is None else (None, *tensor.static_shape)
        new.append(Tensor(node, len(node.outputs), dtype, shape))
        node.outputs = (*node.outputs, new[-1])
    node.graph.edits += 1
    return new


def _absent(body: FunctionGraph, tensor: Tensor) -> Tensor:
    attrs = {"T": tensor.dtype.base_dtype, "shape": tensor.static_shape}
    return body.add_node(body.library["_Absent"], (), attrs, "absent").outputs[0]
