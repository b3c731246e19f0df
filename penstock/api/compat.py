"""`tf.compat`: text and bytes, sizes of shapes, and the whole API again as `tf.compat.v1`."""

import datetime
import numbers
import os
from typing import Any

import numpy as np

import penstock as v1
from penstock.core.dimensions import dimension_value
from penstock.core.shapes import dimension_at_index
from penstock.core.surface import lacking as _lacking

__all__ = [
    "as_bytes",
    "as_str",
    "as_str_any",
    "as_text",
    "bytes_or_text_types",
    "complex_types",
    "dimension_at_index",
    "dimension_value",
    "forward_compatible",
    "integral_types",
    "path_to_str",
    "real_types",
    "v1",
]

bytes_or_text_types = (bytes, str)
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)

# TensorFlow 1.15 writes whatever became readable before this day.
_HORIZON = datetime.date(2019, 8, 14)


def as_bytes(bytes_or_text: bytes | str, encoding: str = "utf-8") -> bytes:
    """Encodes text; bytes stay as they are.

    Raises:
      TypeError: The value is neither bytes nor text.

    >>> as_bytes("é")
    b'\\xc3\\xa9'
    """
    _check(bytes_or_text)
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes_or_text


def as_text(bytes_or_text: bytes | str, encoding: str = "utf-8") -> str:
    """Decodes bytes; text stays as it is.

    Raises:
      TypeError: The value is neither bytes nor text.

    >>> as_text(b"\\xc3\\xa9")
    'é'
    """
    _check(bytes_or_text)
    return bytes_or_text if isinstance(bytes_or_text, str) else bytes_or_text.decode(encoding)


as_str = as_text


def as_str_any(value: Any) -> str:
    """`as_str` of bytes, `str` of anything else."""
    return as_str(value) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """The text of a path object; anything else stays as it is."""
    return os.fspath(path) if isinstance(path, os.PathLike) else path


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether what became readable on that day may be written: true for days before TF 1.15."""
    return datetime.date(year, month, day) < _HORIZON


def _check(value: object) -> None:
    if not isinstance(value, bytes_or_text_types):
        raise TypeError(f"Text or bytes are wanted here, got {value!r} of {type(value).__name__}")


__getattr__ = _lacking(__name__, __all__)
