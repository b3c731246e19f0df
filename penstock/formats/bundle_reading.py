"""Read checkpoints of the second version; see `bundle_writing` for what they are made of."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from penstock.core.dtypes import DType, as_dtype, string
from penstock.core.errors import DataLossError, NotFoundError
from penstock.core.file_errors import translated
from penstock.formats.bundle_elements import read_numbers, read_strings
from penstock.formats.bundle_index import (
    parse_entry,
    read_index,
    read_pending_index,
    shard_path,
)
from penstock.formats.ordered_code import slice_key
from penstock.formats.slices import Extents, extents_of, is_whole, overlap, resolve
from penstock.formats.tensors import shape_from_proto

__all__ = ["Bundle"]

_BIG_ENDIAN = 1


class Bundle:
    """A checkpoint that is open for reading.

    Args:
      prefix: the start of its files' paths.

    Attributes:
      dtypes: the tensors' types by name.
      shapes: the tensors' shapes by name.

    Raises:
      NotFoundError: if there is no such checkpoint.
      DataLossError: if its index is damaged.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._open(*read_index(prefix))
        pending = read_pending_index(prefix)
        if pending is not None and not self._is_sound():
            # The save that made the data was cut off before it could rename its index.
            self._open(*pending)

    def _open(self, header: Any, entries: dict[bytes, bytes]) -> None:
        self._shards = header.num_shards
        self._swapped = header.endianness == _BIG_ENDIAN
        self._parts = {key: content for key, content in entries.items() if key[:1] == b"\0"}
        self._entries = {}
        self.dtypes: dict[str, DType] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        for key, content in entries.items():
            if key[:1] != b"\0":
                name = key.decode(errors="surrogateescape")
                entry = parse_entry(content, self._where(name))
                self._entries[name] = entry
                self.dtypes[name], self.shapes[name] = self._facts(name, entry)

    def _is_sound(self) -> bool:
        try:
            for name in self._entries:
                self.read(name)
        except (DataLossError, NotFoundError):
            return False
        return True

    def _where(self, name: str) -> str:
        return f"{name!r} in {self.prefix}"

    def _facts(self, name: str, entry: Any) -> tuple[DType, tuple[int, ...]]:
        try:
            shape = shape_from_proto(entry.shape)
            dtype = as_dtype(int(entry.dtype)).base_dtype
        except (TypeError, ValueError) as error:
            raise DataLossError(None, None, f"{self._where(name)} is damaged: {error}") from None
        if shape is None or None in shape:
            raise DataLossError(None, None, f"{self._where(name)} is damaged: its shape is open.")
        return dtype, shape  # type: ignore[return-value]

    def parts_of(self, name: str) -> list[Extents]:
        """List the parts in which a tensor was saved; empty if it was saved whole."""
        return [extents_of(part) for part in self._entries[name].slices]

    def read(self, name: str, part: Extents | None = None) -> np.ndarray:
        """Read a tensor or a part of one.

        Args:
          name: its name.
          part: what of it; all of it if None.

        Returns:
          An array of its own memory.

        Raises:
          NotFoundError: if there is no such tensor.
          DataLossError: if it is damaged, or was not saved completely.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise NotFoundError(None, None, f"There is no tensor {name!r} in {self.prefix}.")
        shape = self.shapes[name]
        wanted = resolve(part or ((0, -1),) * len(shape), shape)
        if entry.slices:
            return self._assemble(name, wanted)
        value = self._elements(name, entry)
        if is_whole(wanted, shape):
            return value
        return value[tuple(slice(start, start + length) for start, length in wanted)].copy()

    def _assemble(self, name: str, wanted: Extents) -> np.ndarray:
        """Put a part together from those that were saved."""
        sizes = [length for _, length in wanted]
        found = 0
        made = np.empty(sizes, self.dtypes[name].as_numpy_dtype)
        for stored in self.parts_of(name):
            extents = resolve(stored, self.shapes[name])
            common = overlap(wanted, extents)
            if common is None:
                continue
            value = self._part(name, stored)
            if extents == wanted:
                return value
            made[common[0]] = value[common[1]]
            found += np.size(made[common[0]])
        if found != made.size:
            raise DataLossError(
                None, None, f"{self._where(name)} is not complete: the part {wanted} was saved "
                f"with {found} of its {made.size} elements.",
            )  # fmt: skip
        return made

    def _part(self, name: str, stored: Extents) -> np.ndarray:
        content = self._parts.get(slice_key(name, stored))
        where = f"The part {stored} of {self._where(name)}"
        if content is None:
            raise DataLossError(None, None, f"{where} is listed but not there.")
        entry = parse_entry(content, where)
        value = self._elements(name, entry)
        sizes = tuple(length for _, length in resolve(stored, self.shapes[name]))
        if value.shape != sizes or value.dtype != np.dtype(self.dtypes[name].as_numpy_dtype):
            raise DataLossError(None, None, f"{where} is damaged: it does not fit its whole.")
        return value

    def _elements(self, name: str, entry: Any) -> np.ndarray:
        path = shard_path(self.prefix, entry.shard_id, self._shards)
        dtype, shape = self._facts(name, entry)
        where = f"{self._where(name)} (byte {entry.offset} of {os.path.basename(path)})"
        with translated(path), open(path, "rb", buffering=0) as file:
            end = os.fstat(file.fileno()).st_size
            if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > end:
                raise DataLossError(
                    None, None, f"{where} is cut off: it takes {entry.size} bytes, but the file "
                    f"ends at byte {end}. Restore another checkpoint.",
                )  # fmt: skip
            file.seek(entry.offset)
            if dtype is string:
                return read_strings(file.read(entry.size), shape, entry.crc32c, where)
            value = read_numbers(file, dtype, shape, entry.size, entry.crc32c, where)
        return value.byteswap(inplace=True) if self._swapped else value
