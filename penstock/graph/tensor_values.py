"""The array that a constant holds, by TensorFlow's dtype rules.

A Python float is float32, an int is int32 (int64 when it does not fit), NumPy arrays keep their
dtype, strings become objects of bytes, and a requested dtype is met exactly or not at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Dimension

__all__ = ["tensor_value"]


def tensor_value(value: Any, dtype: DType | None = None, shape: Any = None) -> np.ndarray:
    """Make the array a constant holds, by TensorFlow's dtype rules.

    Args:
      value: anything NumPy can make an array of; strings become objects of bytes.
      dtype: the dtype to have; None infers it.
      shape: a static shape to fill: the value's last element is repeated where it is short.

    Raises:
      TypeError: if an element does not have the dtype, scalars and lists are mixed, or there is a
        `Dimension` and no integer dtype is asked for.
      ValueError: if rows differ in length, or the value is longer than the shape.
      OverflowError: if a number needs more than 64 bits.
    """
    wanted = as_dtype(dtype).base_dtype if dtype is not None else None
    if shape is not None and 0 in shape:
        return np.empty(shape, (wanted or dtypes.float32).as_numpy_dtype)
    array = _as_array(value, wanted)
    if shape is not None and array.shape != tuple(shape):
        array = _filled(array, tuple(shape))
    if array is value:
        array = array.copy()
    array.flags.writeable = False
    return array


# What plain numbers become when nothing else is asked for; integers that fit, that is.
_PLAIN = {float: dtypes.float32, int: dtypes.int32, bool: dtypes.bool}
_NUMBERS = frozenset({bool, int, float, complex})


def _as_array(value: Any, wanted: DType | None) -> np.ndarray:
    plain = _PLAIN.get(value.__class__)
    if (
        plain is not None
        and (wanted is None or wanted is plain)
        and (plain is not dtypes.int32 or value in _INT32)
    ):
        return np.array(value, plain.as_numpy_dtype)
    if isinstance(value, (np.ndarray, np.generic)):
        return _from_numpy(np.asarray(value), wanted)
    if value is None:
        raise ValueError(
            "None cannot become a tensor. A None often comes from tf.gradients where y does not "
            "depend on x, or from a function without a return."
        )
    if isinstance(value, DType):
        raise TypeError(f"A tensor value is needed here, but {value!r} is a dtype.")
    if hasattr(value, "__array__") or isinstance(value, (bytearray, memoryview)):
        return _from_numpy(np.asarray(value), wanted)
    return _from_python(value, wanted)


def _from_numpy(array: np.ndarray, wanted: DType | None) -> np.ndarray:
    if array.dtype.kind in "US":
        if wanted is not None and wanted != dtypes.string:
            return array.astype(wanted.as_numpy_dtype)  # a ValueError, if they are no numerals
        array = _bytes_array(array.astype(object))
    if array.dtype == object:
        array = _bytes_array(array)
        if wanted is not None and wanted != dtypes.string:
            raise TypeError(f"{wanted.name} is needed here, but the array holds strings.")
        return array
    if wanted is None or as_dtype(array.dtype) == wanted:
        return array
    if wanted == dtypes.string:
        raise TypeError(f"string is needed here, but the array is of dtype {array.dtype}.")
    return array.astype(wanted.as_numpy_dtype)


def _bytes_array(array: np.ndarray) -> np.ndarray:
    flat = [_as_bytes(item) for item in array.ravel()]
    result = np.empty(array.shape, object)
    result.ravel()[:] = flat
    return result


def _as_bytes(item: Any) -> bytes:
    if isinstance(item, str):
        return item.encode("utf-8")
    if isinstance(item, bytes):
        return item
    raise TypeError(f"A tensor of strings can hold str and bytes, not {type(item).__name__}.")


_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)
_UINT64 = range(2**64)
# What a Python element may become when a dtype is asked for.
_ACCEPTS = {"b": "biufcV", "i": "iufcV", "f": "fcV", "c": "c", "S": "S", "D": "iu"}


def _from_python(value: Any, wanted: DType | None) -> np.ndarray:
    elements: list[Any] = []
    counts = wanted is not None and (wanted.is_integer or wanted.is_floating)
    _collect(value, elements, ValueError if counts else TypeError)
    kind = _kind_of(elements, wanted)
    if kind == "S":
        shape = np.shape(np.array(value, dtype=object)) if elements else np.shape(value)
        array = np.empty(shape, object)
        array.ravel()[:] = [_as_bytes(item) for item in elements]
        return array
    kept = _inferred(kind, elements) if wanted is None else wanted
    try:
        return np.array(value, dtype=kept.as_numpy_dtype)
    except OverflowError:
        return _wrapped(value, kept)


def _wrapped(value: Any, dtype: DType) -> np.ndarray:
    """Make an array of integers of which some are too large: they wrap around."""
    whole = np.array(value, dtype=object)
    room = _UINT64 if dtype in (dtypes.uint32, dtypes.uint64) else _INT64
    bits = 8 * dtype.size
    if not dtype.is_integer or any(
        int(item) not in room and item not in _INT64 for item in whole.flat
    ):
        raise OverflowError(
            f"{value!r} has numbers that {dtype.name} cannot hold: they need more than 64 bits."
        )
    lowest = dtype.min
    wrapped = [(int(item) - lowest) % 2**bits + lowest for item in whole.flat]
    return np.array(wrapped, dtype=dtype.as_numpy_dtype).reshape(whole.shape)


def _collect(value: Any, elements: list[Any], mixed: type[Exception]) -> None:
    """Append the elements of a nest; `mixed` is raised where scalars and lists are in one list."""
    if isinstance(value, (list, tuple, range)):
        if _NUMBERS.issuperset(map(type, value)):
            elements.extend(value)
            return
        _check_rows(value, mixed)
        for item in value:
            _collect(item, elements, mixed)
    elif isinstance(value, np.ndarray):
        elements.extend(value.ravel())
    else:
        elements.append(value)


def _check_rows(rows: Any, mixed: type[Exception]) -> None:
    shapes = {np.shape(row) for row in rows}
    if len(shapes) > 1:
        is_mixed = np.shape(rows[0]) == () or any(isinstance(row, np.ndarray) for row in rows)
        raise (mixed if is_mixed else ValueError)(
            f"A tensor needs rows of one length, but the value has rows of shapes {shapes}. "
            "Pad them to one length."
        )


def _kind(item: Any) -> str:
    if isinstance(item, (bool, np.bool_)):
        return "b"
    if isinstance(item, (int, np.integer)):
        return "i"
    if isinstance(item, (float, np.floating)):
        return "f"
    if isinstance(item, (complex, np.complexfloating)):
        return "c"
    if isinstance(item, (str, bytes)):
        return "S"
    if isinstance(item, Dimension) and item.value is not None:
        return "D"
    raise TypeError(
        f"{item!r} of type {type(item).__name__} cannot be part of a tensor. Numbers, booleans, "
        "strings, NumPy arrays, tensors and variables can."
    )


def _kind_of(elements: list[Any], wanted: DType | None) -> str:
    kinds = {_kind(item) for item in elements}
    if wanted is not None:
        group = "S" if wanted == dtypes.string else np.dtype(wanted.as_numpy_dtype).kind
        for kind in kinds:
            if wanted.is_quantized or group not in _ACCEPTS[kind]:
                raise TypeError(
                    f"Expected a value of dtype {wanted.name}, got "
                    f"{next(item for item in elements if _kind(item) == kind)!r} of type "
                    f"{type(elements[0]).__name__}. Write the value in that dtype, or convert it "
                    "with tf.cast."
                )
        return group
    if "D" in kinds:
        raise TypeError(
            f"{elements[:5]} holds a Dimension, which can only become an element of a tensor whose "
            "dtype is known to be an integer one. Give the dtype, or the size's own `.value`."
        )
    if len(kinds) > 1 and "S" in kinds:
        raise TypeError(f"One tensor cannot hold {sorted(kinds)} kinds of values: {elements[:5]}.")
    for kind in "Scfib":
        if kind in kinds:
            return kind
    return "f"


def _inferred(kind: str, elements: list[Any]) -> DType:
    if any(isinstance(item, np.generic) for item in elements):
        found = as_dtype(np.array(elements).dtype)
        if found not in (dtypes.float64, dtypes.int64):
            return found  # NumPy's own defaults give way to TensorFlow's
    if kind == "i":
        return _integer_for(elements)
    return {"b": dtypes.bool, "f": dtypes.float32, "c": dtypes.complex128}[kind]


def _integer_for(elements: list[Any]) -> DType:
    """Give the first of int32, int64 and uint64 that holds all of these integers."""
    for room, dtype in ((_INT32, dtypes.int32), (_INT64, dtypes.int64), (_UINT64, dtypes.uint64)):
        if all(int(item) in room for item in elements):
            return dtype
    raise TypeError(
        f"{next(item for item in elements if int(item) not in _INT64)!r} cannot become a tensor: "
        "it needs more than 64 bits. Make it a float, or split it."
    )


def _filled(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    size = int(np.prod(shape, dtype=np.int64))
    flat = array.ravel()
    if flat.size > size or not flat.size:
        raise ValueError(
            f"A constant of shape {shape} has room for {size} elements, but {flat.size} were "
            "given. Give as many elements as the shape has, or fewer: the last is repeated."
        )
    if flat.size == 1:  # one element in memory, and one in a file
        return np.broadcast_to(flat.reshape(()), shape)
    result = np.empty(size, flat.dtype)
    result[: flat.size] = flat
    result[flat.size :] = flat[-1]
    return result.reshape(shape)
