"""`graph`: a picture of the graph in a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.formats.replacement import write_file
from penstock.formats.subgraphs import node_of_input
from penstock.graph.drawing.page import page
from penstock.graph.drawing.scopes import DrawnNode, scope_tree
from penstock.graph.drawing.svg import svg
from penstock.tools.files import read_graph_def
from penstock.tools.graph_inspection import dtype_name

__all__ = ["draw_graph"]


def draw_graph(path: str | os.PathLike[str], target: str | os.PathLike[str], depth: int = 2) -> int:
    """Draw the graph in a file, grouped by name scope.

    Ops that Penstock does not have are drawn like others.

    Args:
      path: a graph, a MetaGraph, a checkpoint beside one, or a SavedModel's folder.
      target: the file to write: ``.html``, a page whose scopes open and close, or ``.svg``.
      depth: in an SVG, how many levels of scopes are drawn with what is in them.

    Returns:
      How many nodes the graph has, those of its functions included.

    Raises:
      tf.errors.InvalidArgumentError: if the target's name ends otherwise, or the file holds no
        graph.
      tf.errors.OpError: if the file is missing or damaged, or the target cannot be written.
    """
    path, target = os.fspath(path), os.fspath(target)
    if not target.endswith((".html", ".svg")):
        raise InvalidArgumentError(
            None, None, f"A picture is written to a file that ends with .html or .svg, but the "
            f"name is {target!r}.",
        )  # fmt: skip
    nodes = list(_nodes(read_graph_def(path)))
    title = os.path.basename(path.rstrip("/"))
    text = page(nodes, title) if target.endswith(".html") else svg(scope_tree(nodes), depth)
    write_file(target, text.encode())
    return len(nodes)


def _nodes(graph_def: Any) -> Iterator[DrawnNode]:
    for node in graph_def.node:
        yield _node(node, "")
    for function in graph_def.library.function:
        for node in function.node_def:
            yield _node(node, f"functions/{function.signature.name}/")


def _node(node: Any, scope: str) -> DrawnNode:
    return DrawnNode(
        scope + node.name,
        node.op,
        tuple(scope + node_of_input(text) for text in node.input if text[:1] != "^"),
        tuple(scope + text[1:] for text in node.input if text[:1] == "^"),
        "\n".join(_details(node)),
    )


def _details(node: Any) -> Iterator[str]:
    for name, value in sorted(node.attr.items()):
        kind = value.WhichOneof("value")
        if kind == "type":
            yield f"{name}: {dtype_name(value.type)}"
        elif kind in ("b", "i", "f"):
            yield f"{name}: {getattr(value, kind)}"
        elif kind == "s":
            yield f"{name}: {value.s.decode(errors='replace')[:60]}"
