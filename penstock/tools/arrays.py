"""Named arrays in files: checkpoints, npz files and safetensors files, read and written alike."""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from penstock.core.dtypes import as_dtype
from penstock.core.errors import (
    InvalidArgumentError,
    NotFoundError,
)
from penstock.core.file_errors import translated
from penstock.formats.bundle_writing import write_bundle
from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.checkpoint_state import STATE_FILE
from penstock.formats.object_graph import OBJECT_GRAPH_KEY
from penstock.tools.files import Kind, kind_of
from penstock.tools.npz_files import NpzFile
from penstock.tools.report import Report, Table
from penstock.tools.safetensors_files import read_safetensors, write_safetensors
from penstock.tools.statistics import Statistics, statistics_of

__all__ = ["NamedArrays", "inspect_arrays", "open_arrays", "unknown_name", "write_arrays"]

_NO_STATISTICS = ("-",) * len(Statistics.COLUMNS)


class NamedArrays(Protocol):
    """A file of named arrays that is open for reading."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The arrays' shapes by name."""

    @property
    def dtypes(self) -> Mapping[str, str]:
        """The names of their types by name."""

    def read(self, name: str) -> np.ndarray:
        """Read an array."""


class _Checkpoint:
    def __init__(self, path: str) -> None:
        if os.path.basename(path) == STATE_FILE:  # names the newest of its folder
            path = os.path.dirname(path) or "."
        self._reader = open_checkpoint(prefix_of(path))
        names = [name for name in self._reader.shapes if name != OBJECT_GRAPH_KEY]
        self.shapes = {name: self._reader.shapes[name] for name in sorted(names)}
        self.dtypes = {name: self._reader.dtypes[name].name for name in self.shapes}

    def read(self, name: str) -> np.ndarray:
        return self._reader.read(name)


class _Npz:
    def __init__(self, path: str) -> None:
        self._file = NpzFile(path)
        self.shapes = dict(sorted(self._file.shapes.items()))
        self.dtypes = {name: _dtype_name(self._file.dtypes[name]) for name in self.shapes}

    def read(self, name: str) -> np.ndarray:
        return self._file.read(name)


class _Safetensors:
    def __init__(self, path: str) -> None:
        self._arrays = dict(sorted(read_safetensors(path).items()))
        self.shapes = {name: array.shape for name, array in self._arrays.items()}
        self.dtypes = {name: _dtype_name(array.dtype) for name, array in self._arrays.items()}

    def read(self, name: str) -> np.ndarray:
        return self._arrays[name]


def _dtype_name(dtype: np.dtype) -> str:
    return "string" if dtype.kind in "OSU" else as_dtype(dtype).name


def open_arrays(path: str) -> NamedArrays:
    """Open a checkpoint, an npz file or a safetensors file.

    Raises:
      NotFoundError: if there is none.
      DataLossError: if it is damaged.
      InvalidArgumentError: if it is something else.
    """
    kind = kind_of(path)
    if kind is Kind.CHECKPOINT:
        return _Checkpoint(path)
    if kind is Kind.NPZ:
        return _Npz(path)
    if kind is Kind.SAFETENSORS:
        return _Safetensors(path)
    raise InvalidArgumentError(
        None, None, f"{path!r} is {kind.phrase}; named arrays are in checkpoints, .npz files and "
        ".safetensors files.",
    )  # fmt: skip


def write_arrays(path: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays: as npz or safetensors by the path's ending, else as a checkpoint.

    Args:
      path: the file; for a checkpoint its prefix.
      arrays: the values by name.

    Raises:
      InvalidArgumentError: if the format has no such values.
      OpError: if the file cannot be written.
    """
    if path.endswith(".npz"):
        _refuse(path, arrays, "OV")
        with translated(path):
            np.savez(path, **{name: np.asarray(array) for name, array in arrays.items()})
    elif path.endswith(".safetensors"):
        _refuse(path, arrays, "OSU")
        write_safetensors(path, {name: _contiguous(array) for name, array in arrays.items()})
    else:
        prefix = path.removesuffix(".index")
        names = sorted(arrays)
        write_bundle(prefix, names, [""] * len(names), [_contiguous(arrays[n]) for n in names])


def _contiguous(array: np.ndarray) -> np.ndarray:
    made = np.ascontiguousarray(array).reshape(array.shape)
    return made.astype(object) if made.dtype.kind in "SU" else made


def _refuse(path: str, arrays: Mapping[str, np.ndarray], kinds: str) -> None:
    refused = [name for name, array in arrays.items() if array.dtype.kind in kinds]
    if refused:
        raise InvalidArgumentError(
            None, None, f"{os.path.basename(path)!r} cannot hold {refused[:3]}: values of type "
            f"{_dtype_name(arrays[refused[0]].dtype)} have no place in that format. Leave them out "
            "by naming the others, or write a checkpoint.",
        )  # fmt: skip


def unknown_name(name: str, known: Sequence[str], where: str) -> NotFoundError:
    """Say that there is nothing of a name, and which names are near."""
    near = difflib.get_close_matches(name, known, 3, 0.5)
    advice = f"near it are {near}" if near else f"there are {list(known)[:5]}"
    return NotFoundError(None, None, f"There is no {name!r} in {where}; {advice}.")


def inspect_arrays(path: str, values: bool) -> Report:
    """Tell what a file of named arrays holds; see `inspect`."""
    kind = kind_of(path)
    arrays = open_arrays(path)
    sizes = {name: math.prod(shape) for name, shape in arrays.shapes.items()}
    facts = {
        "tensors": f"{len(sizes):,}",
        "parameters": f"{sum(sizes.values()):,}",
        "size": f"{sum(_bytes(arrays, name, size) for name, size in sizes.items()):,} bytes",
    }
    columns = ("name", "dtype", "shape", "elements", *(Statistics.COLUMNS if values else ()))
    table = Table.of("tensors", columns, _rows(arrays, sizes, values))
    return Report(f"{path}: {kind.value}", facts, (table,))


def _bytes(arrays: NamedArrays, name: str, size: int) -> int:
    return int(size * max(1, as_dtype(arrays.dtypes[name]).size))


def _rows(arrays: NamedArrays, sizes: Mapping[str, int], values: bool) -> Iterator[Sequence[Any]]:
    for name, size in sizes.items():
        row: tuple[Any, ...] = (name, arrays.dtypes[name], list(arrays.shapes[name]), f"{size:,}")
        if values:
            found = statistics_of(arrays.read(name))
            row = (*row, *(_NO_STATISTICS if found is None else found.cells))
        yield row
