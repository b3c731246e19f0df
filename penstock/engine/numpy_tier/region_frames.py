"""What a region holds while it runs: frames, and what their cells have got in each iteration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.engine.regions import Cell

__all__ = ["Arrivals", "Frame"]


class Frame:
    """One run of a frame.

    Attributes:
      name: the frame's name; empty for the outermost.
      place: the frame and iteration around it.
      iterations: for each iteration, what its cells have got so far.
      constants: what Enter cells send to all iterations: cell, outputs, whether they are dead.
      busy: how many cells of it wait to fire, and frames in it are not done.
      expected: how many Enter cells have not fired yet.
      exits: Exit cells that fired, with whether one of them was alive.
    """

    def __init__(self, name: str, place: tuple[Frame, int] | None, expected: int) -> None:
        self.name = name
        self.place = place
        self.iterations: list[dict[int, Arrivals]] = [{}]
        self.constants: list[tuple[int, Sequence[Any], bool]] = []
        self.busy = 0
        self.expected = expected
        self.exits: dict[int, bool] = {}
        self.children: dict[tuple[int, str], Frame] = {}


class Arrivals:
    """What a cell has got in one iteration."""

    __slots__ = ("dead", "fired", "index", "missing", "values", "waits")

    def __init__(self, cell: Cell, is_merge: bool) -> None:
        self.values: list[Any] = [None] * len(cell.wires)
        self.waits = len(cell.waits)
        self.missing = 1 if is_merge else len(cell.wires)
        self.dead = 0
        self.index = -1
        self.fired = False
