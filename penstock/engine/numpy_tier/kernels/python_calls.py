"""Calls of Python functions: what they are given, what they may return, what they may raise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import DType, as_dtype, string
from penstock.core.errors import (
    InternalError,
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)
from penstock.graph.python_functions import PythonFunction, find_function

__all__ = ["KERNELS", "call_function"]

# What an exception of the user's function becomes, the first that fits; TensorFlow's choice.
_ERRORS: tuple[tuple[type[Exception], type[OpError]], ...] = (
    (ValueError, InvalidArgumentError),
    (TypeError, InvalidArgumentError),
    (StopIteration, OutOfRangeError),
    (MemoryError, ResourceExhaustedError),
    (NotImplementedError, UnimplementedError),
)


def call_function(function: PythonFunction, arguments: Sequence[Any]) -> Any:
    """Call a user's function.

    Raises:
      OpError: if it raises; the user's exception is the cause.
    """
    try:
        return function.call(*arguments)
    except Exception as error:
        kind = next((made for one, made in _ERRORS if isinstance(error, one)), UnknownError)
        raise kind(
            None,
            None,
            f"{type(error).__name__}: {error}\nThe Python function {function.place} raised that "
            "when the node called it; the traceback above this one shows where.",
        ) from error


def _py_func(
    xp: Any,
    inputs: Sequence[Any],
    *,
    token: str,
    Tout: Sequence[DType],  # noqa: N803  TensorFlow's name
) -> Any:
    function = find_function(token)
    if function is None:
        raise InvalidArgumentError(
            None, None, f"The Python function of token {token!r} is not in this process. A graph "
            "that was read from a file does not bring its tf.py_func functions along: build that "
            "part of it anew."
        )  # fmt: skip
    found = call_function(function, [_argument(value) for value in inputs])
    if isinstance(found, (list, tuple)):
        results = list(found)
    else:
        results = [] if found is None else [found]
    if len(results) != len(Tout):
        raise InvalidArgumentError(
            None, None, f"The Python function {function.place} must return {len(Tout)} values, as "
            f"Tout says, but returned {len(results)}: {_shortened(found)}. A list or tuple is "
            "taken as that many values; wrap what is meant as one in np.array(...)."
        )  # fmt: skip
    return (
        [
            _result(function, index, value, dtype)
            for index, (value, dtype) in enumerate(zip(results, Tout, strict=True))
        ],
    )


def _argument(value: Any) -> Any:
    """Give a value to the user: a scalar, or an array of which nobody else knows."""
    return value[()] if np.ndim(value) == 0 else np.array(value)


def _result(function: PythonFunction, index: int, value: Any, dtype: DType) -> Any:
    array = np.array(value, order="C")
    if array.dtype.kind in "OSU":
        array = _texts(function, array)
        kind = string
    else:
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        kind = as_dtype(array.dtype)
    if kind is not dtype:
        raise InvalidArgumentError(
            None, None, f"Value {index} that the Python function {function.place} returns must be "
            f"{dtype.name}, as Tout says, but is {kind.name}: {_shortened(value)}. Convert it "
            "there, such as by np.asarray(x, "
            f"np.{dtype.name if dtype is not string else 'bytes_'}), or change Tout."
        )  # fmt: skip
    return array


def _texts(function: PythonFunction, array: Any) -> Any:
    """Make strings of an array into bytes, text as UTF-8."""
    texts = np.empty(array.shape, object)
    for place, item in np.ndenumerate(array):
        if not isinstance(item, (bytes, str)):
            raise InternalError(
                None, None, f"An array of objects that the Python function {function.place} "
                f"returns must hold bytes or str, but holds {_shortened(item)} of type "
                f"{type(item).__name__}. Give numbers in an array of their own dtype."
            )  # fmt: skip
        texts[place] = item.encode() if isinstance(item, str) else bytes(item)
    return texts


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


KERNELS = {"EagerPyFunc": _py_func, "PyFunc": _py_func, "PyFuncStateless": _py_func}
