"""TFRecord files: records of bytes, each with its length and checksums of both.

A record is its length in eight bytes, a checksum of these, the data, and a checksum of the data.
The whole file may be compressed.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Protocol

from penstock.core.errors import DataLossError, FailedPreconditionError
from penstock.core.file_errors import translated
from penstock.formats.checksum import masked_crc32c

__all__ = ["RecordWriter", "framed", "read_records"]

_HEADER_SIZE = 12
_CHUNK = 1 << 18
_MOST_INFLATED = 1032  # bytes that deflate can make of one


def framed(record: bytes) -> bytes:
    """Give a record as it stands in a file."""
    length = len(record).to_bytes(8, "little")
    return b"".join(
        [
            length,
            masked_crc32c(length).to_bytes(4, "little"),
            record,
            masked_crc32c(record).to_bytes(4, "little"),
        ]
    )


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self, mode: int = ..., /) -> bytes: ...


def _compressor(compression: str, settings: dict[str, int]) -> _Compressor | None:
    if not compression:
        return None
    window = settings.get("window_bits", zlib.MAX_WBITS)
    return zlib.compressobj(
        settings.get("compression_level", zlib.Z_DEFAULT_COMPRESSION),
        zlib.DEFLATED,
        window | 16 if compression == "GZIP" else window,
        settings.get("mem_level", 9),
        settings.get("compression_strategy", zlib.Z_DEFAULT_STRATEGY),
    )


class RecordWriter:
    """Writes a file of records.

    Args:
      path: the file; what was in it is lost.
      compression: empty, ``"ZLIB"`` or ``"GZIP"``.
      settings: zlib's ``compression_level``, ``window_bits``, ``mem_level`` and
        ``compression_strategy``, where they are not the usual ones.

    Raises:
      OpError: of the class that fits, if the file cannot be written.
    """

    def __init__(
        self, path: str, compression: str = "", settings: dict[str, int] | None = None
    ) -> None:
        self._path = path
        self._compressor = _compressor(compression, settings or {})
        with translated(path):
            self._file: BinaryIO | None = open(path, "wb", buffering=_CHUNK)  # noqa: SIM115

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise FailedPreconditionError(
                None, None, f"{self._path} is closed, so nothing can be written to it. Make a new "
                "writer, or close this one later.",
            )  # fmt: skip
        return self._file

    def write(self, record: bytes) -> None:
        """Write a record.

        Raises:
          TypeError: if it is no bytes.
          FailedPreconditionError: if the writer is closed.
        """
        if not isinstance(record, bytes):
            raise TypeError(f"expected bytes, {type(record).__name__} found: a record is bytes.")
        data = framed(record)
        if self._compressor is not None:
            data = self._compressor.compress(data)
        file = self._opened()
        with translated(self._path):
            file.write(data)

    def flush(self) -> None:
        """Bring what is written to the file, where others can read it."""
        file = self._opened()
        with translated(self._path):
            if self._compressor is not None:
                file.write(self._compressor.flush(zlib.Z_SYNC_FLUSH))
            file.flush()

    def close(self) -> None:
        """End the file; closing it again does nothing."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with translated(self._path), file:
            if self._compressor is not None:
                file.write(self._compressor.flush(zlib.Z_FINISH))


class _Inflated:
    """A compressed file, read as what it holds."""

    def __init__(self, file: BinaryIO, compression: str, path: str) -> None:
        self._file, self._path = file, path
        self._window = zlib.MAX_WBITS | 16 if compression == "GZIP" else zlib.MAX_WBITS
        self._inflater = zlib.decompressobj(self._window)
        self._ready = bytearray()
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes, less only at the end."""
        while len(self._ready) < size and self._more(size - len(self._ready)):
            continue
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def _more(self, wanted: int) -> bool:
        data = self._rest or self._file.read(_CHUNK)
        if not data:
            return False
        if self._inflater.eof:
            self._inflater = zlib.decompressobj(self._window)  # one stream follows another
        try:
            self._ready += self._inflater.decompress(data, max(wanted, _CHUNK))
        except zlib.error as error:
            raise DataLossError(
                None, None, f"{self._path} cannot be decompressed: {error}. It may be compressed "
                "in another way: say so by TFRecordOptions.",
            ) from None  # fmt: skip
        self._rest = self._inflater.unconsumed_tail or self._inflater.unused_data
        return True


def read_records(path: str, compression: str = "") -> Iterator[bytes]:
    """Go through the records of a file.

    Args:
      path: the file.
      compression: empty, ``"ZLIB"`` or ``"GZIP"``.

    Yields:
      Records.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if a record is damaged or cut off; it says at which byte it begins. As in
        TensorFlow, a file that ends within a record's length ends there.
    """
    with translated(path), open(path, "rb") as file:
        limit = os.fstat(file.fileno()).st_size
        source: Any = file
        if compression:
            source = _Inflated(file, compression, path)
            limit *= _MOST_INFLATED
        offset = 0
        while True:
            header = source.read(_HEADER_SIZE)
            if len(header) < _HEADER_SIZE:
                return
            length = int.from_bytes(header[:8], "little")
            _check(header[:8], header[8:], path, offset)
            end = offset + _HEADER_SIZE + length + 4
            if end > limit:
                raise _truncated(path, offset, length)
            record = source.read(length)
            stored = source.read(4)
            if len(record) < length or len(stored) < 4:
                raise _truncated(path, offset, length)
            _check(record, stored, path, offset + _HEADER_SIZE)
            yield record
            offset = end


def _check(data: bytes, stored: bytes, path: str, offset: int) -> None:
    if masked_crc32c(data) != int.from_bytes(stored, "little"):
        raise DataLossError(
            None, None, f"corrupted record at {offset} of {path}: its checksum does not fit. The "
            "file is damaged, or no TFRecord file, or compressed.",
        )  # fmt: skip


def _truncated(path: str, offset: int, length: int) -> DataLossError:
    return DataLossError(
        None, None, f"truncated record at {offset} of {path}: {length} bytes are announced there, "
        "but the file ends before. Its writer may not have been closed.",
    )  # fmt: skip
