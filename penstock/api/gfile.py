"""`tf.gfile`: files and folders, with TensorFlow's errors."""

import glob
import os
import shutil
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Any, NamedTuple

from penstock.core import errors as _errors
from penstock.core.file_errors import translated as _translated
from penstock.core.surface import lacking as _lacking

__all__ = [
    "Copy",
    "DeleteRecursively",
    "Exists",
    "FastGFile",
    "GFile",
    "Glob",
    "IsDirectory",
    "ListDirectory",
    "MakeDirs",
    "MkDir",
    "Open",
    "Remove",
    "Rename",
    "Stat",
    "Walk",
]

_MODES = ("r", "w", "a", "r+", "w+", "a+")


class GFile:
    """A file, opened when it is first read or written.

    Args:
      name: Its path.
      mode: "r", "w" or "a", "+" after it for both directions, "b" at the end for bytes.

    Raises:
      tf.errors.InvalidArgumentError: The mode is another one.
      tf.errors.PermissionDeniedError: On reading or writing against the mode.
      tf.errors.NotFoundError: On first use, if there is no such file or folder.
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        if mode.replace("b", "") not in _MODES:
            raise _errors.InvalidArgumentError(
                None, None, f"A mode is one of {', '.join(_MODES)}, or ends in b; got {mode!r}."
            )
        self._name, self._mode = os.fspath(name), mode
        self._file: IO[bytes] | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def mode(self) -> str:
        return self._mode

    def read(self, n: int = -1) -> str | bytes:
        """The next `n` bytes, or the rest: text, or bytes in a mode with "b"."""
        return self._given(self._reading().read(n))

    def readline(self) -> str | bytes:
        """The next line with its end; empty at the end of the file."""
        return self._given(self._reading().readline())

    def readlines(self) -> list[str | bytes]:
        """The lines that are left, each with its end."""
        return list(self)

    def __iter__(self) -> "GFile":
        return self

    def __next__(self) -> str | bytes:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def next(self) -> str | bytes:
        """The next line with its end; StopIteration behind the last."""
        return next(self)

    def write(self, file_content: str | bytes) -> None:
        """Writes text or bytes."""
        file = self._writing()
        with _translated(self._name):
            file.write(file_content.encode() if isinstance(file_content, str) else file_content)

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Goes to a place: `offset` bytes from the start (0), from here (1) or from the end (2).

        `position` is the older name of `offset`. InvalidArgumentError if there is no such place.
        """
        place = offset if offset is not None else position
        if place is None:
            raise TypeError("seek needs an offset: how many bytes to go")
        file = self._reading()
        try:
            file.seek(place, whence)
        except (OSError, ValueError) as error:
            raise _errors.InvalidArgumentError(
                None, None, f"{self._name!r} has no place {place}, counted by {whence}: {error}. "
                "Count from 0, the start, 1, here, or 2, the end.",
            ) from None  # fmt: skip

    def tell(self) -> int:
        """The place in the file, in bytes."""
        return self._opened().tell()

    def size(self) -> int:
        """The size of the file on disk, in bytes."""
        self.flush()
        return Stat(self._name).length

    def flush(self) -> None:
        """Writes out what is held back."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Closes the file; using it again opens it again."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def __enter__(self) -> "GFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            with _translated(self._name):
                self._file = open(self._name, self._mode.replace("b", "") + "b")  # noqa: SIM115
        return self._file

    def _reading(self) -> IO[bytes]:
        if "r" not in self._mode and "+" not in self._mode:
            raise _errors.PermissionDeniedError(
                None, None, f"{self._name!r} is open in mode {self._mode!r}, not for reading."
            )
        return self._opened()

    def _writing(self) -> IO[bytes]:
        if self._mode.replace("b", "") == "r":
            raise _errors.PermissionDeniedError(
                None, None, f"{self._name!r} is open in mode {self._mode!r}, not for writing."
            )
        return self._opened()

    def _given(self, content: bytes) -> str | bytes:
        return content if "b" in self._mode else content.decode()


FastGFile = GFile
Open = GFile


class _FileStatistics(NamedTuple):
    """What `Stat` tells: the length in bytes, the time of the last change in nanoseconds."""

    length: int
    mtime_nsec: int
    is_directory: bool


def Copy(oldpath: str, newpath: str, overwrite: bool = False) -> None:
    """Copies a file; over another one only if `overwrite`."""
    _check_free(newpath, overwrite)
    with _translated(oldpath):
        shutil.copyfile(oldpath, newpath)


def Rename(oldname: str, newname: str, overwrite: bool = False) -> None:
    """Renames a file; over another one only if `overwrite`."""
    _check_free(newname, overwrite)
    with _translated(oldname):
        os.replace(oldname, newname)


def Remove(filename: str) -> None:
    """Removes a file."""
    with _translated(filename):
        os.remove(filename)


def DeleteRecursively(dirname: str) -> None:
    """Removes a folder and all that is in it, or a file."""
    with _translated(dirname):
        if os.path.isdir(dirname) and not os.path.islink(dirname):
            shutil.rmtree(dirname)
        else:
            os.remove(dirname)


def Exists(filename: str) -> bool:
    """Whether there is such a file or folder."""
    return os.path.exists(filename)


def IsDirectory(dirname: str) -> bool:
    """Whether there is such a folder."""
    return os.path.isdir(dirname)


def Stat(filename: str) -> _FileStatistics:
    """Length, time of the last change, and kind of a file or folder."""
    with _translated(filename):
        found = os.stat(filename)
    return _FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(filename))


def MkDir(dirname: str) -> None:
    """Makes a folder in one that is there; one that is there already stays."""
    if not os.path.isdir(dirname):
        with _translated(dirname):
            os.mkdir(dirname)


def MakeDirs(dirname: str) -> None:
    """Makes a folder and those above it; those that are there already stay."""
    with _translated(dirname):
        os.makedirs(dirname, exist_ok=True)


def ListDirectory(dirname: str) -> list[str]:
    """The names of what is in a folder."""
    if not os.path.isdir(dirname):
        raise _errors.NotFoundError(None, None, f"There is no folder {dirname!r}.")
    return os.listdir(dirname)


def Glob(filename: str | list[str]) -> list[str]:
    """The paths that fit a pattern, or any of several.

    NotFoundError if the folder is missing that a pattern begins with.
    """
    patterns = [filename] if isinstance(filename, (str, bytes, os.PathLike)) else filename
    for pattern in patterns:
        parts = os.fsdecode(pattern).split(os.sep)
        count = next((i for i, part in enumerate(parts) if glob.has_magic(part)), 0)
        folder = os.sep.join(parts[:count])
        if folder and not os.path.exists(folder):
            raise _errors.NotFoundError(
                None, None, f"{folder}; No such file or directory, so nothing in it fits "
                f"{os.fsdecode(pattern)!r}.",
            )  # fmt: skip
    return [path for pattern in patterns for path in sorted(glob.glob(pattern))]


def Walk(top: str, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """`(folder, folders in it, files in it)` for a folder and each below it.

    Args:
      top: The folder to begin with.
      in_order: Whether a folder comes before those in it.
    """
    return os.walk(top, topdown=in_order)


def _check_free(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise _errors.AlreadyExistsError(
            None, None, f"{path!r} is there already: pass overwrite=True to write over it."
        )


__getattr__ = _lacking(__name__, __all__)
