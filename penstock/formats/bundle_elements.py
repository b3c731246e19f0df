"""The elements of one tensor as a checkpoint's data file holds them.

Numbers stand as in memory. Strings stand as their lengths in variable-length form, a checksum of
these lengths, and then their bytes one after the other.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.errors import DataLossError
from penstock.formats.checksum import crc32c, masked
from penstock.formats.replacement import write_all
from penstock.formats.varint import read_varint, varint

__all__ = ["read_numbers", "read_strings", "write_elements"]

_CHUNK = 1 << 24
_LARGE = 1 << 20
_WRITER = ThreadPoolExecutor(2, "penstock writes")


def write_elements(file: BinaryIO, array: np.ndarray) -> tuple[int, int]:
    """Write an array.

    Returns:
      The number of bytes, and their masked checksum.
    """
    if array.dtype == object:
        return _write_strings(file, array)
    content = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    if content.size < _LARGE:
        write_all(file, content.data)
        return content.size, masked(crc32c(content))
    # The system copies while the checksum is computed.
    writing = _WRITER.submit(write_all, file, content.data)
    checksum = crc32c(content)
    writing.result()
    return content.size, masked(checksum)


def _length_bytes(length: int) -> bytes:
    """What the checksum of lengths counts for one: four bytes, for a huge one eight."""
    return length.to_bytes(4 if length < 1 << 32 else 8, "little")


def _write_strings(file: BinaryIO, array: np.ndarray) -> tuple[int, int]:
    items = [item if isinstance(item, bytes) else str(item).encode() for item in array.flat]
    lengths = b"".join(varint(len(item)) for item in items)
    checksum = crc32c(b"".join(_length_bytes(len(item)) for item in items))
    stored = masked(checksum).to_bytes(4, "little")
    text = b"".join(items)
    write_all(file, lengths + stored + text)
    checksum = crc32c(text, crc32c(stored, checksum))
    return len(lengths) + len(stored) + len(text), masked(checksum)


def read_numbers(
    file: BinaryIO, dtype: DType, shape: tuple[int, ...], size: int, stored: int, where: str
) -> np.ndarray:
    """Read an array of numbers from a file that stands at its start.

    Args:
      file: the data file.
      dtype: the type of the elements.
      shape: the array's sizes.
      size: the number of bytes; they are known to be in the file.
      stored: their masked checksum.
      where: what to call it in an error.

    Raises:
      DataLossError: if the bytes do not make such an array, or fail their checksum.
    """
    numpy_dtype = np.dtype(dtype.as_numpy_dtype)
    if math.prod(shape) * numpy_dtype.itemsize != size:
        raise DataLossError(
            None, None, f"{where} is damaged: {dtype.name} of shape {shape} does not take {size} "
            "bytes. Restore another checkpoint.",
        )  # fmt: skip
    array = np.empty(shape, numpy_dtype)
    content = array.reshape(-1).view(np.uint8)
    checksum = 0
    for start in range(0, size, _CHUNK):
        chunk = content[start : start + _CHUNK]
        _fill(file, chunk, where)
        checksum = crc32c(chunk, checksum)
    _check(masked(checksum), stored, where)
    return array


def _fill(file: BinaryIO, chunk: np.ndarray, where: str) -> None:
    rest = memoryview(chunk)  # type: ignore[arg-type]
    while rest:
        count = file.readinto(rest)  # type: ignore[attr-defined]
        if not count:
            raise DataLossError(None, None, f"{where} is cut off: its data file ends in it.")
        rest = rest[count:]


def read_strings(data: bytes, shape: tuple[int, ...], stored: int, where: str) -> np.ndarray:
    """Read an array of strings.

    Args:
      data: the bytes of it.
      shape: the array's sizes.
      stored: the masked checksum of lengths and strings.
      where: what to call it in an error.

    Raises:
      DataLossError: if the bytes do not make such an array, or fail their checksum.
    """
    count = math.prod(shape)
    if count > len(data):
        raise DataLossError(
            None, None, f"{where} is damaged: {count} strings do not fit in {len(data)} bytes."
        )
    lengths, position = [], 0
    for _ in range(count):
        length, position = read_varint(data, position)
        lengths.append(length)
    if sum(lengths) + position + 4 != len(data):
        raise DataLossError(
            None, None, f"{where} is damaged: the lengths of its strings do not add up to its size."
        )
    checksum = crc32c(b"".join(map(_length_bytes, lengths)))
    _check(masked(checksum), int.from_bytes(data[position : position + 4], "little"), where)
    _check(masked(crc32c(data[position:], checksum)), stored, where)
    position += 4
    array = np.empty(count, object)
    for index, length in enumerate(lengths):
        array[index] = data[position : position + length]
        position += length
    return array.reshape(shape)


def _check(found: int, stored: int, where: Any) -> None:
    if found != stored:
        raise DataLossError(
            None, None, f"{where} is damaged: its bytes have the checksum {found:08x}, but it was "
            f"saved with {stored:08x}. Restore another checkpoint.",
        )  # fmt: skip
