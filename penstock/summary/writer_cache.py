"""`FileWriterCache`: one `FileWriter` for each folder."""

from __future__ import annotations

import threading
from typing import ClassVar

from penstock.graph.default import default_graph
from penstock.summary.file_writer import FileWriter

__all__ = ["FileWriterCache"]


class FileWriterCache:
    """The process's writers by folder."""

    _writers: ClassVar[dict[str, FileWriter]] = {}
    _lock: ClassVar[threading.RLock] = threading.RLock()

    @staticmethod
    def get(logdir: str) -> FileWriter:
        """Give the writer of a folder, made with the default graph if there is none."""
        with FileWriterCache._lock:
            writers = FileWriterCache._writers
            if logdir not in writers:
                writers[logdir] = FileWriter(logdir, graph=default_graph())
            return writers[logdir]

    @staticmethod
    def clear() -> None:
        """Flush all writers and forget them."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._writers.values():
                writer.flush()
            FileWriterCache._writers.clear()
