"""The entries of a look-up table from a text file: one line each, in columns or whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError, OutOfRangeError
from penstock.core.file_errors import translated

__all__ = ["LINE_NUMBER", "WHOLE_LINE", "read_entries"]

LINE_NUMBER, WHOLE_LINE = -1, -2

_INTEGERS = {dtypes.int32: 31, dtypes.int64: 63}
_REALS = frozenset({dtypes.float32, dtypes.float64})


def read_entries(
    path: str,
    key: tuple[DType, int],
    value: tuple[DType, int],
    size: int,
    delimiter: str,
    first: int = 0,
) -> Iterator[tuple[Any, Any]]:
    """Read keys and values.

    Args:
      path: the file.
      key: the keys' dtype, and the column that they are in, from 0; or `LINE_NUMBER`, `WHOLE_LINE`.
      value: the same for the values.
      size: how many lines to read; -1 for all. The file must have as many.
      delimiter: the character between columns.
      first: the number of the first line.

    Raises:
      NotFoundError: if there is no such file.
      InvalidArgumentError: if a line or an argument does not fit.
      OutOfRangeError: if there is nothing to read.
    """
    _check_column("key", *key)
    _check_column("value", *value)
    if len(delimiter) != 1:
        raise InvalidArgumentError(
            None, None, f"delimiter must be one character, but is {delimiter!r}."
        )
    with translated(path), open(path, "rb") as source:
        lines = source.read().replace(b"\r", b"").split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines or size == 0:
        raise OutOfRangeError(
            None, None, f"{path} must hold a line at least, but there is none to read."
        )
    if size > len(lines):
        raise InvalidArgumentError(
            None,
            None,
            f"vocab_size is the number of lines to read, {size}, but {path} has {len(lines)}.",
        )
    for number, line in enumerate(lines if size < 0 else lines[:size]):
        if not line:
            raise InvalidArgumentError(
                None, None, f"Line {number + 1} of {path} is empty; each must hold an entry."
            )
        find = _finder(path, number, line, delimiter, first)
        yield find(*key), find(*value)


def _check_column(what: str, dtype: DType, column: int) -> None:
    allowed = {*_INTEGERS, *_REALS, dtypes.string}
    if column == LINE_NUMBER:
        allowed = {dtypes.int64}
    elif column == WHOLE_LINE and what == "value":
        allowed = {dtypes.string}
    elif column == WHOLE_LINE:
        allowed = {*_INTEGERS, dtypes.string}
    if dtype not in allowed:
        where = {LINE_NUMBER: "line numbers", WHOLE_LINE: "whole lines"}.get(column, "columns")
        names = sorted(one.name for one in allowed)
        raise InvalidArgumentError(
            None,
            None,
            f"A table's {what}s that are {where} of a file have one of the dtypes {names}, but "
            f"{what}_dtype is {dtype.name}.",
        )


def _finder(
    path: str, number: int, line: bytes, delimiter: str, first: int
) -> Callable[[DType, int], Any]:
    columns = line.split(delimiter.encode())

    def find(dtype: DType, column: int) -> Any:
        if column == LINE_NUMBER:
            return number + first
        if column >= len(columns):
            raise InvalidArgumentError(
                None,
                None,
                f"Each line of {path} needs {column + 1} columns parted by {delimiter!r}, but "
                f"line {number + 1} has {len(columns)}: {line!r}.",
            )
        text = line if column == WHOLE_LINE else columns[column]
        if dtype is dtypes.string:
            return text
        try:
            found = float(text) if dtype in _REALS else int(text)
        except ValueError:
            found = None
        if found is None or (dtype in _INTEGERS and not _fits(int(found), _INTEGERS[dtype])):
            raise InvalidArgumentError(
                None, None, f"{text!r} in line {number + 1} of {path} is no {dtype.name}."
            )
        return found

    return find


def _fits(value: int, bits: int) -> bool:
    return -(1 << bits) <= value < 1 << bits
