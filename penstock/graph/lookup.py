"""Finding tensors and nodes of a graph: by themselves, by name, or by what stands for them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from penstock.graph.node import Node, Tensor

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.scoped import Scoped

__all__ = ["find_controller", "find_element", "find_node", "find_place", "find_tensor"]


def find_element(graph: Graph, obj: Any, allow_tensor: bool, allow_operation: bool) -> Any:
    """Give the tensor or node that `obj` means; see `Graph.as_graph_element`."""
    if not (allow_tensor or allow_operation):
        raise ValueError(
            f"{obj!r} can be neither a tensor nor an operation, if allow_tensor and "
            "allow_operation are both False. Allow one of them."
        )
    convert = getattr(obj, "_as_graph_element", None)
    if convert is not None:
        obj = convert()
    if isinstance(obj, bytes):
        obj = obj.decode()
    if isinstance(obj, str):
        return _by_name(graph, obj, allow_tensor, allow_operation)
    if (isinstance(obj, Tensor) and allow_tensor) or (isinstance(obj, Node) and allow_operation):
        if obj.graph is not graph:
            line = (obj.op if isinstance(obj, Tensor) else obj).line
            raise ValueError(
                f"{obj!r}, made at {line}, is not an element of this graph: it belongs to another "
                "one. Use the session and the graph it was made in."
            )
        return obj
    wanted = " or ".join(["Tensor"] * allow_tensor + ["Operation"] * allow_operation)
    raise TypeError(
        f"Can not convert a {type(obj).__name__} ({obj!r}) into a {wanted}. Give a tensor, an "
        "operation, a variable, or the name of one."
    )


def find_node(graph: Graph, name: str) -> Node:
    """Give the node of that name; see `Graph.get_operation_by_name`."""
    _check_string(name, "get_operation_by_name")
    node: Node = find_element(graph, name, allow_tensor=False, allow_operation=True)
    return node


def find_tensor(graph: Graph, name: str) -> Tensor:
    """Give the tensor ``"node:output"``; see `Graph.get_tensor_by_name`."""
    _check_string(name, "get_tensor_by_name")
    tensor: Tensor = find_element(graph, name, allow_tensor=True, allow_operation=False)
    return tensor


def _check_string(name: Any, function: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"{function} takes a name, a string, not {name!r}.")


def find_controller(graph: Scoped, item: Any) -> Node:
    """Give the node that others wait for when they depend on `item`."""
    if hasattr(item, "dense_shape"):
        item = item.values
    elif _is_resource(item):
        item = item.op
    return _node(graph.as_graph_element(item))


def find_place(graph: Scoped, op: Any) -> Node:
    """Give the node that others are colocated with when they go where `op` is."""
    if hasattr(op, "dense_shape"):
        op = op.values
    return _node(graph.as_graph_element(op.handle if _is_resource(op) else op))


def _node(element: Any) -> Node:
    return element.op if isinstance(element, Tensor) else element


def _is_resource(obj: Any) -> bool:
    """Tell whether `obj` is a variable, or another resource, that stands behind a handle."""
    return isinstance(getattr(obj, "handle", None), Tensor)


def _by_name(graph: Graph, name: str, allow_tensor: bool, allow_operation: bool) -> Any:
    node_name, colon, index = name.partition(":")
    node = graph.nodes.get(node_name)
    if colon and allow_tensor:
        if not index.isdigit():
            raise ValueError(f"{name!r} is no tensor's name: those look like 'node:0'.")
        if node is None or int(index) >= len(node.outputs):
            raise KeyError(
                f"The name {name!r} refers to a tensor which does not exist. "
                + _what_exists(graph, node_name, node)
            )
        return node.outputs[int(index)]
    if colon or not allow_operation:
        kind = "an operation's" if colon else "a tensor's"
        form = "'node', without a colon" if colon else "'node:0', with the output's number"
        raise ValueError(f"{name!r} is not {kind} name: those look like {form}.")
    if node is None:
        raise KeyError(
            f"The name {name!r} refers to an operation not in the graph. "
            + _what_exists(graph, name, None)
        )
    return node


def _what_exists(graph: Graph, name: str, node: Node | None) -> str:
    if node is not None:
        count = len(node.outputs)
        return f"The operation {name!r} has {count} output{'s' * (count != 1)}."
    near = difflib.get_close_matches(name, graph.nodes, 3)
    return f"Names close to it: {near}." if near else f"The graph has {graph.version} operations."
