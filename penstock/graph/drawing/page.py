"""A graph as a page: a picture of each scope, which opens and closes; it needs nothing besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from penstock.graph.drawing.scopes import DrawnNode, Scope, scope_tree
from penstock.graph.drawing.svg import STYLE, picture
from penstock.graph.node import Node

__all__ = ["drawn_nodes", "fragment", "page"]

_PAGE_STYLE = """\
.pk-graph{font:13px sans-serif;color:#222}
.pk-graph details{margin:4px 0 4px 14px;border-left:2px solid #c9d4e2;padding-left:8px}
.pk-graph summary{cursor:pointer}
.pk-graph .pk-wide{overflow-x:auto}
"""


def drawn_nodes(nodes: Iterable[Node]) -> Iterator[DrawnNode]:
    """Give what a picture shows of a graph's nodes."""
    for node in nodes:
        yield DrawnNode(
            node.name,
            node.type,
            tuple(tensor.op.name for tensor in node.inputs),
            tuple(other.name for other in node.control_inputs),
            "\n".join(f"{tensor.dtype.name} {tensor.shape}" for tensor in node.outputs),
        )


def fragment(nodes: Iterable[DrawnNode], title: str) -> str:
    """Draw a graph as a piece of HTML, as notebooks show it.

    Args:
      nodes: the nodes.
      title: what stands above.
    """
    root = scope_tree(nodes)
    links = {scope.path: f"pk-{number}" for number, scope in enumerate(_scopes(root))}
    heading = f"{escape(title)}, {root.size:,} nodes"
    return (
        f'<div class="pk-graph"><style>{_PAGE_STYLE}{STYLE}</style>'
        f"<p>{heading}</p>{_content(root, links)}</div>"
    )


def page(nodes: Iterable[DrawnNode], title: str) -> str:
    """Draw a graph as an HTML file that opens without a network, and without scripts.

    Args:
      nodes: the nodes.
      title: the page's title.
    """
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        f"<title>{escape(title)}</title></head>\n<body>{fragment(nodes, title)}</body></html>\n"
    )


def _scopes(scope: Scope) -> Iterator[Scope]:
    for inner in scope.scopes():
        yield inner
        yield from _scopes(inner)


def _content(scope: Scope, links: Mapping[str, str]) -> str:
    inner = "".join(
        f"<details><summary>{escape(one.path)}/ ({one.size:,} nodes)</summary>"
        f'<div id="{links[one.path]}">{_content(one, links)}</div></details>'
        for one in scope.scopes()
    )
    return f'<div class="pk-wide">{picture(scope, links)}</div>{inner}'
