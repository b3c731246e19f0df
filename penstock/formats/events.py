"""Event files, which TensorBoard reads: a file of records, each an `Event`."""

from __future__ import annotations

import os
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import DecodeError

from penstock.core.errors import DataLossError
from penstock.core.file_errors import translated
from penstock.formats.event_messages import Event
from penstock.formats.records import RecordWriter, read_records

__all__ = ["EventWriter", "read_events"]

_VERSION = "brain.Event:2"


class EventWriter:
    """Writes an event file in a folder; several threads may.

    The file is made with the first event, or at once if its name has an end of its own, as in
    TensorFlow. A file that is there stays: the next second that is free is then in the name.

    Args:
      folder: the folder; it is made if it is missing.
      flush_seconds: how long written events may be held back.
      suffix: the end of the file's name.

    Attributes:
      path: the file; None as long as there is none.
    """

    def __init__(self, folder: str, flush_seconds: float, suffix: str = "") -> None:
        with translated(folder):
            os.makedirs(folder, exist_ok=True)
        self.path: str | None = None
        self._folder, self._suffix = folder, suffix
        self._started = time.time()
        self._flush_seconds = flush_seconds
        self._next_flush = self._started + flush_seconds
        self._lock = threading.Lock()
        self._records: RecordWriter | None = None
        if suffix:
            self._opened()

    def _opened(self) -> RecordWriter:
        if self._records is None:
            self.path = _new_file(self._folder, int(self._started), self._suffix)
            self._records = RecordWriter(self.path)
            # A program that ends without closing its writer keeps its last events.
            self._closing = weakref.finalize(self, self._records.close)
            first = Event(wall_time=self._started, file_version=_VERSION)
            self._records.write(first.SerializeToString())
            self._records.flush()
        return self._records

    def write(self, event: Any) -> None:
        """Write an event."""
        content = event.SerializeToString()
        with self._lock:
            records = self._opened()
            records.write(content)
            now = time.time()
            if now >= self._next_flush:
                records.flush()
                self._next_flush = now + self._flush_seconds

    def flush(self) -> None:
        """Bring the events to the file, where others can read them."""
        with self._lock:
            if self._records is not None:
                self._records.flush()

    def close(self) -> None:
        """End the file."""
        with self._lock:
            if self._records is not None:
                self._closing()


def _new_file(folder: str, second: int, suffix: str) -> str:
    """Make an empty event file; give its path."""
    while True:
        name = f"events.out.tfevents.{second:010d}.{socket.gethostname()}{suffix}"
        path = os.path.join(folder, name)
        with translated(path):
            try:
                open(path, "xb").close()
            except FileExistsError:
                second += 1
                continue
        return path


def read_events(path: str) -> Iterator[Any]:
    """Go through the events of a file.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it is damaged.
    """
    for record in read_records(path):
        try:
            yield Event.FromString(record)
        except DecodeError as error:
            raise DataLossError(None, None, f"A record of {path} is no event: {error}.") from None
