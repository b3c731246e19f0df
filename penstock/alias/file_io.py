"""`tensorflow.python.lib.io.file_io`: the functions that `tf.gfile` has no other name for."""

from penstock.api.gfile import Exists, GFile
from penstock.core.errors import AlreadyExistsError
from penstock.formats.replacement import write_file

__all__ = ["atomic_write_string_to_file", "read_file_to_string", "write_string_to_file"]


def read_file_to_string(filename: str, binary_mode: bool = False) -> str | bytes:
    """All of a file: as text, or as bytes."""
    with GFile(filename, "rb" if binary_mode else "r") as file:
        return file.read()


def write_string_to_file(filename: str, file_content: str | bytes) -> None:
    """Writes a whole file."""
    with GFile(filename, "w") as file:
        file.write(file_content)


def atomic_write_string_to_file(
    filename: str, contents: str | bytes, overwrite: bool = True
) -> None:
    """Writes a whole file; readers see the old one or the new one.

    Raises:
      tf.errors.AlreadyExistsError: There is one, and `overwrite` is False.
    """
    if not overwrite and Exists(filename):
        raise AlreadyExistsError(
            None, None, f"{filename!r} is there already: pass overwrite=True to write over it."
        )
    write_file(filename, contents.encode() if isinstance(contents, str) else contents)
