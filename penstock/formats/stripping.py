"""What a MetaGraphDef says of its graph's ops, and a graph without what goes without saying."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.formats.messages import OpList
from penstock.formats.op_definitions import op_to_proto
from penstock.graph.op_library import Library

__all__ = ["clear_devices", "ops_used", "strip_default_attrs"]


def _nodes(graph_def: Any) -> Iterator[Any]:
    """All nodes of a GraphDef, those of its functions included."""
    yield from graph_def.node
    for function in graph_def.library.function:
        yield from function.node_def


def ops_used(graph_def: Any, library: Library) -> Any:
    """List the definitions of the ops that a graph and its functions use, by name.

    Args:
      graph_def: the GraphDef.
      library: the records; what is not among them, such as calls of functions, is left out.

    Returns:
      An `OpList`.
    """
    names = sorted({node.op for node in _nodes(graph_def)})
    return OpList(op=[op_to_proto(library[name]) for name in names if name in library])


def strip_default_attrs(graph_def: Any, library: Library) -> None:
    """Take attributes that have their default values out of a graph, which is changed.

    Older readers, which may not know the attribute, can read what is left.
    """
    defaults: dict[str, dict[str, Any]] = {}
    for node in _nodes(graph_def):
        if node.op not in library:
            continue
        if node.op not in defaults:
            defaults[node.op] = {
                attr.name: attr.default_value
                for attr in op_to_proto(library[node.op]).attr
                if attr.HasField("default_value")
            }
        for name, default in defaults[node.op].items():
            if name in node.attr and node.attr[name] == default:
                del node.attr[name]


def clear_devices(graph_def: Any) -> None:
    """Let the nodes of a graph, which is changed, ask for no device."""
    for node in _nodes(graph_def):
        node.device = ""
