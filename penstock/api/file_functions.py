"""`tf.io.gfile`: the functions of `tf.gfile` by the names that TensorFlow 2 gives them."""

from collections.abc import Callable, Iterator
from typing import Any

from penstock.api import gfile as _gfile
from penstock.api.gfile import GFile
from penstock.core.errors import OpError as _OpError
from penstock.core.surface import lacking as _lacking

__all__ = [
    "GFile",
    "copy",
    "exists",
    "glob",
    "isdir",
    "listdir",
    "makedirs",
    "mkdir",
    "remove",
    "rename",
    "rmtree",
    "stat",
    "walk",
]


def copy(src: str, dst: str, overwrite: bool = False) -> None:
    """Copies a file; over another one only if `overwrite`."""
    _gfile.Copy(src, dst, overwrite)


def exists(path: str) -> bool:
    """Whether there is such a file or folder."""
    return _gfile.Exists(path)


def glob(pattern: str | list[str]) -> list[str]:
    """The paths that fit a pattern, or any of several."""
    return _gfile.Glob(pattern)


def isdir(path: str) -> bool:
    """Whether there is such a folder."""
    return _gfile.IsDirectory(path)


def listdir(path: str) -> list[str]:
    """The names of what is in a folder."""
    return _gfile.ListDirectory(path)


def makedirs(path: str) -> None:
    """Makes a folder and those above it; those that are there already stay."""
    _gfile.MakeDirs(path)


def mkdir(path: str) -> None:
    """Makes a folder in one that is there; one that is there already stays."""
    _gfile.MkDir(path)


def remove(path: str) -> None:
    """Removes a file."""
    _gfile.Remove(path)


def rename(src: str, dst: str, overwrite: bool = False) -> None:
    """Renames a file; over another one only if `overwrite`."""
    _gfile.Rename(src, dst, overwrite)


def rmtree(path: str) -> None:
    """Removes a folder and all that is in it."""
    _gfile.DeleteRecursively(path)


def stat(path: str) -> Any:
    """Length, time of the last change, and kind of a file or folder."""
    return _gfile.Stat(path)


def walk(
    top: str, topdown: bool = True, onerror: Callable[[Any], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """`(folder, folders in it, files in it)` for a folder and each below it.

    Args:
      top: The folder to begin with.
      topdown: Whether a folder comes before those in it.
      onerror: Called with the error for a folder that cannot be listed, which is then left out.
    """
    if onerror is not None:
        try:
            _gfile.ListDirectory(top)
        except _OpError as error:
            onerror(error)
            return iter(())
    return _gfile.Walk(top, topdown)


__getattr__ = _lacking(__name__, __all__)
