"""`tf.logging`: messages of a program on standard error, warnings and above unless told otherwise.

They go through Python's logger named "tensorflow", so that a program may also shape them by
`logging.getLogger("tensorflow")`.
"""

import collections
import functools
import logging as _logging
import sys as _sys
from typing import Any

from absl import logging as _absl_logging

from penstock.core.surface import lacking as _lacking

__all__ = [
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "TaskLevelStatusMessage",
    "WARN",
    "debug",
    "error",
    "fatal",
    "flush",
    "get_logger",
    "get_verbosity",
    "info",
    "log",
    "log_every_n",
    "log_first_n",
    "log_if",
    "set_verbosity",
    "vlog",
    "warn",
    "warning",
]

DEBUG = _logging.DEBUG
INFO = _logging.INFO
WARN = _logging.WARNING
ERROR = _logging.ERROR
FATAL = _logging.CRITICAL

_calls: collections.Counter[tuple[str, int]] = collections.Counter()


@functools.cache
def get_logger() -> _logging.Logger:
    """Give the logger that messages go through, ready to show them."""
    logger = _logging.getLogger("tensorflow")
    if logger.level == _logging.NOTSET:
        logger.setLevel(WARN)
    absl_handler = _absl_logging.get_absl_handler()
    set_up = [each for each in _logging.getLogger().handlers if each is not absl_handler]
    if not set_up:  # else the program has its own way of showing messages
        handler = _logging.StreamHandler()
        handler.setFormatter(_logging.Formatter(_logging.BASIC_FORMAT))
        logger.addHandler(handler)
        # absl's own handler, which tf.app.run adds, would write each message once more.
        absl_handler.addFilter(lambda record: record.name != logger.name)
    return logger


def log(level: int, msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at a level, such as `tf.logging.INFO`."""
    get_logger().log(level, msg, *args, stacklevel=2, **kwargs)


def debug(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at level DEBUG."""
    get_logger().debug(msg, *args, stacklevel=2, **kwargs)


def info(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at level INFO."""
    get_logger().info(msg, *args, stacklevel=2, **kwargs)


def warning(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at level WARN."""
    get_logger().warning(msg, *args, stacklevel=2, **kwargs)


warn = warning


def error(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at level ERROR."""
    get_logger().error(msg, *args, stacklevel=2, **kwargs)


def fatal(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at level FATAL.  The program goes on."""
    get_logger().critical(msg, *args, stacklevel=2, **kwargs)


def vlog(level: int, msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at a level of Python's `logging`."""
    get_logger().log(level, msg, *args, stacklevel=2, **kwargs)


def TaskLevelStatusMessage(msg: object) -> None:
    """Logs a message at level ERROR."""
    get_logger().error(msg, stacklevel=2)


def log_if(level: int, msg: object, condition: object, *args: Any) -> None:
    """Logs `msg % args` at a level if the condition is true."""
    if condition:
        get_logger().log(level, msg, *args, stacklevel=2)


def log_every_n(level: int, msg: object, n: int, *args: Any) -> None:
    """Logs `msg % args` on the first of each `n` calls from the same line of the program."""
    if _calls_before() % n == 0:
        get_logger().log(level, msg, *args, stacklevel=2)


def log_first_n(level: int, msg: object, n: int, *args: Any) -> None:
    """Logs `msg % args` on the first `n` calls from the same line of the program."""
    if _calls_before() < n:
        get_logger().log(level, msg, *args, stacklevel=2)


def _calls_before() -> int:
    frame = _sys._getframe(2)  # the caller of the function that asks
    line = (frame.f_code.co_filename, frame.f_lineno)
    _calls[line] += 1
    return _calls[line] - 1


def get_verbosity() -> int:
    """The level from which on messages are shown: `tf.logging.WARN` at first."""
    return get_logger().getEffectiveLevel()


def set_verbosity(v: int | str) -> None:
    """Sets the level from which on messages are shown."""
    get_logger().setLevel(v)


def flush() -> None:
    """Writes out what the handlers hold back."""
    for handler in get_logger().handlers:
        handler.flush()


__getattr__ = _lacking(__name__, __all__)
