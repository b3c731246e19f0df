"""What Penstock raises: TensorFlow's error classes, by TensorFlow's status codes.

A message is a sentence that says what must hold, what came, and what to do. The node it is about,
and the user's line that made that node, are told after it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar, Final

__all__ = [
    "ABORTED", "ALREADY_EXISTS", "AbortedError", "AlreadyExistsError", "CANCELLED",
    "CancelledError", "DATA_LOSS", "DEADLINE_EXCEEDED", "DataLossError",
    "DeadlineExceededError", "FAILED_PRECONDITION", "FailedPreconditionError", "INTERNAL",
    "INVALID_ARGUMENT", "InaccessibleTensorError", "InternalError", "InvalidArgumentError",
    "NOT_FOUND", "NotFoundError", "OK", "OUT_OF_RANGE", "OpError",
    "OperatorNotAllowedInGraphError", "OutOfRangeError", "PERMISSION_DENIED",
    "PermissionDeniedError", "RESOURCE_EXHAUSTED", "ResourceExhaustedError", "Status",
    "UNAUTHENTICATED", "UNAVAILABLE", "UNIMPLEMENTED", "UNKNOWN", "UnauthenticatedError",
    "UnavailableError", "UnimplementedError", "UnknownError", "error_code_from_exception_type",
    "exception_type_from_error_code", "from_code", "raise_exception_on_not_ok_status",
]  # fmt: skip

OK: Final = 0
CANCELLED: Final = 1
UNKNOWN: Final = 2
INVALID_ARGUMENT: Final = 3
DEADLINE_EXCEEDED: Final = 4
NOT_FOUND: Final = 5
ALREADY_EXISTS: Final = 6
PERMISSION_DENIED: Final = 7
RESOURCE_EXHAUSTED: Final = 8
FAILED_PRECONDITION: Final = 9
ABORTED: Final = 10
OUT_OF_RANGE: Final = 11
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13
UNAVAILABLE: Final = 14
DATA_LOSS: Final = 15
UNAUTHENTICATED: Final = 16


class OpError(Exception):
    """An error that a step raised, usually at one node.

    Args:
        node_def: the node's definition, or None.
        op: the node (`tf.Operation`), or None. Its `name`, `type` and `line`, the place in
            the user's program that made it, are told with the message.
        message: what went wrong, in a sentence.
        error_code: the status code, such as `tf.errors.NOT_FOUND`; a subclass knows its own.

    Attributes:
        message: what went wrong, without the node.
        op: the node, or None.
        node_def: the node's definition, or None.
        error_code: the status code.
    """

    _code: ClassVar[int] = UNKNOWN

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.op = op
        self.error_code = self._code if error_code is None else error_code
        self._node_def = node_def
        self._told_origin = ""

    @property
    def node_def(self) -> Any:
        """The definition of the node, or None."""
        if self._node_def is None:
            return getattr(self.op, "node_def", None)
        return self._node_def

    @property
    def origin(self) -> str:
        """The node and the line that made it, in words; empty if the error is about no node."""
        if self.op is None:
            return self._told_origin
        line = getattr(self.op, "line", None)
        made_at = "" if line is None else f", made at {line}"
        return f"[node {self.op.name!r} ({self.op.type}){made_at}]"

    def __str__(self) -> str:
        return f"{self.message}\n{self.origin}" if self.origin else str(self.message)

    def __reduce__(self) -> tuple[Callable[..., OpError], tuple[Any, ...]]:
        # A graph's node does not travel between processes; what is to be said of it does.
        return _remade, (type(self), self.message, self.error_code, self.origin)


def _remade(kind: type[OpError], message: str, error_code: int, origin: str) -> OpError:
    error = kind(None, None, message)
    error.error_code = error_code
    error._told_origin = origin
    return error


class CancelledError(OpError):
    """The step or the operation was cancelled, for instance because its session or queue closed."""

    _code = CANCELLED


class UnknownError(OpError):
    """The cause has no class of its own, for instance an exception in a `tf.py_func`."""

    _code = UNKNOWN


class InvalidArgumentError(OpError):
    """An input has a shape, dtype or value that the operation does not take."""

    _code = INVALID_ARGUMENT


class DeadlineExceededError(OpError):
    """The time limit passed before the operation was done."""

    _code = DEADLINE_EXCEEDED


class NotFoundError(OpError):
    """Something that was named, a file or a variable in a checkpoint, does not exist."""

    _code = NOT_FOUND


class AlreadyExistsError(OpError):
    """Something to be made is there already."""

    _code = ALREADY_EXISTS


class PermissionDeniedError(OpError):
    """The caller may not do this, for instance read that file."""

    _code = PERMISSION_DENIED


class ResourceExhaustedError(OpError):
    """Something ran out: memory, disk, a quota."""

    _code = RESOURCE_EXHAUSTED


class FailedPreconditionError(OpError):
    """The state is not such that this can run: most often, a variable is not initialized."""

    _code = FAILED_PRECONDITION


class AbortedError(OpError):
    """The operation was stopped by something that happened at once with it; it may be retried."""

    _code = ABORTED


class OutOfRangeError(OpError):
    """The input came to its end: that of a file, a data set, or a closed queue."""

    _code = OUT_OF_RANGE


class UnimplementedError(OpError):
    """The operation does not do this, though it could."""

    _code = UNIMPLEMENTED


class InternalError(OpError):
    """Penstock broke a rule of its own: a bug."""

    _code = INTERNAL


class UnavailableError(OpError):
    """A task cannot be reached just now; it may be retried."""

    _code = UNAVAILABLE


class DataLossError(OpError):
    """Data cannot be read back as it was written: a file is cut short or corrupt."""

    _code = DATA_LOSS


class UnauthenticatedError(OpError):
    """The caller did not prove who it is."""

    _code = UNAUTHENTICATED


class OperatorNotAllowedInGraphError(TypeError):
    """A tensor without a value was used as one: in an `if`, a loop, a Python container's test."""


class InaccessibleTensorError(ValueError):
    """A tensor was used outside the function that it belongs to."""


_CLASS_OF_CODE: Final[dict[int, type[OpError]]] = {
    each._code: each
    for each in (
        CancelledError,
        UnknownError,
        InvalidArgumentError,
        DeadlineExceededError,
        NotFoundError,
        AlreadyExistsError,
        PermissionDeniedError,
        ResourceExhaustedError,
        FailedPreconditionError,
        AbortedError,
        OutOfRangeError,
        UnimplementedError,
        InternalError,
        UnavailableError,
        DataLossError,
        UnauthenticatedError,
    )
}
_CODE_OF_CLASS: Final[dict[type, int]] = {each: code for code, each in _CLASS_OF_CODE.items()}


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The class of error for a status code; KeyError if there is none."""
    return _CLASS_OF_CODE[error_code]


def error_code_from_exception_type(cls: type) -> int:
    """The status code of a class of errors; `UNKNOWN` if it has none of its own."""
    return _CODE_OF_CLASS.get(cls, UNKNOWN)


def from_code(error_code: int, message: str, op: Any = None) -> OpError:
    """Makes the error for a status code; a code without a class gives an `UnknownError`."""
    kind = _CLASS_OF_CODE.get(error_code, UnknownError)
    return kind(None, op, message, error_code)


class Status:
    """How something ended: a code, `OK` at first, and a message."""

    def __init__(self) -> None:
        self.code = OK
        self.message = ""


class raise_exception_on_not_ok_status:  # noqa: N801  TensorFlow's name
    """A context that gives a `Status`, and at its end raises if that is no longer `OK`.

    Example:
        >>> with raise_exception_on_not_ok_status() as status:
        ...     status.code, status.message = NOT_FOUND, "There is no file 'a'."
        Traceback (most recent call last):
        penstock.core.errors.NotFoundError: There is no file 'a'.
    """

    def __enter__(self) -> Status:
        self.status = Status()
        return self.status

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None and self.status.code != OK:
            raise from_code(self.status.code, self.status.message)
