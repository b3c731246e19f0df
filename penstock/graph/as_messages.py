"""Graphs and nodes as protocol buffers, which are loaded when somebody first asks for one.

The graph itself knows nothing of them: `penstock.formats` does.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Node

__all__ = ["graph_message", "node_message", "op_message"]


def _writing() -> ModuleType:
    from penstock.formats import graph_writing  # noqa: PLC0415

    return graph_writing


def graph_message(graph: Graph, add_shapes: bool) -> Any:
    """Give the `GraphDef` of a graph."""
    return _writing().graph_to_proto(graph, add_shapes)


def node_message(node: Node) -> Any:
    """Give the `NodeDef` of a node."""
    return _writing().node_to_proto(node)


def op_message(node: Node) -> Any:
    """Give the `OpDef` of a node's op."""
    return _writing().op_to_proto(node.spec)
