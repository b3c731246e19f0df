"""The kinds of readers: what they take for the records of a file."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.core.file_errors import translated
from penstock.ops.reader_objects import Reader, ReadRecords, Record

__all__ = [
    "FixedLengthReader",
    "IdentityReader",
    "RecordReader",
    "TextLineReader",
    "WholeFileReader",
]


def _path(path: bytes) -> str:
    return path.decode(errors="surrogateescape")


def _contents(path: bytes) -> bytes:
    with translated(_path(path)), open(path, "rb") as file:
        return file.read()


class IdentityReader(Reader):
    """Gives the names of the files themselves."""

    can_serialize = True

    def _open(self, path: bytes, read_records: ReadRecords) -> Iterator[Record]:
        return iter([(path, path)])


class WholeFileReader(Reader):
    """Gives each file as one record."""

    can_serialize = True

    def _open(self, path: bytes, read_records: ReadRecords) -> Iterator[Record]:
        return iter([(path, _contents(path))])


class TextLineReader(Reader):
    """Gives the lines of text files, without their ends.

    Args:
      name: what messages call it.
      skipped: how many lines of each file are left out.
    """

    def __init__(self, name: str, skipped: int) -> None:
        super().__init__(name)
        self._skipped = skipped

    def _open(self, path: bytes, read_records: ReadRecords) -> Iterator[Record]:
        with translated(_path(path)):
            file = open(path, "rb")  # noqa: SIM115  (read line by line, over several runs)
        return self._lines(path, file)

    def _lines(self, path: bytes, file: Any) -> Iterator[Record]:
        with file:
            for number, line in enumerate(file, 1):
                if number > self._skipped:
                    yield b"%s:%d" % (path, number), line.rstrip(b"\n").replace(b"\r", b"")


class FixedLengthReader(Reader):
    """Gives records of so many bytes.

    Args:
      name: what messages call it.
      header, record, footer, hop: bytes before the records, of each one, after them, and from the
        begin of one to that of the next (0 for a record's).
      encoding: how files are compressed: ``"ZLIB"``, ``"GZIP"``, or empty.

    Raises:
      InvalidArgumentError: if a size is negative.
    """

    def __init__(
        self, name: str, header: int, record: int, footer: int, hop: int, encoding: str
    ) -> None:
        super().__init__(name)
        sizes = {"header_bytes": header, "record_bytes": record, "footer_bytes": footer}
        for what, size in {**sizes, "hop_bytes": hop}.items():
            if size < (what == "record_bytes"):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"{what} of the reader {name!r} must be {int(what == 'record_bytes')} or more, "
                    f"but is {size}.",
                )
        self._header, self._record, self._footer = header, record, footer
        self._hop = hop or record
        self._encoding = encoding

    def _open(self, path: bytes, read_records: ReadRecords) -> Iterator[Record]:
        data = _contents(path)
        if self._encoding:
            decompress = gzip.decompress if self._encoding == "GZIP" else zlib.decompress
            data = decompress(data)
        end = len(data) - self._footer - self._record
        return (
            (b"%s:%d" % (path, number), data[start : start + self._record])
            for number, start in enumerate(range(self._header, end + 1, self._hop))
        )


class RecordReader(Reader):
    """Gives the records of TFRecord files.

    Args:
      name: what messages call it.
      compression: how files are compressed: ``"ZLIB"``, ``"GZIP"``, or empty.
    """

    def __init__(self, name: str, compression: str) -> None:
        super().__init__(name)
        self._compression = compression

    def _open(self, path: bytes, read_records: ReadRecords) -> Iterator[Record]:
        with translated(_path(path)), open(path, "rb"):
            pass
        return self._keyed(path, read_records(_path(path), self._compression))

    def _keyed(self, path: bytes, records: Iterator[bytes]) -> Iterator[Record]:
        offset = 0
        for record in records:
            yield b"%s:%d" % (path, offset), record
            offset += len(record) + 16  # length, checksums
