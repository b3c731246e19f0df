"""A list whose versions are values: what is kept of it does not change when a new one is made."""

from __future__ import annotations

from typing import Any

__all__ = ["Cells"]


class Cells:
    """A list that is never changed, of which the newest version is cheap to make another of."""

    __slots__ = ("_change", "_items")

    def __init__(self, items: list[Any]) -> None:
        self._items: list[Any] | None = items
        self._change: tuple[int, Any, Cells] | None = None

    @property
    def items(self) -> list[Any]:
        """The items; not to be changed."""
        if self._items is None:
            changes = []
            at: Cells = self
            while at._items is None:
                assert at._change is not None
                changes.append(at._change)
                at = at._change[2]
            self._items = list(at._items)
            for index, item, _ in reversed(changes):
                self._items[index] = item
        return self._items

    def with_item(self, index: int, item: Any) -> Cells:
        """Give the list with one item replaced."""
        items = self.items
        made = Cells(items)
        self._change, self._items = (index, items[index], made), None
        items[index] = item
        return made
