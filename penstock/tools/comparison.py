"""`diff`: how two files of named arrays, or two graphs, differ."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.saved_model.constants import VARIABLES_DIRECTORY, VARIABLES_FILENAME
from penstock.tools.arrays import NamedArrays, open_arrays
from penstock.tools.files import Kind, kind_of, read_graph_def
from penstock.tools.report import Report, Table

__all__ = ["Difference", "diff"]

_ARRAYS = frozenset({Kind.CHECKPOINT, Kind.NPZ, Kind.SAFETENSORS})
_LONGEST = 60
_ONE_SIDED = ("name", "what")


@dataclass(frozen=True)
class Difference:
    """How two files differ.

    Attributes:
      report: the differences, which print as text.
      differs: whether there are any.
    """

    report: Report
    differs: bool

    def __str__(self) -> str:
        return str(self.report)


def diff(
    first: str | os.PathLike[str], second: str | os.PathLike[str], tolerance: float = 0.0
) -> Difference:
    """Compare two checkpoints (npz and safetensors files, too), two graphs, or two SavedModels.

    Args:
      first: the one file; what only it has is missing in the other.
      second: the other file.
      tolerance: how far numbers may be apart, absolutely, and count as equal. NaN equals NaN.

    Raises:
      tf.errors.InvalidArgumentError: if one is a graph and the other is not.
      tf.errors.OpError: if a file is missing or damaged.
    """
    first, second = os.fspath(first), os.fspath(second)
    kinds = kind_of(first), kind_of(second)
    if all(kind in _ARRAYS for kind in kinds):
        tables = list(_array_tables(open_arrays(first), open_arrays(second), tolerance))
    elif any(kind in _ARRAYS | {Kind.EVENTS, Kind.RECORDS} for kind in kinds):
        raise InvalidArgumentError(
            None, None, f"Two checkpoints or two graphs can be compared, but {first!r} is a "
            f"{kinds[0].value} and {second!r} a {kinds[1].value}.",
        )  # fmt: skip
    else:
        tables = list(_graph_tables(read_graph_def(first), read_graph_def(second)))
        variables = [_variables_of(path) for path, kind in zip((first, second), kinds, strict=True)
                     if kind is Kind.SAVED_MODEL and _has_variables(path)]  # fmt: skip
        if len(variables) == 2:
            tables += _array_tables(open_arrays(variables[0]), open_arrays(variables[1]), tolerance)
    tables = [table for table in tables if table.rows]
    counts = {table.title: f"{len(table.rows):,}" for table in tables}
    heading = f"{first} and {second} {'differ' if tables else 'are equal'}"
    return Difference(Report(heading, counts, tuple(tables)), bool(tables))


def _variables_of(folder: str) -> str:
    return os.path.join(folder, VARIABLES_DIRECTORY, VARIABLES_FILENAME)


def _has_variables(folder: str) -> bool:
    return os.path.exists(f"{_variables_of(folder)}.index")


def _array_tables(a: NamedArrays, b: NamedArrays, tolerance: float) -> Iterator[Table]:
    def fact(arrays: NamedArrays, name: str) -> str:
        return f"{arrays.dtypes[name]} {list(arrays.shapes[name])}"

    yield from _one_sided("tensors", a.shapes, b.shapes, lambda n: fact(a, n), lambda n: fact(b, n))
    common = [name for name in a.shapes if name in b.shapes]
    changed = [name for name in common if fact(a, name) != fact(b, name)]
    yield Table.of(
        "tensors of another shape or dtype",
        ("name", "first", "second"),
        [(name, fact(a, name), fact(b, name)) for name in changed],
    )
    rows = []
    for name in common:
        if name not in changed:
            row = _values_row(name, a.read(name), b.read(name), tolerance)
            rows += [] if row is None else [row]
    rows.sort(key=lambda row: -row[0])
    yield Table.of(
        "tensors with other values, the largest difference first",
        ("name", "differing", "largest difference", "at", "first", "second"),
        [row[1:] for row in rows],
    )


def _values_row(
    name: str, a: np.ndarray, b: np.ndarray, tolerance: float
) -> tuple[Any, ...] | None:
    """Tell how two arrays of one shape and dtype differ: the size of it, then cells; or None."""
    if a.dtype.kind in "OSUb":
        distances = (a != b).astype(np.float64)
    else:
        kind = np.complex128 if a.dtype.kind == "c" else np.float64
        x, y = a.astype(kind), b.astype(kind)
        with np.errstate(invalid="ignore"):
            distances = np.where((a == b) | (np.isnan(x) & np.isnan(y)), 0.0, np.abs(x - y))
        distances = np.where(np.isnan(distances), np.inf, distances)
        if a.dtype.kind in "iu":  # large integers may be one number as floating ones
            distances = np.where((a != b) & (distances == 0), 1.0, distances)
    differing = int((distances > tolerance).sum())
    if not differing:
        return None
    at = np.unravel_index(int(distances.argmax()), distances.shape)
    largest = float(distances[at])
    shown = "-" if a.dtype.kind in "OSUb" else f"{largest:.6g}"
    place = [int(index) for index in at]
    count = f"{differing:,} of {a.size:,}"
    return (largest, name, count, shown, place, _short(a[at]), _short(b[at]))


def _one_sided(
    noun: str,
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    fact_a: Callable[[str], str],
    fact_b: Callable[[str], str],
) -> Iterator[Table]:
    only_a = [(name, fact_a(name)) for name in a if name not in b]
    only_b = [(name, fact_b(name)) for name in b if name not in a]
    yield Table.of(f"{noun} only in the first", _ONE_SIDED, only_a)
    yield Table.of(f"{noun} only in the second", _ONE_SIDED, only_b)


def _graph_tables(a: Any, b: Any) -> Iterator[Table]:
    yield from _node_tables("nodes", a.node, b.node)
    first, second = (
        {function.signature.name: function for function in graph.library.function}
        for graph in (a, b)
    )
    yield from _one_sided(
        "functions", first, second, lambda n: _size(first[n]), lambda n: _size(second[n])
    )
    for name, function in first.items():
        if name in second and function != second[name]:
            tables = list(
                _node_tables(f"nodes of {name}", function.node_def, second[name].node_def)
            )
            yield from tables
            if not any(table.rows for table in tables):
                yield Table.of("functions of another signature", ("name",), [(name,)])


def _size(function: Any) -> str:
    return f"{len(function.node_def)} nodes"


def _node_tables(noun: str, a: Sequence[Any], b: Sequence[Any]) -> Iterator[Table]:
    first, second = ({node.name: node for node in nodes} for nodes in (a, b))
    yield from _one_sided(noun, first, second, lambda n: first[n].op, lambda n: second[n].op)
    rows = [
        (name, *row)
        for name, node in first.items()
        if name in second and node != second[name]
        for row in _node_rows(node, second[name])
    ]
    yield Table.of(f"{noun} that differ", ("name", "what", "first", "second"), rows)


def _node_rows(a: Any, b: Any) -> Iterator[tuple[str, str, str]]:
    for what in ("op", "device"):
        if getattr(a, what) != getattr(b, what):
            yield (what, getattr(a, what) or "none", getattr(b, what) or "none")
    if list(a.input) != list(b.input):
        yield ("inputs", _short(list(a.input)), _short(list(b.input)))
    for name in sorted({*a.attr, *b.attr}):
        one = a.attr.get(name, None)
        other = b.attr.get(name, None)
        if one != other:
            yield (f"attr {name}", _short(one), _short(other))


def _short(value: Any) -> str:
    """Give a value on one line, cut if it is long."""
    text = "none" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
