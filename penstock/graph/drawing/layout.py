"""Where boxes stand: in layers from the top down, so that edges lead downwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Layout", "lay_out"]

_GAP_X, _GAP_Y = 16.0, 34.0
_SWEEPS = 4
_WIDEST = 24  # boxes in a row that nothing connects


@dataclass(frozen=True)
class Layout:
    """Places of boxes.

    Attributes:
      places: the left upper corner of each box, in pixels.
      width, height: of them all.
    """

    places: Mapping[str, tuple[float, float]]
    width: float
    height: float


def lay_out(sizes: Mapping[str, tuple[float, float]], edges: Iterable[tuple[str, str]]) -> Layout:
    """Place boxes in layers.

    Args:
      sizes: width and height of each box, in pixels.
      edges: pairs of boxes, the first of which should stand above the second; circles are allowed.
    """
    edges = [edge for edge in edges if edge[0] != edge[1]]
    before: dict[str, list[str]] = {name: [] for name in sizes}
    after: dict[str, list[str]] = {name: [] for name in sizes}
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    layers = _rows(_levels(sizes, before, after), before, after)
    _order(layers, before, after)
    return _places(layers, sizes)


def _levels(
    names: Iterable[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> dict[str, int]:
    """Give each box a level below all that lead to it; what leads back up is left out."""
    waiting_for = {name: len(before[name]) for name in names}
    levels = dict.fromkeys(waiting_for, 0)
    left = dict.fromkeys(waiting_for)
    ready = [name for name, count in waiting_for.items() if not count]
    while left:
        if not ready:  # a circle: go on with the one that waits for the fewest
            ready = [min(left, key=lambda name: waiting_for[name])]
        name = ready.pop()
        if name not in left:
            continue
        del left[name]
        for other in after[name]:
            if other in left:
                levels[other] = max(levels[other], levels[name] + 1)
                waiting_for[other] -= 1
                if not waiting_for[other]:
                    ready.append(other)
    for name in levels:  # sources stand just above what takes them
        if not before[name] and after[name]:
            levels[name] = max(0, min(levels[other] for other in after[name]) - 1)
    return levels


def _rows(
    levels: Mapping[str, int], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> list[list[str]]:
    alone = [name for name in levels if not before[name] and not after[name]]
    rows: list[list[str]] = [[] for _ in range(max(levels.values(), default=-1) + 1)]
    for name, level in levels.items():
        if before[name] or after[name]:
            rows[level].append(name)
    rows += [alone[start : start + _WIDEST] for start in range(0, len(alone), _WIDEST)]
    return [row for row in rows if row]


def _order(
    rows: list[list[str]], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> None:
    """Put each box near the middle of its neighbours, sweeping down and up."""
    for sweep in range(_SWEEPS):
        places = {name: place / len(row) for row in rows for place, name in enumerate(row)}
        neighbours = after if sweep % 2 else before
        for row in reversed(rows) if sweep % 2 else rows:
            wanted = {
                name: sum(map(places.__getitem__, neighbours[name])) / len(neighbours[name])
                if neighbours[name]
                else places[name]
                for name in row
            }
            row.sort(key=wanted.__getitem__)
            places.update({name: place / len(row) for place, name in enumerate(row)})


def _places(rows: list[list[str]], sizes: Mapping[str, tuple[float, float]]) -> Layout:
    widths = [sum(sizes[name][0] for name in row) + _GAP_X * (len(row) - 1) for row in rows]
    width = max(widths, default=0.0)
    places: dict[str, tuple[float, float]] = {}
    y = 0.0
    for row, taken in zip(rows, widths, strict=True):
        x = (width - taken) / 2
        height = max(sizes[name][1] for name in row)
        for name in row:
            places[name] = (x, y + (height - sizes[name][1]) / 2)
            x += sizes[name][0] + _GAP_X
        y += height + _GAP_Y
    return Layout(places, width, max(0.0, y - _GAP_Y))
