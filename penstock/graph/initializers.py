"""Which nodes give variables their first values: some reads come after them in a run."""

from __future__ import annotations

from penstock.graph.node import Node

__all__ = ["is_initializer", "note_initializer"]

_KEY = "initializers"


def note_initializer(node: Node) -> None:
    """Remember that a node is the initializer of a variable."""
    node.graph.extras.setdefault(_KEY, set()).add(node)


def is_initializer(node: Node) -> bool:
    """Tell whether a node is the initializer of a variable."""
    return node in node.graph.extras.get(_KEY, ())
