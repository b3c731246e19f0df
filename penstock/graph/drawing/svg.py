"""A graph as SVG: boxes for nodes, frames for scopes, lines for tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from penstock.graph.drawing.layout import Layout, lay_out
from penstock.graph.drawing.scopes import DrawnNode, Scope

__all__ = ["STYLE", "picture", "svg"]

STYLE = """\
.pk text{font:11px sans-serif;fill:#222;text-anchor:middle}
.pk text.op{font-size:9px;fill:#667}
.pk text.title{text-anchor:start;font-weight:bold;fill:#445}
.pk rect{stroke:#8895a7;fill:#eef2f7;rx:5}
.pk .scope>rect{fill:#f8fafc;stroke:#5b7aa5}
.pk .constant>rect{fill:#f3f3f3;stroke:#bbb}
.pk .variable>rect{fill:#fdebd0;stroke:#d08b2c}
.pk .input>rect{fill:#dff3e3;stroke:#3f9a57}
.pk path{fill:none;stroke:#9aa5b1}
.pk path.control{stroke-dasharray:3 3}
"""

_MARGIN, _TITLE, _CHARACTER, _LONGEST = 12.0, 20.0, 6.4, 32
_NODE_HEIGHT = 34.0
_KINDS = {
    "Const": "constant",
    "Placeholder": "input",
    "PlaceholderV2": "input",
    "PlaceholderWithDefault": "input",
    "Variable": "variable",
    "VariableV2": "variable",
    "VarHandleOp": "variable",
}


@dataclass(frozen=True)
class _Drawing:
    """A part of a picture: its marks, and the room that they take."""

    marks: str
    width: float
    height: float


def svg(root: Scope, depth: int = 2) -> str:
    """Draw a graph as an SVG that stands for itself.

    Args:
      root: the scopes, as `scope_tree` gives them.
      depth: how many levels of scopes are drawn with what is in them; those further in are boxes.
    """
    drawing = _members(root, depth)
    return _document(drawing, f"<style>{STYLE}</style>")


def picture(scope: Scope, links: Mapping[str, str]) -> str:
    """Draw what is directly in one scope, for a page that holds the style.

    Args:
      scope: the scope; those in it are boxes.
      links: where the box of a scope leads, by the scope's path.
    """
    return _document(_members(scope, 0, links), "")


def _document(drawing: _Drawing, style: str) -> str:
    width, height = drawing.width + 2 * _MARGIN, drawing.height + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pk" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">{style}'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">{drawing.marks}</g></svg>'
    )


def _members(scope: Scope, depth: int, links: Mapping[str, str] | None = None) -> _Drawing:
    drawings = {
        name: _member(name, member, depth, links or {}) for name, member in scope.members.items()
    }
    sizes = {name: (drawing.width, drawing.height) for name, drawing in drawings.items()}
    layout = lay_out(sizes, scope.edges)
    lines = [
        _line(layout, sizes, edge, count, is_control)
        for edge, (count, is_control) in scope.edges.items()
    ]
    boxes = [
        f'<g transform="translate({x:.1f} {y:.1f})">{drawings[name].marks}</g>'
        for name, (x, y) in layout.places.items()
    ]
    return _Drawing("".join([*lines, *boxes]), layout.width, layout.height)


def _member(name: str, member: Scope | DrawnNode, depth: int, links: Mapping[str, str]) -> _Drawing:
    if isinstance(member, DrawnNode):
        tip = "\n".join(filter(None, [member.name, member.op, member.detail]))
        label = name or member.name.rpartition("/")[2]
        return _box(label, member.op, tip, _KINDS.get(member.op, "node"))
    count = f"{member.size:,} nodes"
    if depth <= 0:
        box = _box(f"{name}/", count, f"{member.path}: {count}", "scope")
        link = links.get(member.path)
        if link is None:
            return box
        return _Drawing(f'<a href="#{link}">{box.marks}</a>', box.width, box.height)
    inner = _members(member, depth - 1, links)
    width = max(inner.width, len(_short(name)) * _CHARACTER) + 2 * _MARGIN
    height = inner.height + _TITLE + 2 * _MARGIN
    shift = (width - inner.width) / 2
    marks = (
        f'<g class="scope"><title>{escape(member.path)}: {count}</title>'
        f'<rect width="{width:.1f}" height="{height:.1f}"/>'
        f'<text class="title" x="8" y="15">{escape(_short(name))}/</text>'
        f'<g transform="translate({shift:.1f} {_TITLE + _MARGIN:.1f})">{inner.marks}</g></g>'
    )
    return _Drawing(marks, width, height)


def _box(label: str, below: str, tip: str, kind: str) -> _Drawing:
    label, below = _short(label), _short(below)
    width = max(len(label), len(below)) * _CHARACTER + 16
    marks = (
        f'<g class="{kind}"><title>{escape(tip)}</title>'
        f'<rect width="{width:.1f}" height="{_NODE_HEIGHT:.0f}"/>'
        f'<text x="{width / 2:.1f}" y="15">{escape(label)}</text>'
        f'<text class="op" x="{width / 2:.1f}" y="27">{escape(below)}</text></g>'
    )
    return _Drawing(marks, width, _NODE_HEIGHT)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _line(
    layout: Layout,
    sizes: Mapping[str, tuple[float, float]],
    edge: tuple[str, str],
    count: int,
    is_control: bool,
) -> str:
    (x, y), (width, height) = layout.places[edge[0]], sizes[edge[0]]
    x, y = x + width / 2, y + height
    end_x, end_y = layout.places[edge[1]]
    end_x += sizes[edge[1]][0] / 2
    bend = max(12.0, abs(end_y - y) / 2)
    thickness = min(4.0, 1.0 + 0.4 * (count - 1))
    style = ' class="control"' if is_control else f' stroke-width="{thickness:.1f}"'
    return (
        f'<path{style} d="M{x:.1f} {y:.1f} C{x:.1f} {y + bend:.1f} {end_x:.1f} '
        f'{end_y - bend:.1f} {end_x:.1f} {end_y:.1f}"/>'
    )
