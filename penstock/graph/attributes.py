"""Attribute values: defaults filled in, given ones checked and brought into one form.

In a node, a type is a `DType`, a shape a tuple or None, a tensor a NumPy array, text a `str` (or
`bytes` where it is no UTF-8), a list a Python list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.dtypes import as_dtype
from penstock.core.shapes import as_static
from penstock.graph.spec import MISSING, Attr, OpSpec
from penstock.graph.tensor_values import tensor_value

__all__ = ["fill_attrs", "given_attrs", "normalize_attr"]


def given_attrs(spec: OpSpec, keywords: dict[str, Any]) -> dict[str, Any]:
    """Bring the attrs that a caller names into the form in which nodes keep them.

    Raises:
      TypeError: if the op has no attr of a name, or a value is of the wrong kind.
      ValueError: if a value is not among the allowed ones.
    """
    attrs = {}
    for name, value in keywords.items():
        declared = spec.attr_by_name.get(name)
        if declared is None:
            raise TypeError(
                f"{spec.name} has no input or attribute {name!r}; its attributes are "
                f"{sorted(spec.attr_by_name)}."
            )
        if value is not None:
            attrs[name] = normalize_attr(spec, declared, value)
    return attrs


def fill_attrs(spec: OpSpec, attrs: dict[str, Any]) -> None:
    """Give the attrs that are not set their defaults.

    Raises:
      TypeError: if one has none.
    """
    for name, default in spec.attr_defaults:
        if name not in attrs:
            if default is MISSING:
                raise TypeError(f"{spec.name} needs its attribute {name!r}.")
            attrs[name] = default


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if not isinstance(value, str):
        raise TypeError(f"a string is needed, not {value!r}")
    return value


def _function(value: Any) -> Any:
    """Give a function's body; what stands for a function tells it by `_as_function`."""
    convert = getattr(type(value), "_as_function", None)
    return value if convert is None else convert(value)


_NORMAL: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "string": _text,
    "type": lambda value: as_dtype(value).base_dtype,
    "shape": as_static,
    "tensor": lambda value: value if isinstance(value, np.ndarray) else tensor_value(value),
    "func": _function,
}


def normalize_attr(spec: OpSpec, declared: Attr, value: Any) -> Any:
    """Bring an attr's value into the form in which nodes keep it, and check it.

    Raises:
      TypeError: if the value is of the wrong kind.
      ValueError: if it is no shape where one is needed, or not among the allowed values.
    """
    kind = declared.kind
    try:
        if kind.startswith("list("):
            if isinstance(value, (str, bytes)):
                raise TypeError("a list is needed")
            normal: Any = [_NORMAL[kind[5:-1]](item) for item in value]
        else:
            normal = _NORMAL[kind](value)
    except (TypeError, ValueError) as error:
        is_sizes = declared.kind == "shape" and not isinstance(value, str)
        raise (ValueError if is_sizes else TypeError)(
            f"Attribute {declared.name!r} of {spec.name} must be of kind {kind}, but {value!r} "
            f"was given: {error}."
        ) from error
    members = normal if kind.startswith("list(") else [normal]
    if declared.allowed is not None and not declared.allowed.issuperset(members):
        names = sorted(getattr(one, "name", str(one)) for one in declared.allowed)
        error_class = TypeError if "type" in kind else ValueError
        raise error_class(
            f"Attribute {declared.name!r} of {spec.name} must be one of {names}, but is {value!r}."
        )
    if declared.minimum is not None and kind == "int" and normal < declared.minimum:
        raise ValueError(
            f"Attribute {declared.name!r} of {spec.name} must be at least {declared.minimum}, "
            f"but is {normal}."
        )
    return normal
