"""The keys under which checkpoints hold slices: written so that they sort as their parts do.

A slice's key is a zero, the tensor's name, the number of its axes, then start and length an axis.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["WHOLE", "slice_key"]

WHOLE = -1  # the length of a slice that takes all of an axis


def slice_key(name: str, extents: Sequence[tuple[int, int]]) -> bytes:
    """Write the key of a slice.

    Args:
      name: the tensor's name.
      extents: start and length for each axis; the length is `WHOLE` for all of it.
    """
    signed = [_signed(number) for extent in extents for number in extent]
    return b"".join([_unsigned(0), _text(name.encode()), _unsigned(len(extents)), *signed])


def _unsigned(number: int) -> bytes:
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _text(text: bytes) -> bytes:
    escapes = {0x00: b"\x00\xff", 0xFF: b"\xff\x00"}
    return b"".join(escapes.get(byte, bytes([byte])) for byte in text) + b"\x00\x01"


def _signed(number: int) -> bytes:
    """Write a number of n bytes in two's complement, its first n bits inverted."""
    magnitude = ~number if number < 0 else number
    length = magnitude.bit_length() // 7 + 1
    header = ((1 << length) - 1) << (7 * length)
    return (number & ((1 << 8 * length) - 1) ^ header).to_bytes(length, "big")
