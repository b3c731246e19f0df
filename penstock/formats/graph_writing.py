"""From a graph to its GraphDef."""

from __future__ import annotations

from typing import Any

from penstock.formats.attribute_values import attr_from_proto, attr_to_proto, kind_of_value
from penstock.formats.function_writing import LibraryWriter
from penstock.formats.loop_writing import write_loop
from penstock.formats.messages import FunctionDefLibrary, GraphDef
from penstock.formats.op_definitions import op_to_proto
from penstock.formats.rows_writing import write_rows
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.node import Node

__all__ = [
    "TENSORFLOW_VERSION",
    "attr_from_proto",
    "attr_to_message",
    "function_to_proto",
    "graph_to_proto",
    "node_to_proto",
    "op_to_proto",
]

TENSORFLOW_VERSION = "1.15.5"
# What TensorFlow writes otherwise, and how.
_WRITERS = {"While": write_loop, "StatelessWhile": write_loop, "_JoinRows": write_rows}
_HAS_FUNCTIONS = 12  # the first version that knows functions


def graph_to_proto(graph: Graph, add_shapes: bool = False) -> Any:
    """Write a graph.

    Args:
      graph: the graph.
      add_shapes: whether each node gets an attribute ``_output_shapes``.

    Returns:
      A `GraphDef`: the same, field by field, as TensorFlow's for the same graph.
    """
    proto = GraphDef()
    proto.versions.producer = graph.producer
    library = FunctionDefLibrary()
    writer = LibraryWriter(library, add_shapes, _WRITERS)
    writer.add_shared(list(graph.functions.values()))
    for node in graph.get_operations():
        writer.write_node(node, proto.node)
    if library.function:
        proto.library.CopyFrom(library)
        proto.versions.min_consumer = _HAS_FUNCTIONS
    return proto


def function_to_proto(function: FunctionGraph) -> Any:
    """Write one function of a graph; gives the `FunctionDef`."""
    library = FunctionDefLibrary()
    shared = {**function.functions, function.name: function}
    LibraryWriter(library, False, _WRITERS).add_shared(list(shared.values()))
    return next(one for one in library.function if one.signature.name == function.name)


def node_to_proto(node: Node) -> Any:
    """Write a node; gives the `NodeDef`."""
    protos: list[Any] = GraphDef().node
    LibraryWriter(FunctionDefLibrary(), False, _WRITERS).write_node(node, protos)
    return next(proto for proto in protos if proto.name == node.name)


def attr_to_message(value: Any) -> Any:
    """Give what TensorFlow's `get_attr` has for an attr's value: the field of its AttrValue."""
    kind = kind_of_value(value)
    return getattr(attr_to_proto(kind, value), kind)
