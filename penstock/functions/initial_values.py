"""Initial values that use other variables: those need not be initialized first.

In ``w = tf.Variable(v * 2.0)`` the initializer of `w` would read `v` before anything has set it.
So the computation of the initial value is built anew with each variable's `initialized_value()` in
the variable's place. For variables in resource form the run sees to it: see `runtime.order`.
"""

from __future__ import annotations

from typing import Any

from penstock.graph.collections import GraphKeys
from penstock.graph.node import Node, Tensor

__all__ = ["guarded"]

_VARIABLES = ("Variable", "VariableV2")
# These may see a variable without a value, or are in no position to be replaced.
_LEFT_ALONE = ("IsVariableInitialized", "VarIsInitializedOp", "ReadVariableOp")


def guarded(name: str, initial_value: Tensor) -> Tensor:
    """Give the initial value for the variable `name` in a form that needs no other variable."""
    replaced: dict[Node, Any] = {}
    for node in _ancestors(initial_value.op):
        if node.type in _LEFT_ALONE:
            continue
        if node.type in _VARIABLES:
            variable = _variable_of(node)
            if variable is not None:
                replaced[node] = variable.initialized_value()
        elif any(tensor.op in replaced for tensor in node.inputs):
            replaced[node] = _rebuilt(node, replaced, name)
    return _output(initial_value, replaced)


def _ancestors(node: Node) -> list[Node]:
    """List the nodes that a node depends on, sources first, and itself."""
    found: dict[Node, None] = {}
    open_nodes = [(node, False)]
    while open_nodes:
        current, done = open_nodes.pop()
        if done:
            found[current] = None
        elif current not in found:
            open_nodes.append((current, True))
            if current.type not in _LEFT_ALONE:
                open_nodes.extend((tensor.op, False) for tensor in reversed(current.inputs))
    return list(found)


def _variable_of(node: Node) -> Any:
    graph = node.graph
    for collection in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
        for variable in graph.get_collection(collection):
            if variable.name in (node.name, f"{node.name}:0"):
                return variable
    return None


def _output(tensor: Tensor, replaced: dict[Node, Any]) -> Tensor:
    new = replaced.get(tensor.op)
    if new is None:
        return tensor
    return new if isinstance(new, Tensor) else new.outputs[tensor.value_index]


def _rebuilt(node: Node, replaced: dict[Node, Any], name: str) -> Node:
    # A function that captures a reference does with it what it does: it is no value.
    inputs = tuple(
        tensor if node.functions and tensor.dtype.is_ref_dtype else _output(tensor, replaced)
        for tensor in node.inputs
    )
    # The slash at the end keeps the name from being put into the current scope.
    new_name = f"{node.name}_{name}/".replace(":", "_")
    return node.graph.add_node(node.spec, inputs, dict(node.attrs), new_name)
