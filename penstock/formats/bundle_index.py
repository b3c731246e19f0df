"""The index of a checkpoint of the second version: where its files are, and what it lists."""

from __future__ import annotations

import os
from typing import Any

from google.protobuf.message import DecodeError

from penstock.core.errors import DataLossError, UnimplementedError
from penstock.core.file_errors import translated
from penstock.formats.checkpoint_messages import BundleEntry, BundleHeader
from penstock.formats.replacement import PENDING
from penstock.formats.table import Table

__all__ = [
    "HEADER_KEY",
    "index_path",
    "parse_entry",
    "read_index",
    "read_pending_index",
    "shard_path",
]

HEADER_KEY = b""
_NEWEST = 1
_MOST_SHARDS = 100000  # more do not fit in the names of data files


def index_path(prefix: str) -> str:
    """Give the path of the index."""
    return f"{prefix}.index"


def shard_path(prefix: str, shard: int, count: int) -> str:
    """Give the path of a data file."""
    return f"{prefix}.data-{shard:05d}-of-{count:05d}"


def read_index(prefix: str) -> tuple[Any, dict[bytes, bytes]]:
    """Read the index.

    Returns:
      The header, and the entries by key, each a message that is not parsed yet.

    Raises:
      NotFoundError: if there is no such checkpoint.
      DataLossError: if the index is damaged.
      UnimplementedError: if a newer program wrote it.
    """
    return _read(index_path(prefix))


def read_pending_index(prefix: str) -> tuple[Any, dict[bytes, bytes]] | None:
    """Read the index that a save left which was cut off between its last two steps."""
    path = index_path(prefix) + PENDING
    return _read(path) if os.path.exists(path) else None


def _read(path: str) -> tuple[Any, dict[bytes, bytes]]:
    with translated(path), open(path, "rb") as file:
        content = file.read()
    entries = dict(Table(content, path).items())
    header = _parse(BundleHeader, entries.pop(HEADER_KEY, b""), f"The header of {path}")
    if header.version.min_consumer > _NEWEST:
        raise UnimplementedError(
            None, None, f"{path} is of version {header.version.producer}, for programs that know "
            f"version {header.version.min_consumer}; this one knows version {_NEWEST}.",
        )  # fmt: skip
    if not 0 < header.num_shards < _MOST_SHARDS:
        raise DataLossError(
            None, None, f"{path} is damaged: a checkpoint has at least one data file, but its "
            f"header says {header.num_shards}.",
        )  # fmt: skip
    return header, entries


def parse_entry(content: bytes, where: str) -> Any:
    """Parse an entry.

    Raises:
      DataLossError: if it is none.
    """
    return _parse(BundleEntry, content, where)


def _parse(kind: Any, content: bytes, where: str) -> Any:
    try:
        return kind.FromString(content)
    except DecodeError as error:
        raise DataLossError(None, None, f"{where} is damaged: {error}.") from None
