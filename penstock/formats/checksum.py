"""CRC-32C (Castagnoli), and its masked form that TensorFlow's files hold.

A checksum of bytes that hold checksums themselves is a weak one; files therefore hold it rotated
and shifted.
"""

from __future__ import annotations

from typing import Any

import google_crc32c
import numpy as np

__all__ = ["crc32c", "masked", "masked_crc32c"]

_DELTA = 0xA282EAD8


def crc32c(data: Any, start: int = 0) -> int:
    """Compute the checksum of bytes, or extend `start`, the checksum of those before them.

    Args:
      data: bytes, or anything else with a contiguous buffer.
      start: the checksum so far.
    """
    if not isinstance(data, bytes):
        data = np.frombuffer(data, np.uint8)
    checksum: int = google_crc32c.extend(start, data)
    return checksum


def masked(checksum: int) -> int:
    """Give the form in which a file holds a checksum."""
    return (((checksum >> 15) | (checksum << 17)) + _DELTA) & 0xFFFFFFFF


def masked_crc32c(data: Any) -> int:
    """Compute what a file holds as the checksum of `data`."""
    return masked(crc32c(data))
