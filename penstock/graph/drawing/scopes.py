"""The tree of a graph's name scopes, with the edges between the members of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = ["DrawnNode", "Scope", "scope_tree"]


@dataclass(frozen=True)
class DrawnNode:
    """What a picture shows of a node.

    Attributes:
      name: its full name.
      op: its type.
      inputs: names of the nodes whose outputs it takes.
      controls: names of the nodes that it waits for.
      detail: what is said of it besides: the dtypes and shapes of its outputs.
    """

    name: str
    op: str
    inputs: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    detail: str = ""


@dataclass
class Scope:
    """Nodes under one name scope, and the scopes in it.

    Attributes:
      path: its full name; empty for the whole graph.
      node: the node that has the scope's own name, as the variable ``w`` with ``w/read`` has.
      members: nodes and scopes in it, by the last part of their names.
      edges: pairs of members, the first of which gives what the second takes, with how often, and
        whether all of them are control edges.
      size: how many nodes it holds, those of its scopes included.
    """

    path: str
    node: DrawnNode | None = None
    members: dict[str, Scope | DrawnNode] = field(default_factory=dict)
    edges: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    size: int = 0

    def scopes(self) -> Iterator[Scope]:
        """Go through the scopes directly in it."""
        for member in self.members.values():
            if isinstance(member, Scope):
                yield member

    def connect(self, source: str, target: str, is_control: bool) -> None:
        """Add an edge between two members."""
        count, only_control = self.edges.get((source, target), (0, True))
        self.edges[source, target] = (count + 1, only_control and is_control)


def scope_tree(nodes: Iterable[DrawnNode]) -> Scope:
    """Group nodes by name scope.

    Args:
      nodes: the nodes, in any order; inputs that are none of them are left out.

    Returns:
      The scope of the whole graph.
    """
    nodes = list(nodes)
    parents = {name.rpartition("/")[0] for name in (node.name for node in nodes)}
    scopes = {path for name in parents for path in _prefixes(name)}
    root = Scope("")
    for node in nodes:
        _place(root, node, scopes)
    paths = {node.name: _path(node.name, scopes) for node in nodes}
    for node in nodes:
        for names, is_control in ((node.inputs, False), (node.controls, True)):
            for name in names:
                if name in paths:
                    _connect(root, paths[name], paths[node.name], is_control)
    return root


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition("/")[0]


def _path(name: str, scopes: set[str]) -> list[str]:
    """Give the way to a node: the names of members from the root down."""
    parts = name.split("/")
    return [*parts, ""] if name in scopes else parts


def _place(root: Scope, node: DrawnNode, scopes: set[str]) -> None:
    scope = root
    scope.size += 1
    *outer, last = _path(node.name, scopes)
    for part in outer:
        path = f"{scope.path}/{part}" if scope.path else part
        inner = scope.members.setdefault(part, Scope(path))
        assert isinstance(inner, Scope)
        scope = inner
        scope.size += 1
    if not last:
        scope.node = node
    scope.members[last] = node


def _connect(root: Scope, source: list[str], target: list[str], is_control: bool) -> None:
    """Add an edge where the ways to two nodes part."""
    scope = root
    for one, other in zip(source, target, strict=False):
        if one != other:
            scope.connect(one, other, is_control)
            return
        inner = scope.members[one]
        if not isinstance(inner, Scope):
            return  # a node that takes its own output
        scope = inner
