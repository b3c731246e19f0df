"""From a graph to its GraphDef."""

from __future__ import annotations

from typing import Any

from penstock.formats.attribute_values import attr_from_proto, attr_to_proto, kind_of_value
from penstock.formats.messages import GraphDef, NodeDef
from penstock.formats.op_definitions import op_to_proto
from penstock.formats.tensors import shape_to_proto
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = [
    "PRODUCER",
    "attr_from_proto",
    "attr_to_message",
    "graph_to_proto",
    "node_to_proto",
    "op_to_proto",
]

# The version of the format that TensorFlow 1.15.5 writes.
PRODUCER = 134


def graph_to_proto(graph: Graph, add_shapes: bool = False) -> Any:
    """Write a graph.

    Args:
      graph: the graph.
      add_shapes: whether each node gets an attribute ``_output_shapes``.

    Returns:
      A `GraphDef`: the same, field by field, as TensorFlow's for the same graph.
    """
    proto = GraphDef()
    proto.versions.producer = PRODUCER
    for node in graph.get_operations():
        made = node_to_proto(node, proto.node.add())
        if add_shapes and node.outputs:
            _write_shapes(node, made)
    return proto


def _write_shapes(node: Node, proto: Any) -> None:
    shapes = proto.attr["_output_shapes"].list.shape
    for tensor in node.outputs:
        shape_to_proto(tensor.static_shape, shapes.add())


def node_to_proto(node: Node, proto: Any = None) -> Any:
    """Write a node, into `proto` if it is given; gives the `NodeDef`."""
    proto = NodeDef() if proto is None else proto
    proto.name = node.name
    proto.op = node.type
    proto.input.extend(map(_reference, node.inputs))
    proto.input.extend(sorted(f"^{other.name}" for other in node.control_inputs))
    proto.device = node.device
    declared = node.spec.attr_by_name
    for name, value in node.attrs.items():
        if value is None and name not in declared:
            continue
        kind = declared[name].kind if name in declared else kind_of_value(value)
        attr_to_proto(kind, value, proto.attr[name])
    if node.gradient_override is not None:
        proto.attr["_gradient_op_type"].s = node.gradient_override.encode()
    return proto


def attr_to_message(value: Any) -> Any:
    """Give what TensorFlow's `get_attr` has for an attr's value: the field of its AttrValue."""
    kind = kind_of_value(value)
    return getattr(attr_to_proto(kind, value), kind)


def _reference(tensor: Tensor) -> str:
    return tensor.name if tensor.value_index else tensor.op.name
