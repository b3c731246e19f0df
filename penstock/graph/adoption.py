"""Nodes that come from elsewhere, a file or another graph, names and attributes included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec

__all__ = ["adopt_node"]


def adopt_node(
    graph: Graph,
    spec: OpSpec,
    inputs: tuple[Tensor, ...],
    attrs: dict[str, Any],
    name: str,
    control_inputs: Sequence[Node] = (),
    device: str = "",
) -> Node:
    """Add a node as it stands somewhere else; open blocks add to it, as to every new node.

    Args:
      graph: the graph to add it to.
      spec: the op's record.
      inputs: all inputs, flat.
      attrs: a value for each attr of the record, and further ones that begin with an underscore.
      name: its full name, which no other node has.
      control_inputs: the nodes that it must wait for.
      device: the device it asks for; what it leaves open, the blocks around fill in.

    Raises:
      ValueError: if the shapes do not fit.
    """
    places = attrs.pop("_class", [])
    override = attrs.pop("_gradient_op_type", None)
    if device:
        with graph.device(device):
            node = graph.add_node(spec, inputs, attrs, f"{name}/")
    else:
        node = graph.add_node(spec, inputs, attrs, f"{name}/")
    wanted = dict.fromkeys([*control_inputs, *graph.scopes.control_inputs(())])
    node._control_inputs = tuple(wanted)
    around = [
        group.decode() for other in graph.scopes.colocation for group in other.colocation_groups()
    ]
    attrs.pop("_class", None)
    if places or around:
        attrs["_class"] = sorted({*places, *around})
    node.gradient_override = override
    return node
