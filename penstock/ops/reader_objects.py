"""The readers that a session holds: they take files from a queue, and give what is in them.

A file is a unit of work. A reader reads it record by record, and takes the next one when it is
done. Runs in several threads take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from penstock.core.errors import InvalidArgumentError, OpError, UnimplementedError
from penstock.core.held import Shared
from penstock.ops.queue_objects import Queue

__all__ = ["ReadRecords", "Reader", "Record"]

Record = tuple[bytes, bytes]
# Gives the records of a file; takes its path and the compression's name.
ReadRecords = Callable[[str, str], Iterator[bytes]]


class Reader(Shared):
    """What all readers have in common; a kind of reader says what the records of a file are.

    Args:
      name: what messages call it.

    Attributes:
      produced: how many records it has given.
      finished: how many files it has read to their end.
    """

    # Whether its state can be written down: a file is one record then, so it is between two.
    can_serialize = False

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._is_busy = False
        self._clear()

    def _clear(self) -> None:
        self.produced = 0
        self.finished = 0
        self._started = 0
        self._work: bytes | None = None
        self._records: Iterator[Record] | None = None
        self._error: OpError | None = None

    def _open(self, path: bytes, read_records: ReadRecords) -> Iterator[Record]:
        """Begin a file; gives its records with their keys.

        Raises:
          OpError: if it is not there.
        """
        raise NotImplementedError

    def read(self, queue: Queue, count: int, read_records: ReadRecords) -> list[Record]:
        """Give records, at least one, all of one file.

        Args:
          queue: where the paths of the files come from.
          count: how many at most.
          read_records: how TFRecord files are read.

        Raises:
          OutOfRangeError: if the queue is closed and there are no files left.
        """
        self._begin()
        try:
            records: list[Record] = []
            while not records:
                if self._records is None:
                    self._take_work(queue, read_records)
                self._extend(records, count)
            self.produced += len(records)
            return records
        finally:
            self._end()

    def _take_work(self, queue: Queue, read_records: ReadRecords) -> None:
        if self._work is None:
            ((path, *_),) = queue.take(1)
            self._work = path.item()
            self._started += 1
        try:
            self._records = self._open(self._work, read_records)
        except OpError:
            if not self.can_serialize:
                self._work = None
            raise

    def _extend(self, records: list[Record], count: int) -> None:
        """Add records of the file that is read; at its end, note that it is finished."""
        if self._error is not None:
            raise self._error
        assert self._records is not None
        try:
            for record in self._records:
                records.append(record)
                if len(records) == count:
                    break
            else:
                self._finish()
        except OpError as error:
            self._error = error
            if not records:
                raise
        if self.can_serialize and self._records is not None:
            self._finish()

    def _finish(self) -> None:
        self.finished += 1
        self._work = self._records = None

    def _begin(self) -> None:
        with self.changed:
            self.wait_until(lambda: not self._is_busy)
            self._is_busy = True

    def _end(self) -> None:
        with self.changed:
            self._is_busy = False
            self.changed.notify_all()

    def reset(self) -> None:
        """Begin anew: what was read is forgotten, and a file that is read is left."""
        self._begin()
        self._clear()
        self._end()

    def serialize(self) -> bytes:
        """Write the state down, as TensorFlow's `ReaderBaseState`.

        Raises:
          UnimplementedError: if this kind of reader cannot.
        """
        self._check_serializes()
        fields = (self._started, self.finished, self.produced)
        text = b"".join(
            bytes([number << 3]) + _varint(value) for number, value in enumerate(fields, 1) if value
        )
        return (
            text if self._work is None else text + b"\x22" + _varint(len(self._work)) + self._work
        )

    def restore(self, state: bytes) -> None:
        """Take a state that was written down.

        Raises:
          InvalidArgumentError: if it is none.
          UnimplementedError: if this kind of reader cannot.
        """
        self._check_serializes()
        try:
            values = _fields(state)
        except (IndexError, ValueError):
            raise InvalidArgumentError(
                None, None, f"Could not parse the state for the reader {self.name!r}: {state!r} is "
                "none that serialize_state gave."
            ) from None  # fmt: skip
        self._begin()
        self._clear()
        self._started, self.finished, self.produced = (values.get(n, 0) for n in (1, 2, 3))
        self._work = values.get(4)
        self._end()

    def _check_serializes(self) -> None:
        if not self.can_serialize:
            raise UnimplementedError(
                None, None, f"The reader {self.name!r} may be within a file, so its state cannot "
                "be written down. WholeFileReader and IdentityReader can do that."
            )  # fmt: skip


def _varint(value: int) -> bytes:
    text = bytearray()
    while value > 127:
        text.append(value & 127 | 128)
        value >>= 7
    return bytes([*text, value])


def _fields(text: bytes) -> dict[int, Any]:
    """Give the fields of a message: numbers in 1 to 3, a string in 4."""
    found: dict[int, Any] = {}
    place = 0

    def number() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = text[place]
            place += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    while place < len(text):
        tag = number()
        if tag in (8, 16, 24):
            found[tag >> 3] = number()
        elif tag == 34:
            size = number()
            if place + size > len(text):
                raise ValueError(text)
            found[4] = text[place : place + size]
            place += size
        else:
            raise ValueError(tag)
    return found
