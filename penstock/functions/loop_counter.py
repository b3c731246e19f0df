"""The number of turns that a loop takes: one of its variables, added where it has none."""

from __future__ import annotations

from penstock.core.dtypes import int32
from penstock.graph.build import raw
from penstock.graph.function_copy import own_functions
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.ops import composed

__all__ = ["COUNTER", "turns_of"]

# The attribute of a loop's node that says which of its variables counts the turns from 0.
COUNTER = "_counter"


def turns_of(node: Node) -> Tensor:
    """Give the output of a loop's node that is the number of turns it took."""
    if COUNTER not in node.attrs:
        _add_counter(node)
    return node.outputs[node.attrs[COUNTER]]


def _add_counter(node: Node) -> None:
    condition, body = own_functions(node)
    count = len(node.attrs["Tout"])
    _add_argument(condition, count)
    turn = _add_argument(body, count)
    with body.as_default():
        body.outputs.insert(count, raw.AddV2(turn, 1))
    with node.graph.as_default(), node.graph.control_dependencies(None):
        zero = composed.constant(0)
    node.inputs = (*node.inputs[:count], zero, *node.inputs[count:])
    node.attrs["T"] = [tensor.dtype.base_dtype for tensor in node.inputs]
    node.attrs["Tout"] = [*node.attrs["Tout"], int32]
    node.attrs["output_shapes"] = [output.static_shape for output in node.outputs] + [()]
    node.outputs = (*node.outputs, Tensor(node, count, int32, ()))
    node.attrs[COUNTER] = count
    node.graph.edits += 1


def _add_argument(function: FunctionGraph, position: int) -> Tensor:
    argument = function.add_argument(int32, (), "turn")
    function.arguments.remove(argument)
    function.arguments.insert(position, argument)
    for index, one in enumerate(function.arguments):
        one.op.attrs["index"] = index
    return argument
