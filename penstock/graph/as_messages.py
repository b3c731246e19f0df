"""Graphs and nodes as protocol buffers, which are loaded when somebody first asks for one.

The graph itself knows nothing of them: `penstock.formats` does.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from penstock.graph.function_graph import FunctionGraph
    from penstock.graph.graph import Graph
    from penstock.graph.node import Node

__all__ = [
    "attr_message",
    "attr_of_message",
    "function_message",
    "graph_message",
    "is_message",
    "node_message",
    "op_message",
]


def _writing() -> ModuleType:
    from penstock.formats import graph_writing  # noqa: PLC0415

    return graph_writing


def graph_message(graph: Graph, add_shapes: bool) -> Any:
    """Give the `GraphDef` of a graph."""
    return _writing().graph_to_proto(graph, add_shapes)


def function_message(function: FunctionGraph) -> Any:
    """Give the `FunctionDef` of one of a graph's functions."""
    return _writing().function_to_proto(function)


def node_message(node: Node) -> Any:
    """Give the `NodeDef` of a node."""
    return _writing().node_to_proto(node)


def attr_message(value: Any) -> Any:
    """Give the message that TensorFlow has for an attr's value: a shape, a tensor, a function."""
    return _writing().attr_to_message(value)


def is_message(value: Any) -> bool:
    """Tell whether `value` is an `AttrValue` rather than a value of an attr."""
    return hasattr(value, "WhichOneof")


def attr_of_message(message: Any) -> Any:
    """Give the value that an `AttrValue` holds, as nodes keep it."""
    return _writing().attr_from_proto(message)


def op_message(node: Node) -> Any:
    """Give the `OpDef` of a node's op."""
    return _writing().op_to_proto(node.spec)
