"""TensorFlow's errors for what goes wrong with files."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator

from penstock.core import errors

__all__ = ["translated"]

_CLASSES = {
    errno.ENOENT: errors.NotFoundError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EROFS: errors.PermissionDeniedError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EDQUOT: errors.ResourceExhaustedError,
    errno.EFBIG: errors.ResourceExhaustedError,
}


@contextlib.contextmanager
def translated(path: str | os.PathLike[str], hint: str = "") -> Iterator[None]:
    """Raise TensorFlow's error where the operating system raises its own.

    Args:
      path: the file that the work is on.
      hint: a sentence to end the message with.
    """
    try:
        yield
    except OSError as error:
        kind = _CLASSES.get(error.errno or 0, errors.UnknownError)
        message = f"{os.fspath(path)}; {error.strerror or error}"
        raise kind(None, None, f"{message}. {hint}" if hint else message) from error
