"""The kernel that reads a matrix of a checkpoint in a new order of its rows and columns."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from penstock.core.dtypes import float32
from penstock.core.errors import InvalidArgumentError, UnimplementedError

__all__ = ["KERNELS"]


def _load(
    xp: Any, path: Any, name: Any, rows: Any, columns: Any, values: Any, *, num_rows: int,
    num_cols: int,
) -> np.ndarray:  # fmt: skip
    old = _matrix(_text(path), _text(name))
    if not np.size(columns):
        columns = np.arange(num_cols)
        _check(
            old.shape[1] == num_cols,
            f"{_text(name)!r} must have num_cols={num_cols} columns, as they are not remapped, "
            f"but has shape {old.shape}.",
        )
    made = np.empty((num_rows, num_cols), np.float32)
    missing = np.ones(made.shape, bool)
    for what, remapping, size, count in (
        ("row", rows, old.shape[0], num_rows),
        ("col", columns, old.shape[1], num_cols),
    ):
        _check_remapping(what, remapping, size, count)
    found_rows, found_columns = np.flatnonzero(rows >= 0), np.flatnonzero(columns >= 0)
    places = np.ix_(found_rows, found_columns)
    made[places] = old[np.ix_(rows[found_rows], columns[found_columns])]
    missing[places] = False
    given = np.ravel(values)
    count = np.count_nonzero(missing)
    _check(
        given.size == count,
        f"initializing_values must have a value for each of the {count} elements that "
        f"{_text(name)!r} does not give, but has {given.size}.",
    )
    made[missing] = given
    return made


def _text(value: Any) -> str:
    text: bytes = np.asarray(value, object).item()
    return text.decode(errors="surrogateescape")


def _matrix(path: str, name: str) -> np.ndarray:
    reader = importlib.import_module("penstock.formats.checkpoint").open_checkpoint(path)
    shape, dtype = reader.shapes.get(name), reader.dtypes.get(name)
    _check(
        shape is None or (len(shape) == 2 and dtype is float32),
        f"{name!r} in {path} must be a float32 matrix, but is {dtype and dtype.name} of shape "
        f"{shape}.",
    )
    found: np.ndarray = reader.read(name)
    return found


def _check_remapping(what: str, remapping: Any, size: int, count: int) -> None:
    _check(
        np.size(remapping) == count,
        f"{what}_remapping must have num_{what}s={count} elements, but has {np.size(remapping)}.",
    )
    _check(
        not np.size(remapping) or remapping.max() < size,
        f"{what}_remapping must name {what}s from 0 to {size - 1}, or -1, but goes to "
        f"{np.max(remapping, initial=-1)}.",
    )
    numbers, counts = np.unique(remapping[remapping >= 0], return_counts=True)
    if numbers.size and counts.max() > 1:
        raise UnimplementedError(
            None,
            None,
            f"{what}_remapping must name each {what} once, but names {numbers[counts.argmax()]} "
            f"{counts.max()} times.",
        )


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise InvalidArgumentError(None, None, message)


KERNELS = {"LoadAndRemapMatrix": _load}
