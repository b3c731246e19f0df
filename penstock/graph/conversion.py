"""Python values become tensors: constants, packed lists, and whatever a class says it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Dimension, TensorShape, as_static
from penstock.graph.tensor_values import tensor_value

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Tensor

__all__ = [
    "constant",
    "convert",
    "has_tensor",
    "register_tensor_conversion_function",
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
      RuntimeError: if a registered conversion gives no tensor, or one of another dtype.
    """
    own = getattr(type(value), "_convert_to_tensor", None)
    if own is not None:
        return _checked(own(value, graph, dtype, name, as_ref, preferred), value, dtype)
    for _, _, classes, function in _registered:
        if isinstance(value, classes):
            tensor = _by_function(function, value, dtype, name, preferred, as_ref)
            if tensor is not None:
                return tensor
    make: Callable[..., Tensor] = constant
    if isinstance(value, (TensorShape, Dimension)):
        make, name = _sizes, name or "shape_as_tensor"
    if preferred is not None and dtype is None:
        try:
            return make(graph, value, preferred, name=name or "Const")
        except (TypeError, ValueError):
            pass  # a preference only: the value's own dtype is next
    return make(graph, value, dtype, name=name or "Const")


def _sizes(graph: Graph, value: TensorShape | Dimension, dtype: DType | None, name: str) -> Tensor:
    """Make a Const node of a shape, or of one size of it."""
    if dtype is not None and dtype.base_dtype not in (dtypes.int32, dtypes.int64):
        raise TypeError(
            f"{value!r} becomes a tensor of int32 or int64, not of {dtype.name}. Convert it first: "
            f"tf.cast(..., tf.{dtype.base_dtype.name})."
        )
    sizes = value.value if isinstance(value, Dimension) else value.static
    if sizes is None or (isinstance(sizes, tuple) and None in sizes):
        raise ValueError(
            f"Only what is fully known can become a tensor, and {value!r} is not. "
            "Use tf.shape(x), which asks for the sizes when the graph runs."
        )
    wanted = dtypes.int32 if dtype is None and not sizes else dtype  # () has no element to tell
    return constant(graph, sizes, wanted, name=name)


def _by_function(
    function: Conversion,
    value: Any,
    dtype: DType | None,
    name: str | None,
    preferred: DType | None,
    as_ref: bool,
) -> Tensor | None:
    """Call a registered conversion, with the preferred dtype first; give None if it declines."""
    tensor: Any = NotImplemented
    if preferred is not None and dtype is None:
        with suppress(TypeError, ValueError):  # a preference only
            tensor = function(value, dtype=preferred, name=name, as_ref=as_ref)
    if tensor is NotImplemented:
        tensor = function(value, dtype=dtype, name=name, as_ref=as_ref)
    if tensor is NotImplemented:
        return None
    if not (
        hasattr(tensor, "value_index") and tensor.dtype.is_compatible_with(dtype or tensor.dtype)
    ):
        wanted = "a tensor" if dtype is None else f"a tensor of dtype {dtype.name}"
        raise RuntimeError(
            f"The function registered for the conversion of {type(value).__name__}, {function!r}, "
            f"must give {wanted} or NotImplemented, but gave {tensor!r} for {value!r}."
        )
    made: Tensor = tensor
    return made


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
        kept = dtype or _dtype_of_tensors(value)
        value = _cast_members(graph, value, kept) if dtype is not None else value
        packed: Tensor = _packed(graph, value, kept, name if name != "Const" else "packed")
        return packed
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
        elif _is_tensor(value):
            return True
    return False


def _cast_members(graph: Graph, values: Any, dtype: DType | None) -> Any:
    """Cast the tensors in a list that are of another dtype than the one that is asked for."""
    if isinstance(values, (list, tuple)):
        return [_cast_members(graph, value, dtype) for value in values]
    if not _is_tensor(values) or values.dtype.base_dtype is dtype:
        return values
    tensor = convert(graph, values)
    attrs = {"SrcT": tensor.dtype.base_dtype, "DstT": dtype, "Truncate": False}
    return graph.add_node(graph.library["Cast"], (tensor,), attrs, "Cast").outputs[0]


def _packed(graph: Graph, values: Any, dtype: DType | None, name: str) -> Any:
    """Stack a list in which tensors and plain values stand together, as Pack nodes.

    A list without tensors is given back as it is; its name is used up nevertheless, as in
    TensorFlow. What stands plain beside tensors becomes constants after the lists are stacked.
    """
    with graph.name_scope(name) as scope:
        parts = [
            _packed(graph, value, dtype, str(index)) if isinstance(value, (list, tuple)) else value
            for index, value in enumerate(values)
        ]
        if not has_tensor(parts):
            return values
        for part in parts:
            if _is_tensor(part) and part.dtype.base_dtype is not dtype:
                raise TypeError(
                    "A list that becomes one tensor must hold one dtype, but its first tensor is "
                    f"{getattr(dtype, 'name', dtype)} and {part.name!r} is "
                    f"{part.dtype.base_dtype.name}. Convert its members with tf.cast first."
                )
        tensors = [
            (convert if _is_tensor(part) else constant)(graph, part, dtype, name=str(index))
            for index, part in enumerate(parts)
        ]
        attrs = {"N": len(tensors), "T": dtype, "axis": 0}
        return graph.add_node(graph.library["Pack"], tuple(tensors), attrs, scope).outputs[0]


def _is_tensor(value: Any) -> bool:
    return hasattr(type(value), "_convert_to_tensor")


def _dtype_of_tensors(values: Any) -> DType | None:
    for value in values:
        if isinstance(value, (list, tuple)):
            found = _dtype_of_tensors(value)
        elif _is_tensor(value):
            found = value.dtype.base_dtype
        else:
            found = None
        if found is not None:
            return found
    return None
