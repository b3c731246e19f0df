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

    Args:
      folder: the folder; it is made if it is missing.
      flush_seconds: how long written events may be held back.
      suffix: the end of the file's name.

    Attributes:
      path: the file.
    """

    def __init__(self, folder: str, flush_seconds: float, suffix: str = "") -> None:
        with translated(folder):
            os.makedirs(folder, exist_ok=True)
        now = time.time()
        name = f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}{suffix}"
        self.path = os.path.join(folder, name)
        self._flush_seconds = flush_seconds
        self._next_flush = now + flush_seconds
        self._lock = threading.Lock()
        self._records = RecordWriter(self.path)
        # A program that ends without closing its writer keeps its last events.
        self._closing = weakref.finalize(self, self._records.close)
        self.write(Event(wall_time=now, file_version=_VERSION))
        self.flush()

    def write(self, event: Any) -> None:
        """Write an event."""
        content = event.SerializeToString()
        with self._lock:
            self._records.write(content)
            now = time.time()
            if now >= self._next_flush:
                self._records.flush()
                self._next_flush = now + self._flush_seconds

    def flush(self) -> None:
        """Bring the events to the file, where others can read them."""
        with self._lock:
            self._records.flush()

    def close(self) -> None:
        """End the file."""
        with self._lock:
            self._closing()


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
