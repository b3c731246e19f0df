"""What a tool has found out: facts and tables, which print as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Report", "Table", "counted", "listing"]


@dataclass(frozen=True)
class Table:
    """Rows under columns; prints with the columns aligned.

    Attributes:
      title: what the rows are.
      columns: the columns' names.
      rows: for each row its cells, in the order of the columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, title: str, columns: Iterable[str], rows: Iterable[Sequence[object]]) -> Table:
        """Make a table of cells that are shown as `str` shows them."""
        return cls(title, tuple(columns), tuple(tuple(map(str, row)) for row in rows))

    def __str__(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
        return "\n".join([f"{self.title}:", *(_aligned(line, widths) for line in lines)])


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"  {'  '.join(padded)}".rstrip()


@dataclass(frozen=True)
class Report:
    """What a tool has found out about a file.

    Attributes:
      heading: what the file is.
      facts: what is known of it as a whole.
      tables: what is in it.
    """

    heading: str
    facts: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()

    def __str__(self) -> str:
        return "\n\n".join(self._parts())

    def _parts(self) -> Iterator[str]:
        yield "\n".join([self.heading, *(f"  {key}: {fact}" for key, fact in self.facts.items())])
        yield from (str(table) for table in self.tables if table.rows)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Give a number with its noun.

    >>> counted(1, "node"), counted(1234, "node"), counted(2, "entry", "entries")
    ('1 node', '1,234 nodes', '2 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listing(names: Iterable[str]) -> str:
    """Give names in a row, or the word none.

    >>> listing(["a", "b"]), listing([])
    ('a, b', 'none')
    """
    return ", ".join(names) or "none"
