"""PNG images as libpng writes them by default, byte for byte."""

from __future__ import annotations

import struct
import zlib

import numpy as np

__all__ = ["encode_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)
_SMALL = 16384  # up to here a smaller window is announced


def encode_png(image: np.ndarray, compression: int = -1) -> bytes:
    """Encode an image.

    Args:
      image: uint8 or uint16 of shape (height, width, channels), of 1 to 4 channels: gray, gray
        with alpha, RGB, RGB with alpha.
      compression: zlib's level, 0 to 9; -1 for the usual one.

    Returns:
      The file's bytes.
    """
    height, width, channels = image.shape
    depth = image.dtype.itemsize
    header = struct.pack(">IIBBBBB", width, height, 8 * depth, _COLOR_TYPES[channels], 0, 0, 0)
    rows = image.astype(image.dtype.newbyteorder(">"), copy=False)
    rows = np.ascontiguousarray(rows).view(np.uint8).reshape(height, width * channels * depth)
    data = _filtered(rows, width, channels * depth)
    content = _deflated(data, compression)
    chunks = [(b"IHDR", header), *((b"IDAT", part) for part in _parts(content)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _parts(content: bytes) -> list[bytes]:
    """Cut the compressed data as libpng's buffer does."""
    size = 8192
    return [content[start : start + size] for start in range(0, len(content), size)]


def _filtered(rows: np.ndarray, width: int, step: int) -> bytes:
    """Filter each row in the way that makes its bytes smallest, the first of equal ones.

    Args:
      rows: the bytes of the image, a row each.
      width: the number of pixels in a row.
      step: the number of bytes of a pixel.
    """
    left = np.zeros_like(rows)
    left[:, step:] = rows[:, :-step]
    above = np.zeros_like(rows)
    above[1:] = rows[:-1]
    corner = np.zeros_like(rows)
    corner[1:] = left[:-1]
    choices = {_NONE: rows}
    if width > 1:
        choices[_SUB] = rows - left
    if len(rows) > 1:
        choices[_UP] = rows - above
        if width > 1:
            mean = ((left.astype(np.uint16) + above) >> 1).astype(np.uint8)
            choices[_AVERAGE] = rows - mean
            choices[_PAETH] = rows - _predicted(left, above, corner)
    kinds = np.array(list(choices), np.uint8)
    candidates = np.stack(list(choices.values()))
    sizes = np.minimum(candidates, 0 - candidates).sum(axis=2, dtype=np.uint64)
    best = sizes.argmin(axis=0)
    chosen = candidates[best, np.arange(len(rows))]
    return np.concatenate([kinds[best][:, None], chosen], axis=1).tobytes()


def _predicted(left: np.ndarray, above: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Paeth's predictor: whichever neighbor is nearest to left + above - corner."""
    a, b, c = (part.astype(np.int16) for part in (left, above, corner))
    to_left, to_above, to_corner = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    nearest = np.where(to_above <= to_corner, above, corner)
    return np.where((to_left <= to_above) & (to_left <= to_corner), left, nearest)


def _deflated(data: bytes, compression: int) -> bytes:
    window = zlib.MAX_WBITS
    if len(data) <= _SMALL:
        while window > 9 and len(data) + 262 <= 1 << (window - 1):
            window -= 1
    packer = zlib.compressobj(compression, zlib.DEFLATED, window, 8, zlib.Z_FILTERED)
    content = bytearray(packer.compress(data) + packer.flush())
    if len(data) <= _SMALL:
        _announce_window(content, len(data))
    return bytes(content)


def _announce_window(content: bytearray, size: int) -> None:
    """Put the smallest window that holds all data into the two bytes that zlib begins with."""
    bits = content[0] >> 4
    while bits > 0 and size <= 1 << (bits + 7):
        bits -= 1
    content[0] = content[0] & 0x0F | bits << 4
    flags = content[1] & 0xE0
    content[1] = flags + 31 - ((content[0] << 8) + flags) % 31
