"""Sorted tables of keys and values as LevelDB writes them: the index of a checkpoint.

A table is a row of blocks. A block holds entries in the order of their keys, each key without
what it shares with the one before, then the places of the *restarts*, where a key stands whole. A
block is followed by a byte that tells its compression, and a checksum. The index block holds for
each data block a key that lies behind its last one and before the next block's first, and its
*handle*: offset and size. The footer holds the handles of the index and of an empty block of
metadata.
"""

from __future__ import annotations

import bisect
import operator
import struct
from collections.abc import Iterator
from typing import Any

from penstock.core.errors import DataLossError
from penstock.formats.checksum import crc32c, masked
from penstock.formats.snappy import decompress
from penstock.formats.varint import read_varint, varint

__all__ = ["FOOTER_SIZE", "MAGIC", "Table", "TableWriter"]

MAGIC = 0xDB4775248B80FB57
FOOTER_SIZE = 48
_BLOCK_SIZE = 262144  # TensorFlow's choice
_RESTART_INTERVAL = 16
_TRAILER_SIZE = 5
_RAW, _SNAPPY = 0, 1


class _Block:
    """A block that is being written."""

    def __init__(self, restart_interval: int) -> None:
        self._interval = restart_interval
        self._buffer = bytearray()
        self._restarts = [0]
        self._since_restart = 0
        self._last_key = b""

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._since_restart < self._interval:
            shared = _shared_length(self._last_key, key)
        else:
            self._restarts.append(len(self._buffer))
            self._since_restart = 0
        self._buffer += varint(shared) + varint(len(key) - shared) + varint(len(value))
        self._buffer += key[shared:] + value
        self._last_key = key
        self._since_restart += 1

    @property
    def size(self) -> int:
        return len(self._buffer) + 4 * len(self._restarts) + 4

    @property
    def is_empty(self) -> bool:
        return not self._buffer

    def content(self) -> bytes:
        restarts = struct.pack(f"<{len(self._restarts) + 1}I", *self._restarts, len(self._restarts))
        return bytes(self._buffer) + restarts


class TableWriter:
    """Builds a table in memory; keys come in their order."""

    def __init__(self) -> None:
        self._written = bytearray()
        self._block = _Block(_RESTART_INTERVAL)
        self._index = _Block(1)
        self._last_key = b""
        self._pending: bytes | None = None

    def add(self, key: bytes, value: bytes) -> None:
        """Add an entry whose key is behind all before it."""
        if self._pending is not None:
            self._index.add(_separator(self._last_key, key), self._pending)
            self._pending = None
        self._block.add(key, value)
        self._last_key = key
        if self._block.size >= _BLOCK_SIZE:
            self._flush()

    def _flush(self) -> None:
        if not self._block.is_empty:
            self._pending = self._write(self._block)
            self._block = _Block(_RESTART_INTERVAL)

    def _write(self, block: _Block) -> bytes:
        content = block.content()
        handle = varint(len(self._written)) + varint(len(content))
        checked = content + bytes([_RAW])
        self._written += checked + struct.pack("<I", masked(crc32c(checked)))
        return handle

    def finish(self) -> bytes:
        """Give the bytes of the whole table."""
        self._flush()
        metadata = self._write(_Block(_RESTART_INTERVAL))
        if self._pending is not None:
            self._index.add(_successor(self._last_key), self._pending)
        index = self._write(self._index)
        footer = (metadata + index).ljust(FOOTER_SIZE - 8, b"\0") + struct.pack("<Q", MAGIC)
        return bytes(self._written) + footer


def _shared_length(one: bytes, other: bytes) -> int:
    length = min(len(one), len(other))
    for position in range(length):
        if one[position] != other[position]:
            return position
    return length


def _separator(before: bytes, behind: bytes) -> bytes:
    """Give a short key that is not before the one and before the other."""
    shared = _shared_length(before, behind)
    if shared < min(len(before), len(behind)):
        byte = before[shared]
        if byte < 0xFF and byte + 1 < behind[shared]:
            return before[:shared] + bytes([byte + 1])
    return before


def _successor(key: bytes) -> bytes:
    """Give a short key that is not before `key`."""
    for position, byte in enumerate(key):
        if byte != 0xFF:
            return key[:position] + bytes([byte + 1])
    return key


class Table:
    """A table that is open for reading.

    Args:
      data: the whole of it.
      where: what to call it in an error, a path.

    Raises:
      DataLossError: if it is no table, or damaged; also when damaged entries are read.
    """

    def __init__(self, data: Any, where: str) -> None:
        self._data = data = memoryview(data)
        self._where = where
        if len(data) < FOOTER_SIZE or struct.unpack("<Q", data[-8:])[0] != MAGIC:
            raise DataLossError(None, None, f"{where} does not end as an sstable does: it is none.")
        footer = data[-FOOTER_SIZE:]
        position = 0
        for _ in range(2):
            _, position = read_varint(footer, position)
        self._index = list(_entries(_block(data, footer[position:], where), where))

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Go through keys and values, in order."""
        for _, handle in self._index:
            yield from self._block(handle)

    def get(self, key: bytes) -> bytes | None:
        """Give the value of a key; None if there is none."""
        place = bisect.bisect_left(self._index, key, key=operator.itemgetter(0))
        if place == len(self._index):
            return None
        return dict(self._block(self._index[place][1])).get(key)

    def _block(self, handle: bytes) -> Iterator[tuple[bytes, bytes]]:
        return _entries(_block(self._data, memoryview(handle), self._where), self._where)


def _block(data: memoryview, handle: memoryview, where: str) -> memoryview:
    offset, position = read_varint(handle, 0)
    size, _ = read_varint(handle, position)
    end = offset + size
    if end + _TRAILER_SIZE > len(data):
        raise _damaged(where, f"a block of {size} bytes at {offset} lies behind its end")
    kind = data[end]
    stored = struct.unpack("<I", data[end + 1 : end + _TRAILER_SIZE])[0]
    if masked(crc32c(data[offset : end + 1])) != stored:
        raise _damaged(where, f"the block at {offset} fails its checksum")
    if kind == _SNAPPY:
        return memoryview(decompress(data[offset:end]))
    if kind != _RAW:
        raise _damaged(where, f"the block at {offset} is compressed in an unknown way, {kind}")
    return data[offset:end]


def _entries(block: memoryview, where: str) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise _damaged(where, "a block is too short")
    end = len(block) - 4 * (struct.unpack("<I", block[-4:])[0] + 1)
    if end < 0:
        raise _damaged(where, "a block has more restarts than bytes")
    key = b""
    position = 0
    while position < end:
        shared, position = read_varint(block, position)
        rest, position = read_varint(block, position)
        length, position = read_varint(block, position)
        if shared > len(key) or position + rest + length > end:
            raise _damaged(where, "an entry reaches behind the end of its block")
        key = key[:shared] + bytes(block[position : position + rest])
        position += rest
        yield key, bytes(block[position : position + length])
        position += length


def _damaged(where: str, what: str) -> DataLossError:
    return DataLossError(None, None, f"{where} is damaged: {what}. Restore another checkpoint.")
