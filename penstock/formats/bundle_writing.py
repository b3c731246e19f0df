"""Write checkpoints of the second version: *tensor bundles*.

A bundle is an index, ``PREFIX.index``, and data files, ``PREFIX.data-00000-of-00001``. The index
is a table from the tensors' names to where their elements stand. A tensor that is saved in parts
has an entry that lists them, and an entry for each.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import as_dtype
from penstock.core.errors import AlreadyExistsError, InvalidArgumentError
from penstock.core.file_errors import translated
from penstock.formats.bundle_elements import write_elements
from penstock.formats.bundle_index import HEADER_KEY, index_path, read_index, shard_path
from penstock.formats.checkpoint_messages import BundleEntry, BundleHeader
from penstock.formats.ordered_code import slice_key
from penstock.formats.replacement import move_into_place, temporary_name, write_all, writing
from penstock.formats.slices import is_whole, parse_spec, resolve, slice_message
from penstock.formats.table import TableWriter
from penstock.formats.tensors import shape_to_proto

__all__ = ["merge_bundles", "write_bundle"]

_VERSION = 1  # of the form of bundles


class _Index:
    """The entries of a bundle that is being written."""

    def __init__(self) -> None:
        self._entries: dict[bytes, Any] = {}

    def add(self, key: bytes, entry: Any, name: str) -> None:
        if key in self._entries:
            raise InvalidArgumentError(
                None, None, f"A checkpoint holds a tensor once, but {name!r} came twice. Give each "
                "variable a name of its own.",
            )  # fmt: skip
        self._entries[key] = entry

    def whole_of_parts(self, name: str, shape: Sequence[int], dtype: int) -> Any:
        """Give the entry of a tensor in parts, made for the first of them."""
        entry = self._entries.get(name.encode())
        if entry is None:
            entry = self._entries[name.encode()] = BundleEntry(dtype=dtype)
            shape_to_proto(tuple(shape), entry.shape)
        elif [dim.size for dim in entry.shape.dim] != list(shape) or entry.dtype != dtype:
            raise InvalidArgumentError(
                None, None, f"The parts of {name!r} must be of one whole, but differ: shape "
                f"{list(shape)} came after {[dim.size for dim in entry.shape.dim]}.",
            )  # fmt: skip
        return entry

    def content(self, shards: int) -> bytes:
        header = BundleHeader(num_shards=shards)
        header.version.producer = _VERSION
        table = TableWriter()
        table.add(HEADER_KEY, header.SerializeToString(deterministic=True))
        for key in sorted(self._entries):
            table.add(key, self._entries[key].SerializeToString(deterministic=True))
        return table.finish()


def write_bundle(
    prefix: str, names: Sequence[str], specs: Sequence[str], arrays: Sequence[np.ndarray]
) -> None:
    """Save tensors; what was saved under the same prefix stays whole until the new is complete.

    Args:
      prefix: the start of the files' paths. Its folder is made, in one that is there.
      names: the tensors' names.
      specs: for each which part of a larger tensor it is, as `slices.parse_spec` reads it; empty
        for one that is the whole.
      arrays: their values; strings as arrays of objects.

    Raises:
      InvalidArgumentError: if a name comes twice, or a part has another shape than its spec says.
      OpError: if the files cannot be written.
    """
    _make_folder(prefix)
    index = _Index()
    temporary = temporary_name(shard_path(prefix, 0, 1))
    size = sum(array.nbytes for array in arrays if array.dtype != object)
    with writing(temporary, size) as file:
        offset = 0
        for name, spec, array in zip(names, specs, arrays, strict=True):
            entry = BundleEntry(dtype=as_dtype(array.dtype).as_datatype_enum, offset=offset)
            shape_to_proto(array.shape, entry.shape)
            key = _key(index, name, spec, array, entry.dtype)
            index.add(key, entry, name)
            entry.size, entry.crc32c = write_elements(file, array)
            offset += entry.size
    _finish(prefix, {temporary: shard_path(prefix, 0, 1)}, index)


def _make_folder(prefix: str) -> None:
    """Make the folder of a checkpoint in one that is there, as TensorFlow does."""
    folder = os.path.dirname(prefix)
    if folder:
        with contextlib.suppress(AlreadyExistsError), translated(folder):
            os.mkdir(folder)


def _key(index: _Index, name: str, spec: str, array: np.ndarray, dtype: int) -> bytes:
    """Give the key of a tensor or part; a part is noted in the entry of its whole."""
    if not spec:
        return name.encode()
    shape, extents = parse_spec(spec)
    sizes = tuple(length for _, length in resolve(extents, shape))
    if sizes != array.shape:
        raise InvalidArgumentError(
            None, None, f"The part {spec!r} of {name!r} has the shape {sizes}, but a value of "
            f"shape {array.shape} came for it.",
        )  # fmt: skip
    if is_whole(extents, shape):
        return name.encode()
    index.whole_of_parts(name, shape, dtype).slices.append(slice_message(extents))
    return slice_key(name, extents)


def _finish(prefix: str, moves: dict[str, str], index: _Index) -> None:
    temporary = temporary_name(index_path(prefix))
    with _removed_on_error([*moves, temporary]):
        with writing(temporary) as file:
            write_all(file, index.content(len(moves)))
        move_into_place(moves, (temporary, index_path(prefix)))


@contextlib.contextmanager
def _removed_on_error(paths: Iterable[str]) -> Any:
    try:
        yield
    except BaseException:
        for path in paths:
            with contextlib.suppress(OSError):
                os.remove(path)
        raise


def merge_bundles(sources: Sequence[str], prefix: str, delete_old_dirs: bool = True) -> None:
    """Make one checkpoint of several that hold parts of a model.

    Args:
      sources: their prefixes; their data files are moved.
      prefix: that of the one.
      delete_old_dirs: whether to remove the folders that this leaves empty.

    Raises:
      InvalidArgumentError: if two of them hold the same.
      NotFoundError: if one of them is missing.
    """
    merged = _Index()
    moves: dict[str, str] = {}
    found = [(source, read_index(source)) for source in sources]
    total = sum(header.num_shards for _, (header, _) in found)
    for source, (header, entries) in found:
        _merge_entries(merged, entries, len(moves))
        for shard in range(header.num_shards):
            moves[shard_path(source, shard, header.num_shards)] = shard_path(
                prefix, len(moves), total
            )
    _make_folder(prefix)
    _finish(prefix, moves, merged)
    for source in sources:
        if source != prefix:
            os.remove(index_path(source))
        if delete_old_dirs:
            with contextlib.suppress(OSError):
                os.rmdir(os.path.dirname(source))


def _merge_entries(merged: _Index, entries: dict[bytes, bytes], first_shard: int) -> None:
    for key, content in entries.items():
        entry = BundleEntry.FromString(content)
        name = key.decode(errors="replace")
        if entry.slices:
            shape = tuple(dim.size for dim in entry.shape.dim)
            whole = merged.whole_of_parts(name, shape, entry.dtype)
            whole.slices.extend(entry.slices)
        else:
            entry.shard_id += first_shard
            merged.add(key, entry, name)
