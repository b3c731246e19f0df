"""Checkpoints of the first version: one table that holds the tensors themselves.

Its first entry lists the tensors with the parts they were saved in; each part is an entry, a
TensorProto. A model that was saved in shards is several such files.
"""

from __future__ import annotations

import glob
import mmap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from penstock.core.dtypes import DType, as_dtype
from penstock.core.errors import DataLossError, InvalidArgumentError, NotFoundError
from penstock.core.file_errors import translated
from penstock.formats.checkpoint_messages import SavedTensorSlices
from penstock.formats.ordered_code import WHOLE, slice_key
from penstock.formats.replacement import write_file
from penstock.formats.slices import (
    Extents,
    extents_of,
    overlap,
    parse_spec,
    resolve,
    slice_message,
)
from penstock.formats.table import Table, TableWriter
from penstock.formats.tensors import array_from_proto, array_to_proto, shape_from_proto

__all__ = ["FirstCheckpoint", "write_first_checkpoint"]


class FirstCheckpoint:
    """A checkpoint of the first version that is open for reading.

    Args:
      pattern: the file's path, or a pattern for those of its shards.

    Attributes:
      dtypes: the tensors' types by name.
      shapes: the tensors' shapes by name.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it is no such checkpoint, or damaged.
    """

    def __init__(self, pattern: str) -> None:
        self.prefix = pattern
        self.dtypes: dict[str, DType] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._parts: dict[str, list[tuple[Extents, Table]]] = {}
        paths = sorted(glob.glob(pattern)) or [pattern]
        for path in paths:
            self._open(path)

    def _open(self, path: str) -> None:
        with translated(path), open(path, "rb") as file:
            try:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise DataLossError(None, None, f"{path} is empty: not an sstable.") from None
        table = Table(content, path)
        for saved in _parse(table.get(b"") or b"", path).meta.tensor:
            try:
                shape = shape_from_proto(saved.shape)
                dtype = as_dtype(int(saved.type)).base_dtype
            except (TypeError, ValueError) as error:
                raise DataLossError(
                    None, None, f"{saved.name!r} in {path} is damaged: {error}"
                ) from None
            if shape is None or None in shape:
                raise DataLossError(None, None, f"{saved.name!r} in {path} is of no known shape.")
            self.dtypes[saved.name] = dtype
            self.shapes[saved.name] = shape  # type: ignore[assignment]
            parts = [(extents_of(part), table) for part in saved.slice]
            self._parts.setdefault(saved.name, []).extend(parts)

    def parts_of(self, name: str) -> list[Extents]:
        """List the parts in which a tensor was saved; empty if it was saved whole."""
        parts = [extents for extents, _ in self._parts[name]]
        return [] if len(parts) == 1 else parts

    def read(self, name: str, part: Extents | None = None) -> np.ndarray:
        """Read a tensor or a part of one; as `Bundle.read`."""
        if name not in self._parts:
            raise NotFoundError(None, None, f"There is no tensor {name!r} in {self.prefix}.")
        shape = self.shapes[name]
        wanted = resolve(part or ((0, WHOLE),) * len(shape), shape)
        made, found = None, 0
        for stored, table in self._parts[name]:
            common = overlap(wanted, resolve(stored, shape))
            if common is None:
                continue
            value = self._value(name, stored, table)
            if made is None:
                made = np.empty([length for _, length in wanted], value.dtype)
            made[common[0]] = value[common[1]]
            found += np.size(made[common[0]])
        if made is None:
            made = np.empty([length for _, length in wanted], self.dtypes[name].as_numpy_dtype)
        if found != made.size:
            raise DataLossError(
                None, None, f"{name!r} in {self.prefix} is not complete: {found} of {made.size} "
                f"elements of the part {wanted} were saved.",
            )  # fmt: skip
        return made

    def _value(self, name: str, stored: Extents, table: Table) -> np.ndarray:
        where = f"{name!r} in {self.prefix}"
        content = table.get(slice_key(name, stored))
        if content is None:
            raise DataLossError(None, None, f"{where} is listed but not there.")
        proto = _parse(content, where).data.data
        sizes = [length for _, length in resolve(stored, self.shapes[name])]
        # The message has no shape and perhaps no dtype of its own.
        proto.dtype = self.dtypes[name].as_datatype_enum
        del proto.tensor_shape.dim[:]
        for size in sizes:
            proto.tensor_shape.dim.add().size = size
        try:
            return array_from_proto(proto)
        except (TypeError, ValueError) as error:
            raise DataLossError(None, None, f"{where} is damaged: {error}") from None


def _parse(content: bytes, where: str) -> Any:
    try:
        return SavedTensorSlices.FromString(content)
    except DecodeError as error:
        raise DataLossError(None, None, f"{where} is damaged: {error}.") from None


def write_first_checkpoint(
    path: str, names: Sequence[str], specs: Sequence[str], arrays: Iterable[np.ndarray]
) -> None:
    """Save tensors in the first version's form; arguments as for `write_bundle`."""
    meta = SavedTensorSlices()
    meta.meta.versions.producer = 1
    entries: dict[bytes, bytes] = {}
    listed: dict[str, Any] = {}
    for name, spec, array in zip(names, specs, arrays, strict=True):
        shape, extents = parse_spec(spec) if spec else (array.shape, ((0, WHOLE),) * array.ndim)
        dtype = as_dtype(array.dtype)
        if name not in listed:
            listed[name] = meta.meta.tensor.add(name=name, type=dtype.as_datatype_enum)
            for size in shape:
                listed[name].shape.dim.add().size = size
        part = slice_message(extents)
        listed[name].slice.append(part)
        key = slice_key(name, extents)
        if key in entries:
            raise InvalidArgumentError(
                None, None, f"A checkpoint holds a tensor once, but {name!r} came twice."
            )
        saved = SavedTensorSlices()
        saved.data.name = name
        saved.data.slice.CopyFrom(part)
        array_to_proto(array, dtype, saved.data.data, as_list=True)
        entries[key] = saved.SerializeToString()
    table = TableWriter()
    table.add(b"", meta.SerializeToString())
    for key in sorted(entries):
        table.add(key, entries[key])
    write_file(path, table.finish())
