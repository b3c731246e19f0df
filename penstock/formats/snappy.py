"""Snappy's compressed blocks, which old checkpoints hold."""

from __future__ import annotations

from penstock.core.errors import DataLossError
from penstock.formats.varint import read_varint

__all__ = ["decompress"]

# A copy of two bytes gives 64 at most, so no block grows by more.
_LARGEST_GROWTH = 64


def decompress(data: bytes | memoryview) -> bytes:
    """Decompress a block.

    Raises:
      DataLossError: if the block does not hold what its length says.
    """
    length, position = read_varint(data, 0)
    if length > _LARGEST_GROWTH * len(data):
        raise _broken(f"{length} bytes cannot come out of {len(data)}")
    made = bytearray()
    while position < len(data) and len(made) <= length:
        tag = data[position]
        position += 1
        kind = tag & 3
        if kind == 0:
            size = tag >> 2
            if size >= 60:
                width = size - 59
                size = int.from_bytes(data[position : position + width], "little")
                position += width
            made += data[position : position + size + 1]
            position += size + 1
        else:
            size, offset, position = _copied(data, position, tag, kind)
            _copy(made, size, offset)
    if len(made) != length:
        raise _broken(f"{length} bytes are announced, {len(made)} came out")
    return bytes(made)


def _copied(data: bytes | memoryview, position: int, tag: int, kind: int) -> tuple[int, int, int]:
    """Read how many bytes are repeated, from how far back, and where the next tag stands."""
    if kind == 1:
        if position >= len(data):
            raise _broken("it ends inside a tag")
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[position], position + 1
    width = 2 if kind == 2 else 4
    offset = int.from_bytes(data[position : position + width], "little")
    return (tag >> 2) + 1, offset, position + width


def _copy(made: bytearray, size: int, offset: int) -> None:
    start = len(made) - offset
    if offset == 0 or start < 0:
        raise _broken(f"it repeats bytes from {offset} back, of {len(made)}")
    if offset >= size:
        made += made[start : start + size]
    else:
        piece = bytes(made[start:])
        made += (piece * (size // offset + 1))[:size]


def _broken(what: str) -> DataLossError:
    return DataLossError(None, None, f"A block compressed by Snappy is damaged: {what}.")
