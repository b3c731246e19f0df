"""A node copied to another graph."""

from __future__ import annotations

from typing import Any

from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec

__all__ = ["copied_tensor", "copy_node"]


def copy_node(
    node: Node,
    graph: Graph,
    inputs: tuple[Tensor, ...],
    spec: OpSpec | None = None,
    attrs: dict[str, Any] | None = None,
) -> Node:
    """Copy a node to a graph, of its name and line; it has no outputs and waits for nothing yet.

    Args:
      node: the node.
      graph: where the copy goes.
      inputs: the copy's inputs.
      spec: the record of its op, if that is another.
      attrs: its attributes, if they are others.
    """
    name = graph.naming.reserve(node.name)
    spec = node.spec if spec is None else spec
    attrs = dict(node.attrs) if attrs is None else attrs
    copy = Node(graph, len(graph.nodes) + 1, name, spec, inputs, attrs, node._place)
    copy.device = node.device
    copy.gradient_override = node.gradient_override
    graph.nodes[name] = copy
    return copy


def copied_tensor(tensor: Tensor, copy: Node) -> Tensor:
    """Make the output of a copied node that stands for an output of the node."""
    made = Tensor(copy, tensor.value_index, tensor.dtype, tensor.static_shape)
    made.folded = tensor.folded
    made.handle_data = tensor.handle_data
    return made
