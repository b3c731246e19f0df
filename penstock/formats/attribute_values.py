"""AttrValues and the attributes of nodes, one from the other.

A node keeps a type as a `DType`, a shape as a tuple or None, a tensor as an array, text as `str`
(`bytes` where it is no UTF-8), a function as its body, a list as a list: see `graph.attributes`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.dtypes import DType, as_dtype
from penstock.formats.messages import AttrValue
from penstock.formats.tensors import (
    array_from_proto,
    array_to_proto,
    shape_from_proto,
    shape_to_proto,
)
from penstock.graph.function_graph import FunctionGraph

__all__ = ["attr_from_proto", "attr_to_proto", "kind_of_proto", "kind_of_value"]

# Field of an AttrValue (and of its list) by TensorFlow's word for a kind.
_FIELD_OF_KIND = {
    "string": "s",
    "int": "i",
    "float": "f",
    "bool": "b",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}
_KIND_OF_FIELD = {field: kind for kind, field in _FIELD_OF_KIND.items()}


def kind_of_value(value: Any) -> str:
    """Tell the kind of an attr that no record declares, from its value.

    Raises:
      TypeError: if no attr can hold it.
    """
    if isinstance(value, list):
        return f"list({kind_of_value(value[0]) if value else 'string'})"
    for types, kind in (
        ((bool, np.bool_), "bool"),
        ((int, np.integer), "int"),
        ((float, np.floating), "float"),
        ((str, bytes), "string"),
        ((DType,), "type"),
        ((tuple, type(None)), "shape"),
        ((np.ndarray,), "tensor"),
        ((FunctionGraph,), "func"),
    ):
        if isinstance(value, types):
            return kind
    raise TypeError(f"An attribute cannot hold {value!r} of type {type(value).__name__}.")


def _name_of_body(function: Any) -> str:
    name: str = function.name
    return name


def attr_to_proto(
    kind: str,
    value: Any,
    proto: Any = None,
    function_name: Callable[[Any], str] = _name_of_body,
) -> Any:
    """Write an attr's value.

    Args:
      kind: TensorFlow's word for what it is: "int", "list(shape)" …
      value: as a node keeps it.
      proto: the message to write into; a new one if None.
      function_name: gives the name under which a function stands in the file.

    Returns:
      An `AttrValue`.
    """
    proto = AttrValue() if proto is None else proto
    if kind.startswith("list("):
        proto.list.SetInParent()
        field = _FIELD_OF_KIND[kind[5:-1]]
        for item in value:
            _append(getattr(proto.list, field), field, item, function_name)
    elif kind == "shape":
        shape_to_proto(value, proto.shape)
    elif kind == "tensor":
        _tensor(value, proto.tensor)
    elif kind == "func":
        proto.func.name = function_name(value)
    else:
        setattr(proto, _FIELD_OF_KIND[kind], _scalar(kind, value))
    return proto


def _tensor(array: np.ndarray, proto: Any) -> None:
    fields = array.dtype.names  # quantized numbers: a record with one field, called as the type
    array_to_proto(array, None if fields is None else as_dtype(fields[0]), proto)


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        return value.encode() if isinstance(value, str) else value
    if kind == "type":
        return value.as_datatype_enum
    if kind == "float":
        return float(value)
    return bool(value) if kind == "bool" else int(value)


def _append(items: Any, field: str, value: Any, function_name: Callable[[Any], str]) -> None:
    if field == "shape":
        shape_to_proto(value, items.add())
    elif field == "tensor":
        _tensor(value, items.add())
    elif field == "func":
        items.add().name = function_name(value)
    else:
        items.append(_scalar(_KIND_OF_FIELD[field], value))


def _no_function(reference: Any) -> Any:
    raise ValueError(f"There is no function {reference.name!r} here.")


def kind_of_proto(proto: Any) -> str | None:
    """Tell what an AttrValue holds; None if nothing, ``"list()"`` for an empty list."""
    field = proto.WhichOneof("value")
    if field is None or field == "placeholder":
        return None
    if field != "list":
        return _KIND_OF_FIELD[field]
    for name, kind in _KIND_OF_FIELD.items():
        if len(getattr(proto.list, name)):
            return f"list({kind})"
    return "list()"


def attr_from_proto(proto: Any, function: Callable[[Any], Any] = _no_function) -> Any:
    """Read an AttrValue into the form in which nodes keep it.

    Args:
      proto: the message.
      function: gives the function that a NameAttrList means.

    Raises:
      ValueError: if it is empty or damaged.
    """
    kind = kind_of_proto(proto)
    if kind is None:
        raise ValueError("an attribute has no value")
    if kind == "list()":
        return []
    if kind.startswith("list("):
        field = _FIELD_OF_KIND[kind[5:-1]]
        return [_read(kind[5:-1], item, function) for item in getattr(proto.list, field)]
    return _read(kind, getattr(proto, _FIELD_OF_KIND[kind]), function)


def _read(kind: str, value: Any, function: Callable[[Any], Any]) -> Any:
    if kind == "string":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if kind == "type":
        return as_dtype(int(value))
    if kind == "shape":
        return shape_from_proto(value)
    if kind == "tensor":
        return array_from_proto(value)
    return function(value) if kind == "func" else value
