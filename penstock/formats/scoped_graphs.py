"""A part of a graph, by its name scope; its inputs from elsewhere are open until it is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from penstock.formats.messages import GraphDef
from penstock.formats.subgraphs import node_of_input

__all__ = ["UNBOUND_INPUTS", "bind_inputs", "part_in_scope"]

# The collection that lists open inputs, and how their names begin.
UNBOUND_INPUTS = "unbound_inputs"
_OPEN = "$unbound_inputs_"


def part_in_scope(graph_def: Any, scope: str) -> tuple[Any, list[str]]:
    """Take the nodes in a name scope out of a graph; their names lose the scope's.

    Args:
      graph_def: the GraphDef.
      scope: the name scope.

    Returns:
      A new GraphDef, and the names of its open inputs.
    """
    start = f"{scope.rstrip('/')}/"
    part = GraphDef()
    part.versions.CopyFrom(graph_def.versions)
    part.library.CopyFrom(graph_def.library)
    open_inputs: dict[str, None] = {}
    for node in graph_def.node:
        if not node.name.startswith(start):
            continue
        made = part.node.add()
        made.CopyFrom(node)
        made.name = node.name.removeprefix(start)
        made.input[:] = [_input(text, start, open_inputs) for text in node.input]
        if "_class" in node.attr:
            groups = made.attr["_class"].list
            groups.s[:] = [
                b"loc:@" + group.removeprefix(b"loc:@" + start.encode())
                for group in node.attr["_class"].list.s
                if group.startswith(b"loc:@" + start.encode())
            ]
    return part, list(open_inputs)


def _input(text: str, start: str, open_inputs: dict[str, None]) -> str:
    control = "^" if text.startswith("^") else ""
    plain = text.removeprefix("^")
    if node_of_input(plain).startswith(start):
        return control + plain.removeprefix(start)
    name = _OPEN + plain.replace(":", "_")
    open_inputs[name] = None
    return control + name


def bind_inputs(
    input_map: Mapping[str, Any] | None, open_inputs: Iterable[bytes]
) -> dict[str, Any] | None:
    """Complete the mapping of a graph with open inputs: control inputs follow the tensors.

    Args:
      input_map: what the importer maps.
      open_inputs: the names of the open inputs.

    Raises:
      ValueError: if one is not mapped.
    """
    names = [name.decode() for name in open_inputs]
    bound = dict(input_map or {})
    missing = [name for name in names if name not in bound]
    if missing:
        raise ValueError(
            f"Graph contains unbound inputs: {', '.join(missing)}. Must provide these inputs "
            "through input_map."
        )
    for name in names:
        if hasattr(bound[name], "op"):
            bound.setdefault(f"^{name}", bound[name].op)
    return bound or None
