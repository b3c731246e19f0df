"""What a call of a raw op gives back: tensors, lists of them, named tuples, or the node."""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

from penstock.graph.shape_context import arg_length

if TYPE_CHECKING:
    from penstock.graph.node import Node

__all__ = ["structured_outputs"]

_output_types: dict[str, Any] = {}


def structured_outputs(node: Node) -> Any:
    """Give a node's outputs as a caller of the raw op gets them."""
    spec = node.spec
    if not spec.outputs:
        return node
    groups: list[Any] = []
    start = 0
    for arg in spec.outputs:
        count = arg_length(arg, node.attrs)
        members = node.outputs[start : start + count]
        groups.append(list(members) if arg.is_list else members[0])
        start += count
    if len(groups) == 1:
        return groups[0]
    if spec.name not in _output_types:
        _output_types[spec.name] = namedtuple(spec.name, [arg.name for arg in spec.outputs])
    return _output_types[spec.name](*groups)
