"""Several diagonals of matrices at once, into rows of a matrix and back.

A *band* goes from diagonal `low` to diagonal `high`, 0 being the main one. In a matrix of diagonals
the highest one is the first row; shorter ones are filled up, on the left or on the right.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import composed
from penstock.ops.arrays_common import any_type, require

__all__ = ["SPECS"]

_ALIGNMENTS = ("LEFT_LEFT", "LEFT_RIGHT", "RIGHT_LEFT", "RIGHT_RIGHT")


class _Band(NamedTuple):
    low: int
    high: int

    @property
    def is_one(self) -> bool:
        return self.low == self.high

    def length(self, diagonal: int, rows: int, columns: int) -> int:
        return max(min(rows + min(diagonal, 0), columns - max(diagonal, 0)), 0)

    def longest(self, rows: int, columns: int) -> int:
        nearest = min(max(0, self.low), self.high)
        return self.length(nearest, rows, columns)


def _band(k: Any) -> _Band:
    ends = [int(end) for end in np.ravel(k)]
    if not 1 <= len(ends) <= 2 or ends[0] > ends[-1]:
        raise InvalidArgumentError(
            None, None, f"k is a diagonal, or the lowest and the highest of several, but is {k}."
        )
    return _Band(ends[0], ends[-1])


def _start(band: _Band, diagonal: int, rows: int, columns: int, align: str) -> int:
    """Tell where a diagonal begins in its row."""
    above, _, below = align.partition("_")
    is_right = (above if diagonal >= 0 else below) == "RIGHT"
    return (band.longest(rows, columns) - band.length(diagonal, rows, columns)) * is_right


def _places(band: _Band, rows: int, columns: int, align: str) -> tuple[Any, Any, Any]:
    """Give for each place of a matrix: whether it is in the band, and where in the diagonals."""
    row, column = np.mgrid[:rows, :columns]
    diagonal = column - row
    inside = (diagonal >= band.low) & (diagonal <= band.high)
    starts = np.array(
        [_start(band, d, rows, columns, align) for d in range(band.high, band.low - 1, -1)], int
    )
    which = np.where(inside, band.high - diagonal, 0)
    return inside, which, np.where(inside, np.minimum(row, column) + starts[which], 0)


def _spread(xp: Any, diagonals: Any, band: _Band, rows: int, columns: int, align: str) -> Any:
    """Bring diagonals into their places; elsewhere stands anything."""
    inside, which, at = _places(band, rows, columns, align)
    if band.is_one:
        return inside, diagonals[..., at]
    return inside, diagonals[..., which, at]


def _diag(
    xp: Any, diagonal: Any, k: Any, num_rows: Any, num_cols: Any, padding: Any, *,
    align: str = "LEFT_LEFT",
) -> Any:  # fmt: skip
    band = _band(k)
    rows, columns = _sizes(band, diagonal.shape, int(num_rows), int(num_cols))
    inside, values = _spread(xp, diagonal, band, rows, columns, align)
    return xp.where(inside, values, padding.astype(diagonal.dtype))


def _sizes(band: _Band, shape: Any, rows: int, columns: int) -> tuple[int, int]:
    """Work out the sizes of a matrix with these diagonals, where -1 asks for it."""
    least_rows = shape[-1] - min(band.high, 0)
    least_columns = shape[-1] + max(band.low, 0)
    if rows == columns == -1:
        return (max(least_rows, least_columns),) * 2
    rows = least_rows if rows == -1 else rows
    columns = least_columns if columns == -1 else columns
    count = band.high - band.low + 1
    require(
        band.longest(rows, columns) == shape[-1] and (band.is_one or shape[-2:-1] == (count,)),
        f"Diagonals {band.low} to {band.high} of {rows} rows and {columns} columns do not have the "
        f"shape {tuple(shape)}.",
    )
    return rows, columns


def _diag_shape(c: ShapeContext) -> Shape:
    given = c.shape("diagonal")
    known = [c.value(name) for name in ("k", "num_rows", "num_cols")]
    if given is None:
        return None
    if known[0] is None:
        return None
    band = _band(known[0])
    if len(given) < 2 - band.is_one:
        raise c.mismatch("a diagonal in the last axis, or several in the last two")
    stack = given[: len(given) - (1 if band.is_one else 2)]
    if given[-1] is None or any(one is None for one in known):
        return (*stack, None, None)
    return (*stack, *_sizes(band, given[-2:], int(known[1]), int(known[2])))


def _part(xp: Any, x: Any, k: Any, padding: Any, *, align: str = "LEFT_LEFT") -> Any:
    band, (rows, columns) = _band(k), x.shape[-2:]
    _check(band, rows, columns)
    longest = band.longest(rows, columns)
    shape = band.high - band.low + 1, longest
    row, column, inside = np.zeros(shape, int), np.zeros(shape, int), np.zeros(shape, bool)
    for number, diagonal in enumerate(range(band.high, band.low - 1, -1)):
        start = _start(band, diagonal, rows, columns, align)
        count = band.length(diagonal, rows, columns)
        at = slice(start, start + count)
        row[number, at] = np.arange(count) + max(-diagonal, 0)
        column[number, at] = np.arange(count) + max(diagonal, 0)
        inside[number, at] = True
    found = xp.where(inside, x[..., row, column], padding.astype(x.dtype))
    return found[..., 0, :] if band.is_one else found


def _check(band: _Band, rows: int, columns: int) -> None:
    require(
        -rows < band.low <= band.high < columns or (band.is_one and band.low == 0),
        f"A matrix of {rows} rows and {columns} columns has diagonals from {1 - rows} to "
        f"{columns - 1}, but {band.low} to {band.high} are asked for.",
    )


def _part_shape(c: ShapeContext) -> Shape:
    given, k = c.shape("input"), c.value("k")
    if given is None or k is None:
        return None
    if len(given) < 2:
        raise c.mismatch("matrices")
    band, (rows, columns) = _band(k), given[-2:]
    longest = None if rows is None or columns is None else band.longest(rows, columns)
    count = () if band.is_one else (band.high - band.low + 1,)
    return (*given[:-2], *count, longest)


def _set(xp: Any, x: Any, diagonal: Any, k: Any, *, align: str = "LEFT_LEFT") -> Any:
    band, (rows, columns) = _band(k), x.shape[-2:]
    _check(band, rows, columns)
    wanted = x.shape[:-2] + (() if band.is_one else (band.high - band.low + 1,))
    require(
        diagonal.shape == (*wanted, band.longest(rows, columns)),
        f"Diagonals {band.low} to {band.high} of matrices of shape {tuple(x.shape)} have the shape "
        f"{(*wanted, band.longest(rows, columns))}, but came with {tuple(diagonal.shape)}.",
    )
    inside, values = _spread(xp, diagonal, band, rows, columns, align)
    return xp.where(inside, values, x)


def _options(node: Any) -> dict[str, Any]:
    return {"align": node.attrs["align"]} if "align" in node.attrs else {}


def _twin(ops: Any, node: Any, name: str) -> Any:
    return getattr(ops, f"{name}{node.type[-2:]}")


def _zero(like: Any) -> Any:
    return np.zeros((), like.dtype.as_numpy_dtype)


def _diag_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    part = _twin(ops, node, "MatrixDiagPart")
    return [part(dy, node.inputs[1], _zero(dy), **_options(node)), None, None, None, None]


def _part_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    zeros = ops.ZerosLike(node.inputs[0])
    back = _twin(ops, node, "MatrixSetDiag")
    return [back(zeros, dy, node.inputs[1], **_options(node)), None, None]


def _set_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    k, options = node.inputs[2], _options(node)
    zeros = ops.Fill(composed.shape(node.inputs[1]), _zero(dy))
    return [
        _twin(ops, node, "MatrixSetDiag")(dy, zeros, k, **options),
        _twin(ops, node, "MatrixDiagPart")(dy, k, _zero(dy), **options),
        None,
    ]


def _both(
    name: str, inputs: list[str], output: str, static: list[str], **fields: Any
) -> list[OpSpec]:
    """Declare an op that fills up on the right, and the later one that can be told where."""
    aligned = {"align": "RIGHT_LEFT"}
    return [
        OpSpec(
            name + version,
            inputs=inputs,
            outputs=[f"{output}: T"],
            attrs={"T": any_type(), **attrs},
            static=static,
            **fields,
        )
        for version, attrs in (("V2", {}), ("V3", aligned))
    ]


SPECS = (
    *_both(
        "MatrixDiag",
        ["diagonal: T", "k: int32", "num_rows: int32", "num_cols: int32", "padding_value: T"],
        "output",
        ["k", "num_rows", "num_cols"],
        doc="Matrices with these diagonals.",
        shape=_diag_shape,
        kernel=_diag,
        grad=_diag_grad,
    ),
    *_both(
        "MatrixDiagPart",
        ["input: T", "k: int32", "padding_value: T"],
        "diagonal",
        ["k"],
        doc="Diagonals of matrices.",
        shape=_part_shape,
        kernel=_part,
        grad=_part_grad,
    ),
    *_both(
        "MatrixSetDiag",
        ["input: T", "diagonal: T", "k: int32"],
        "output",
        ["k"],
        doc="Matrices with other diagonals.",
        shape=lambda c: c.shape("input"),
        kernel=_set,
        grad=_set_grad,
    ),
)
