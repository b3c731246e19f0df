"""Npz files: their headers are read first, the arrays when they are asked for."""

from __future__ import annotations

import contextlib
import math
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from penstock.core.errors import DataLossError, NotFoundError
from penstock.core.file_errors import translated

__all__ = ["NpzFile", "telling_damage"]

_ENDING = ".npy"


@contextlib.contextmanager
def telling_damage(path: str) -> Iterator[None]:
    """Raise DataLossError for what NumPy and zipfile say of damaged files."""
    try:
        with translated(path):
            yield
    except (ValueError, EOFError, RuntimeError, NotImplementedError, SyntaxError,
            zipfile.BadZipFile, zlib.error) as error:  # fmt: skip
        raise DataLossError(None, None, f"{path!r} cannot be read as arrays: {error}.") from None


class NpzFile:
    """The arrays of an npz file, by name.

    Args:
      path: the file.

    Attributes:
      shapes: the arrays' shapes by name.
      dtypes: their types as NumPy has them.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it is damaged, holds objects, or announces more than there is in it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._members: dict[str, str] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.dtypes: dict[str, np.dtype[Any]] = {}
        with telling_damage(path), zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith(_ENDING):
                    self._take(archive, member)

    def _take(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        name = member.filename.removesuffix(_ENDING)
        with archive.open(member) as file:
            version = np.lib.format.read_magic(file)
            if version == (1, 0):
                shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            else:
                shape, _, dtype = np.lib.format.read_array_header_2_0(file)
            rest = member.file_size - file.tell()
        if dtype.hasobject:
            raise ValueError(f"the array {name!r} holds Python objects, which are not loaded")
        if math.prod(shape) * dtype.itemsize != rest:
            raise ValueError(
                f"the array {name!r} of shape {shape} takes {math.prod(shape) * dtype.itemsize} "
                f"bytes, but there are {rest}"
            )
        self._members[name] = member.filename
        self.shapes[name], self.dtypes[name] = shape, dtype

    def read(self, name: str) -> np.ndarray:
        """Read an array.

        Raises:
          NotFoundError: if there is none of that name.
          DataLossError: if it is damaged.
        """
        if name not in self._members:
            raise NotFoundError(None, None, f"There is no {name!r} in {self._path!r}.")
        with telling_damage(self._path), zipfile.ZipFile(self._path) as archive:
            with archive.open(self._members[name]) as file:
                array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
            return array
