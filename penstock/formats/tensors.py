"""TensorProto and NumPy arrays, one from the other.

A TensorProto holds its elements as raw bytes (``tensor_content``) or in the list of one of a dozen
fields, by dtype. A list that is shorter than the shape says means: its last element, again and
again. A constant filled with one number thus takes one number in a file; here it is an array
that is broadcast, whose elements all stand at one place in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.errors import DataLossError
from penstock.core.shapes import Shape
from penstock.formats.messages import TensorProto, TensorShapeProto
from penstock.formats.varint import read_varint

__all__ = [
    "array_from_proto",
    "array_to_proto",
    "shape_from_proto",
    "shape_to_proto",
]

# The most elements that a short list is written out to; beyond, the file is taken as damaged.
_MOST_REPEATED = 1 << 28


class _Field(NamedTuple):
    """The list field for some dtypes: how an array's elements get into it and out again."""

    name: str
    pack: Callable[[np.ndarray], Sequence[Any]]
    unpack: Callable[[Any, Any], np.ndarray]


def _numbers(items: Any, numpy_dtype: Any) -> np.ndarray:
    return np.fromiter(items, np.dtype(numpy_dtype), len(items))


def _narrowed(items: Any, numpy_dtype: Any) -> np.ndarray:
    """Integers from the 32-bit list that they share with wider ones; too large ones wrap round."""
    return np.fromiter(items, np.int64, len(items)).astype(_plain(numpy_dtype)).view(numpy_dtype)


def _plain(numpy_dtype: Any) -> np.dtype[Any]:
    """The dtype of the numbers in a quantized array, whose NumPy dtype is a record of one field."""
    found = np.dtype(numpy_dtype)
    return found if found.names is None else found[0]


def _complex(items: Any, numpy_dtype: Any) -> np.ndarray:
    if len(items) % 2:
        raise ValueError("complex numbers are pairs, but it has an odd number of values")
    half = np.float32 if numpy_dtype is np.complex64 else np.float64
    return _numbers(items, half).view(numpy_dtype)


def _pairs(flat: np.ndarray) -> list[Any]:
    return flat.view(np.float32 if flat.dtype == np.complex64 else np.float64).tolist()


def _text(items: Any, numpy_dtype: Any) -> np.ndarray:
    array = np.empty(len(items), object)
    array[:] = list(items)
    return array


def _list(flat: np.ndarray) -> list[Any]:
    return flat.view(_plain(flat.dtype)).tolist()


def _halves(flat: np.ndarray) -> list[Any]:
    return flat.view(np.uint16).tolist()


def _from_halves(items: Any, numpy_dtype: Any) -> np.ndarray:
    return _narrowed(items, np.uint16).view(numpy_dtype)


_INT = _Field("int_val", _list, _narrowed)
_HALF = _Field("half_val", _halves, _from_halves)
_FIELDS = {
    dtypes.float32: _Field("float_val", _list, _numbers),
    dtypes.float64: _Field("double_val", _list, _numbers),
    dtypes.int64: _Field("int64_val", _list, _numbers),
    dtypes.uint32: _Field("uint32_val", _list, _numbers),
    dtypes.uint64: _Field("uint64_val", _list, _numbers),
    dtypes.bool: _Field("bool_val", _list, _numbers),
    dtypes.complex64: _Field("scomplex_val", _pairs, _complex),
    dtypes.complex128: _Field("dcomplex_val", _pairs, _complex),
    dtypes.string: _Field("string_val", _list, _text),
    dtypes.float16: _HALF,
    dtypes.bfloat16: _HALF,
} | dict.fromkeys(
    (
        dtypes.int32, dtypes.int16, dtypes.int8, dtypes.uint16, dtypes.uint8,
        dtypes.qint8, dtypes.quint8, dtypes.qint16, dtypes.quint16, dtypes.qint32,
    ),
    _INT,
)  # fmt: skip

# TensorFlow writes several elements of these as bytes, those of the others as a list.
_AS_BYTES = frozenset(_FIELDS) - {
    dtypes.float16, dtypes.bfloat16, dtypes.bool, dtypes.complex64, dtypes.complex128,
    dtypes.string, dtypes.uint16,
}  # fmt: skip


def shape_to_proto(shape: Shape, proto: Any = None) -> Any:
    """Write a static shape: None or a tuple of sizes and None; into `proto` if it is given."""
    proto = TensorShapeProto() if proto is None else proto
    if shape is None:
        proto.unknown_rank = True
        return proto
    proto.SetInParent()
    for size in shape:
        proto.dim.add().size = -1 if size is None else size
    return proto


def shape_from_proto(proto: Any) -> Shape:
    """Read a static shape.

    Raises:
      ValueError: if a size is less than -1, which stands for an unknown one.
    """
    if proto.unknown_rank:
        return None
    sizes = [dim.size for dim in proto.dim]
    if any(size < -1 for size in sizes):
        raise ValueError(f"A shape's sizes are at least -1 (unknown), but there is {sizes}.")
    return tuple(None if size == -1 else size for size in sizes)


def array_to_proto(
    array: np.ndarray, dtype: DType | None = None, proto: Any = None, as_list: bool = False
) -> Any:
    """Write an array as a TensorProto, as TensorFlow's `make_tensor_proto` does.

    Args:
      array: the elements.
      dtype: their type; found from the array if None.
      proto: the message to write into; a new one if None.
      as_list: whether every element is written in the list of its field, never as bytes.

    Raises:
      TypeError: for handles, which mean nothing outside of the session they belong to.
    """
    proto = TensorProto() if proto is None else proto
    dtype = as_dtype(array.dtype if dtype is None else dtype).base_dtype
    field = _FIELDS.get(dtype)
    if field is None:
        raise TypeError(f"Values of dtype {dtype.name} belong to a session; no file can hold them.")
    proto.dtype = dtype.as_datatype_enum
    shape_to_proto(array.shape, proto.tensor_shape)
    if as_list or (array.size > 1 and not _is_repeated(array)):
        if dtype in _AS_BYTES and not as_list:
            proto.tensor_content = _little_endian(array).tobytes()
            return proto
        flat = array.reshape(-1)
    else:
        flat = np.ascontiguousarray(array[(slice(0, 1),) * array.ndim]).reshape(-1)
    getattr(proto, field.name).extend(field.pack(np.ascontiguousarray(flat)))
    return proto


def _is_repeated(array: np.ndarray) -> bool:
    """Tell whether all elements are one element in memory."""
    return not any(
        stride for size, stride in zip(array.shape, array.strides, strict=True) if size > 1
    )


def _little_endian(array: np.ndarray) -> np.ndarray:
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def array_from_proto(proto: Any) -> np.ndarray:
    """Read a TensorProto; strings become objects of bytes.

    The array must not be written to: it may share memory with the message.

    Raises:
      ValueError: if the message contradicts itself.
      TypeError: if its dtype is one that no array can hold.
    """
    dtype = _dtype_of(proto)
    shape = shape_from_proto(proto.tensor_shape)
    if shape is None or None in shape:
        raise ValueError(f"A tensor's shape is fully known, but there is {shape}.")
    sizes: tuple[int, ...] = shape  # type: ignore[assignment]
    size = math.prod(sizes)
    try:
        flat = _flat_elements(proto, dtype, size)
        if flat.size == 1 and size != 1:
            return np.broadcast_to(flat[0], sizes)
        return flat.reshape(sizes)
    except (ValueError, OverflowError, DataLossError) as error:
        raise ValueError(
            f"A tensor of {dtype.name} and shape {sizes} is damaged: {error}."
        ) from None


def _dtype_of(proto: Any) -> DType:
    try:
        dtype = as_dtype(int(proto.dtype))
    except TypeError:
        raise TypeError(f"A tensor has the dtype number {proto.dtype}, which is unknown.") from None
    if dtype not in _FIELDS:
        raise TypeError(f"A tensor of dtype {dtype.name} cannot be read: it has no plain values.")
    return dtype


def _flat_elements(proto: Any, dtype: DType, size: int) -> np.ndarray:
    """The elements in one dimension; a single one may stand for all."""
    field = _FIELDS[dtype]
    content = proto.tensor_content
    if content and dtype is dtypes.string:
        return _text(_texts_in(content, size), object)
    if content:
        numpy_dtype = np.dtype(dtype.as_numpy_dtype)
        if len(content) != size * numpy_dtype.itemsize:
            raise ValueError(
                f"its {size} elements take {size * numpy_dtype.itemsize} bytes, but there are "
                f"{len(content)}"
            )
        return np.frombuffer(content, numpy_dtype.newbyteorder("<")).astype(numpy_dtype, copy=False)
    flat = field.unpack(getattr(proto, field.name), dtype.as_numpy_dtype)
    if not flat.size and size:
        empty = np.zeros(1, dtype.as_numpy_dtype)
        return empty if dtype is not dtypes.string else _text([b""], object)
    if flat.size in (1, size):
        return flat if size else flat[:0]
    if flat.size > size:
        raise ValueError(f"it has {flat.size} values for {size} elements")
    return _repeat_last(flat, size)


def _texts_in(content: bytes, count: int) -> list[bytes]:
    """Read strings from bytes: the lengths of all, then all of them."""
    sizes, position = [], 0
    for _ in range(count):
        size, position = read_varint(content, position)
        sizes.append(size)
    if position + sum(sizes) != len(content):
        raise ValueError(
            f"its {count} strings take {position + sum(sizes)} bytes, but there are {len(content)}"
        )
    texts = []
    for size in sizes:
        texts.append(content[position : position + size])
        position += size
    return texts


def _repeat_last(flat: np.ndarray, size: int) -> np.ndarray:
    if size > _MOST_REPEATED:
        raise ValueError(f"it has {flat.size} values for {size} elements")
    filled = np.empty(size, flat.dtype)
    filled[: flat.size] = flat
    filled[flat.size :] = flat[-1]
    return filled
