"""Python values become tensors: constants, packed lists, and whatever a class says it is.

The dtype rules are TensorFlow's: a Python float is float32, an int is int32 (int64 when it does
not fit), NumPy arrays keep their dtype, and a requested dtype is met exactly or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Dimension, TensorShape, as_static

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Tensor

__all__ = [
    "constant",
    "convert",
    "has_tensor",
    "register_tensor_conversion_function",
    "tensor_value",
]

Conversion = Callable[..., Any]
_registered: list[tuple[int, int, Any, Conversion]] = []


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Conversion, priority: int = 100
) -> None:
    """Say how objects of a class become tensors wherever a tensor is expected.

    Args:
      base_type: the class, or a tuple of classes.
      conversion_func: called as ``f(value, dtype=None, name=None, as_ref=False)``; returns a
        tensor, or NotImplemented to leave the value to the next function.
      priority: functions of a lower number are asked first; those of one number in the order of
        registration.

    Raises:
      TypeError: if `base_type` is no class or `conversion_func` no function.
    """
    classes = base_type if isinstance(base_type, tuple) else (base_type,)
    if not all(isinstance(one, type) for one in classes):
        raise TypeError(f"base_type must be a class or a tuple of classes, not {base_type!r}.")
    if not callable(conversion_func):
        raise TypeError(f"conversion_func must be callable, not {conversion_func!r}.")
    _registered.append((priority, len(_registered), classes, conversion_func))
    _registered.sort(key=lambda entry: entry[:2])


def convert(
    graph: Graph,
    value: Any,
    dtype: DType | None = None,
    name: str | None = None,
    preferred: DType | None = None,
    as_ref: bool = False,
) -> Tensor:
    """Turn `value` into a tensor of `graph`.

    Args:
      graph: where new constants go.
      value: a tensor, a variable, a number, an array, a nest of such, or an object of a class
        with a registered conversion.
      dtype: what the tensor must be, None for whatever `value` asks for.
      name: the name of a constant that is made for it.
      preferred: the dtype to try first when `dtype` is None.
      as_ref: whether a reference to a variable is wanted rather than its value.

    Raises:
      TypeError: if the value does not have the dtype, or is nothing that can be a tensor.
      ValueError: if the value has no regular shape.
    """
    own = getattr(type(value), "_convert_to_tensor", None)
    if own is not None:
        return _checked(own(value, graph, dtype, name, as_ref, preferred), value, dtype)
    for _, _, classes, function in _registered:
        if isinstance(value, classes):
            tensor = function(value, dtype=dtype, name=name, as_ref=as_ref)
            if tensor is not NotImplemented:
                return _checked(tensor, value, dtype)
    if preferred is not None and dtype is None:
        try:
            return constant(graph, value, preferred, name=name or _name_for(value))
        except (TypeError, ValueError):
            pass  # a preference only: the value's own dtype is next
    return constant(graph, value, dtype, name=name or _name_for(value))


def _name_for(value: Any) -> str:
    return "shape_as_tensor" if isinstance(value, (TensorShape, Dimension)) else "Const"


def _checked(tensor: Tensor, value: Any, dtype: DType | None) -> Tensor:
    if dtype is not None and not dtype.is_compatible_with(tensor.dtype):
        raise TypeError(
            f"A tensor of dtype {dtype.name} is needed here, but {value!r} gives one of dtype "
            f"{tensor.dtype.name}. Convert it with tf.cast(..., tf.{dtype.base_dtype.name})."
        )
    return tensor


def constant(
    graph: Graph,
    value: Any,
    dtype: DType | None = None,
    shape: Any = None,
    name: str = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """Make a Const node, or a Pack node where `value` is a list with tensors in it."""
    if isinstance(value, (list, tuple)) and has_tensor(value):
        return _packed(graph, value, dtype, name if name != "Const" else "packed")
    array = tensor_value(value, dtype, as_static(shape) if shape is not None else None)
    if verify_shape and shape is not None and np.shape(value) != as_static(shape):
        raise TypeError(
            f"verify_shape asks for a value of shape {as_static(shape)}, but the value has shape "
            f"{np.shape(value)}. Pass a value of that shape, or leave verify_shape out."
        )
    kind = as_dtype(dtype) if dtype is not None else as_dtype(array.dtype)
    return graph.add_node(
        graph.library["Const"], (), {"value": array, "dtype": kind.base_dtype}, name
    ).outputs[0]


def has_tensor(values: Any) -> bool:
    """Tell whether a list, or a list in it, holds a tensor or what stands for one."""
    for value in values:
        if isinstance(value, (list, tuple)):
            if has_tensor(value):
                return True
        elif hasattr(type(value), "_convert_to_tensor"):
            return True
    return False


def _packed(graph: Graph, values: Any, dtype: DType | None, name: str) -> Any:
    """Stack a list in which tensors and plain values stand together, as Pack nodes.

    A list without tensors is given back as it is; its name is used up nevertheless, as in
    TensorFlow. What stands plain beside tensors becomes constants after the lists are stacked.
    """
    dtype = dtype or _dtype_of_tensors(values)
    with graph.name_scope(name) as scope:
        parts = [
            _packed(graph, value, dtype, str(index)) if isinstance(value, (list, tuple)) else value
            for index, value in enumerate(values)
        ]
        if not has_tensor(parts):
            return values
        tensors = [convert(graph, part, dtype, str(index)) for index, part in enumerate(parts)]
        return _pack(graph, tensors, scope)


def _pack(graph: Graph, parts: list[Tensor], scope: str) -> Tensor:
    kind = parts[0].dtype.base_dtype
    for part in parts:
        if part.dtype.base_dtype != kind:
            raise TypeError(
                f"A list that becomes one tensor must hold one dtype, but {parts[0].name!r} is "
                f"{kind.name} and {part.name!r} is {part.dtype.base_dtype.name}. "
                "Convert its members with tf.cast first."
            )
    attrs = {"N": len(parts), "T": kind, "axis": 0}
    return graph.add_node(graph.library["Pack"], tuple(parts), attrs, scope).outputs[0]


def _dtype_of_tensors(values: Any) -> DType | None:
    for value in values:
        if isinstance(value, (list, tuple)):
            found = _dtype_of_tensors(value)
        elif hasattr(type(value), "_convert_to_tensor"):
            found = value.dtype.base_dtype
        else:
            found = None
        if found is not None:
            return found
    return None


def tensor_value(value: Any, dtype: DType | None = None, shape: Any = None) -> np.ndarray:
    """Make the array a constant holds, by TensorFlow's dtype rules.

    Args:
      value: anything NumPy can make an array of; strings become objects of bytes.
      dtype: the dtype to have; None infers it.
      shape: a static shape to fill: the value's last element is repeated where it is short.

    Raises:
      TypeError: if an element does not have the dtype.
      ValueError: if the value is ragged, or longer than the shape.
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


def _as_array(value: Any, wanted: DType | None) -> np.ndarray:
    if isinstance(value, (np.ndarray, np.generic)):
        return _from_numpy(np.asarray(value), wanted)
    if isinstance(value, TensorShape):
        value = _sizes(value.as_list())
    elif isinstance(value, Dimension):
        value = _sizes([value.value])[0]
    elif isinstance(value, DType):
        raise TypeError(f"A tensor value is needed here, but {value!r} is a dtype.")
    elif hasattr(value, "__array__"):
        return _from_numpy(np.asarray(value), wanted)
    return _from_python(value, wanted)


def _sizes(sizes: list[int | None]) -> list[int]:
    if any(size is None for size in sizes):
        raise ValueError(
            f"Only a fully known shape can become a tensor, and {sizes} is not. "
            "Use tf.shape(x), which asks for the sizes when the graph runs."
        )
    return sizes  # type: ignore[return-value]


def _from_numpy(array: np.ndarray, wanted: DType | None) -> np.ndarray:
    if array.dtype.kind in "US":
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
# What a Python element may become when a dtype is asked for.
_ACCEPTS = {"b": "b", "i": "iuf cV", "f": "f cV", "c": "c", "S": "S"}


def _from_python(value: Any, wanted: DType | None) -> np.ndarray:
    elements: list[Any] = []
    _collect(value, elements)
    kind = _kind_of(elements, wanted)
    if kind == "S":
        shape = np.shape(np.array(value, dtype=object)) if elements else np.shape(value)
        array = np.empty(shape, object)
        array.ravel()[:] = [_as_bytes(item) for item in elements]
        return array
    try:
        if wanted is None:
            wanted = _inferred(kind, elements)
        return np.array(value, dtype=wanted.as_numpy_dtype)
    except OverflowError as error:
        raise ValueError(f"{value!r} does not fit into {wanted.name}.") from error  # type: ignore[union-attr]


def _collect(value: Any, elements: list[Any]) -> None:
    if isinstance(value, (list, tuple, range)):
        sizes = {np.shape(item) for item in value if not isinstance(item, (str, bytes))}
        if len(sizes) > 1:
            raise ValueError(
                f"A tensor needs rows of one length, but the value has rows of shapes {sizes}."
            )
        for item in value:
            _collect(item, elements)
    elif isinstance(value, np.ndarray):
        elements.extend(value.ravel())
    else:
        elements.append(value.value if isinstance(value, Dimension) else value)


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
    raise TypeError(
        f"{item!r} of type {type(item).__name__} cannot be part of a tensor. Numbers, booleans, "
        "strings, NumPy arrays, tensors and variables can."
    )


def _kind_of(elements: list[Any], wanted: DType | None) -> str:
    kinds = {_kind(item) for item in elements}
    if wanted is not None:
        group = "S" if wanted == dtypes.string else np.dtype(wanted.as_numpy_dtype).kind
        for kind in kinds:
            if group not in _ACCEPTS[kind]:
                raise TypeError(
                    f"Expected a value of dtype {wanted.name}, got "
                    f"{next(item for item in elements if _kind(item) == kind)!r} of type "
                    f"{type(elements[0]).__name__}. Write the value in that dtype, or convert it "
                    "with tf.cast."
                )
        return group
    if len(kinds) > 1 and ("S" in kinds or "b" in kinds):
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
        fits = all(int(item) in _INT32 for item in elements)
        return dtypes.int32 if fits else dtypes.int64
    return {"b": dtypes.bool, "f": dtypes.float32, "c": dtypes.complex128}[kind]


def _filled(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    size = int(np.prod(shape, dtype=np.int64))
    flat = array.ravel()
    if flat.size > size or not flat.size:
        raise ValueError(
            f"A constant of shape {shape} has room for {size} elements, but {flat.size} were "
            "given. Give as many elements as the shape has, or fewer: the last is repeated."
        )
    result = np.empty(size, flat.dtype)
    result[: flat.size] = flat
    result[flat.size :] = flat[-1]
    return result.reshape(shape)
