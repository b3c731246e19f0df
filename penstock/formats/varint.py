"""Numbers in the variable-length notation of LevelDB tables and protocol buffers."""

from __future__ import annotations

from penstock.core.errors import DataLossError

__all__ = ["read_varint", "varint"]


def varint(number: int) -> bytes:
    """Write a number of 0 or more: seven bits a byte, the lowest first."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def read_varint(data: bytes | memoryview, position: int) -> tuple[int, int]:
    """Read a number of up to 64 bits.

    Returns:
      The number, and the position behind it.

    Raises:
      DataLossError: if it does not end.
    """
    number = shift = 0
    while position < len(data) and shift < 64:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
    raise DataLossError(None, None, f"A number in variable-length form does not end at {position}.")
