"""Files that come to be as a whole, or not at all.

A file is written under another name beside its place, brought to the disk, and renamed. A
checkpoint of an older save under the same name needs a step more, since it is several files: the
new index waits as ``NAME.pending`` while the data takes its place; if the process ends just there,
a reader finds it and can tell which of the two indexes belongs to the data.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from penstock.core.file_errors import translated

__all__ = [
    "PENDING",
    "move_into_place",
    "remove_file",
    "temporary_name",
    "write_all",
    "write_file",
    "writing",
]

PENDING = ".pending"
_HINT = "What was saved before is still there."
_TEMPORARY = ".tempstate"
_MUCH = 1 << 25
_PAUSE = 0.02  # seconds


def temporary_name(path: str) -> str:
    """Give a name in the same folder that no file has."""
    return f"{path}{_TEMPORARY}{secrets.token_hex(8)}"


@contextlib.contextmanager
def writing(path: str, size: int = 0) -> Iterator[BinaryIO]:
    """Open a new file for writing; at the block's end it is on the disk, after an error gone.

    Args:
      path: where.
      size: about how many bytes will be written; many are sent to the disk meanwhile.

    Raises:
      OpError: of the class that fits what the system says, such as ResourceExhaustedError for a
        full disk.
    """
    with translated(path.partition(_TEMPORARY)[0], _HINT):
        try:
            with open(path, "wb", buffering=0) as file:
                if size < _MUCH:
                    yield file  # type: ignore[misc]
                else:
                    _reserve(file.fileno(), size)
                    with _Flusher(file.fileno()):
                        yield file  # type: ignore[misc]
                    file.truncate(file.tell())
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                os.remove(path)
            raise


def _reserve(handle: int, size: int) -> None:
    """Have the disk keep room: a full one is told at once, and what is written goes faster."""
    reserve = getattr(os, "posix_fallocate", None)  # not every system has it
    try:
        if reserve is not None:
            reserve(handle, 0, size)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
            raise


class _Flusher:
    """Sends what is written to a file to the disk while more is written."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._done = threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._flush, daemon=True)

    def _flush(self) -> None:
        try:
            while not self._done.wait(_PAUSE):
                os.fsync(self._handle)
        except OSError as error:
            self._error = error

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *raised: object) -> None:
        self._done.set()
        self._thread.join()
        if self._error is not None and raised[0] is None:
            raise self._error


def write_file(path: str, content: bytes) -> None:
    """Write a whole file; readers see the old one or the new one."""
    temporary = temporary_name(path)
    with writing(temporary) as file:
        write_all(file, content)
    move_into_place({temporary: path})


def write_all(file: BinaryIO, content: bytes | memoryview) -> None:
    """Write all of `content`: one call of the system may write less."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def move_into_place(moves: Mapping[str, str], index: tuple[str, str] | None = None) -> None:
    """Rename files to where they belong.

    Args:
      moves: from temporary names to final ones.
      index: such a pair for a file that tells what is in the others; it is renamed last.
    """
    folders = {os.path.dirname(path) or "." for path in moves.values()}
    if index is not None:
        temporary, final = index
        folders.add(os.path.dirname(final) or ".")
        if os.path.exists(final):
            os.replace(temporary, final + PENDING)
            temporary = final + PENDING
            _sync(folders)
        moves = {**moves, temporary: final}
    for temporary, final in moves.items():
        with translated(final, _HINT):
            os.replace(temporary, final)
    _sync(folders)


def _sync(folders: set[str]) -> None:
    """Bring the names in folders to the disk."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_file(path: str) -> None:
    """Remove a file, if it is there; the room that a large one takes is freed in a thread.

    The name goes at once. What takes time is to give the blocks back, which the system does when
    the last one who has the file open closes it.
    """
    with translated(path), contextlib.suppress(FileNotFoundError):
        if os.path.getsize(path) < _MUCH:
            os.remove(path)
            return
        handle = os.open(path, os.O_RDONLY)
        os.remove(path)
        threading.Thread(target=os.close, args=(handle,)).start()
