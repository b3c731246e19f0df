"""Functions of a graph: how they are traced, and the nodes that call one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.graph.attributes import fill_attrs
from penstock.graph.function_graph import FunctionGraph, Inside
from penstock.graph.functions import FunctionSpec
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops.tensor_array_gradients import is_flow

__all__ = [
    "captured_by",
    "add_outputs",
    "add_stacks",
    "make_call",
    "passes",
    "share_captures",
    "trace_function",
]


def trace_function(
    outer: Graph,
    name: str,
    build: Callable[[FunctionGraph], Sequence[Tensor]],
    inside: Inside | None = None,
    scope: str | None = None,
    is_shared: bool = False,
) -> FunctionGraph:
    """Build the body of a function.

    Args:
      outer: the graph around it.
      name: its name.
      build: builds it in the graph it is given, and returns the outputs.
      inside: another function whose tensors may be used too.
      scope: the name scope of its nodes; its name if None.
      is_shared: whether it may be called from several graphs.
    """
    body = FunctionGraph(outer, name, inside, scope, is_shared)
    with body.as_default():
        body.outputs = [body.capture(tensor) for tensor in build(body)]
    return body


def make_call(
    graph: Graph,
    bodies: Sequence[FunctionGraph],
    inputs: Sequence[Tensor],
    name: str,
    selector: Tensor | None = None,
    calls: Calls = Calls.ONCE,
) -> Node:
    """Make the node that calls one of `bodies`.

    Args:
      graph: the graph around the bodies.
      bodies: functions with as many arguments of their own as there are `inputs`, then captured
        ones, and outputs of the same dtypes.
      inputs: values of the bodies' own arguments.
      name: the node's name.
      selector: what tells which body it is.
      calls: how it tells: by a boolean scalar, or by a number; `ONCE` for a single body.
    """
    captured = share_captures(bodies, len(inputs))
    arguments = (*inputs, *captured)
    attrs: dict[str, Any] = {
        "Tin": [tensor.dtype.base_dtype for tensor in arguments],
        "Tout": [tensor.dtype.base_dtype for tensor in bodies[0].outputs],
    }
    if calls is Calls.CHOICE:
        assert selector is not None
        attrs["Tcond"] = selector.dtype.base_dtype
        attrs["then_branch"], attrs["else_branch"] = bodies
    elif calls is Calls.INDEX:
        attrs["branches"] = list(bodies)
    else:
        (attrs["f"],) = bodies
    stateful = any(body.is_stateful for body in bodies)
    spec = graph.library[_OP_OF_CALL[calls][stateful]]
    fill_attrs(spec, attrs)
    controls = [node for body in bodies for node in body.outer_controls]
    with graph.control_dependencies(controls):
        tensors = arguments if selector is None else (selector, *arguments)
        return graph.add_node(spec, tensors, attrs, name)


# The op that calls one of several functions, without and with effects.
_OP_OF_CALL = {
    Calls.ONCE: ("PartitionedCall", "StatefulPartitionedCall"),
    Calls.CHOICE: ("StatelessIf", "If"),
    Calls.INDEX: ("Case", "Case"),
}


def captured_by(function: FunctionGraph, own: int) -> list[Tensor]:
    """List what a call of `function` passes after its `own` arguments: the captured tensors."""
    sources = [function.source_of(argument) for argument in function.arguments[own:]]
    return [source for source in sources if source is not None]


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
    """Let a node that calls a function give further tensors of it.

    Args:
      node: the node.
      position: which of its functions the tensors belong to.
      tensors: tensors of that function, which is the node's own.

    Returns:
      The node's new outputs. They have a value only where that function is called.
    """
    new = []
    for tensor in tensors:
        for index, body in enumerate(node.functions):
            body.outputs.append(tensor if index == position else _absent(body, tensor))
        made = Tensor(node, len(node.outputs), tensor.dtype.base_dtype, tensor.static_shape)
        made.handle_data = tensor.handle_data
        node.outputs = (*node.outputs, made)
        new.append(made)
    if isinstance(node.spec, FunctionSpec):
        node.spec = FunctionSpec(node.spec.function)
    else:
        node.attrs["Tout"] = [output.dtype for output in node.outputs]
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


def passes(body: FunctionGraph, index: int) -> bool:
    """Tell whether a loop's body only hands on its variable `index`, and that is no TensorArray."""
    argument, given = body.arguments[index], body.outputs[index]
    while given.op.type == "Identity":
        given = given.op.inputs[0]
    return given is argument and not is_flow(argument)


def _absent(body: FunctionGraph, tensor: Tensor) -> Tensor:
    attrs = {"dtype": tensor.dtype.base_dtype, "shape": tensor.static_shape}
    return body.add_node(body.library["FakeParam"], (), attrs, "absent").outputs[0]
