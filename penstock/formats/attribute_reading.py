"""The attributes of a NodeDef, held against the record of its op."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.formats.attribute_values import attr_from_proto, kind_of_proto
from penstock.formats.later_attributes import KEPT_ATTRIBUTES, LATER_ATTRIBUTES
from penstock.graph.attributes import fill_attrs, normalize_attr
from penstock.graph.spec import Calls, OpSpec

__all__ = ["read_attrs"]

_MOST_TENSORS = 1 << 20  # of one node: more is damage, which would take all memory


def read_attrs(
    spec: OpSpec,
    proto: Any,
    function: Callable[[Any], Any],
    optional: Mapping[str, Any],
) -> dict[str, Any]:
    """Read the attributes of a node.

    Args:
      spec: the record of its op.
      proto: the NodeDef.
      function: gives the function that a NameAttrList means.
      optional: further attributes that the op has for whoever wrote the file, with AttrValues for
        their defaults.

    Returns:
      A value for each attr of the record, and for those that begin with an underscore.

    Raises:
      ValueError: if there is an attribute that the record does not have, a value is of the wrong
        kind or not allowed, or one without a default is missing.
    """
    attrs: dict[str, Any] = {}
    for name, value in proto.attr.items():
        declared = spec.attr_by_name.get(name)
        is_kept = name.startswith("_") or (spec.name, name) in KEPT_ATTRIBUTES
        if declared is None and not is_kept:
            if not _is_default(name, value, optional):
                raise ValueError(
                    f"Node {proto.name!r} has an attribute {name!r} that {spec.name} does not "
                    f"have; its attributes are {sorted(spec.attr_by_name)}."
                )
            continue
        if declared is None and kind_of_proto(value) is None:
            continue
        try:
            if declared is not None:
                _check_kind(declared.kind, kind_of_proto(value))
            read = attr_from_proto(value, function)
            attrs[name] = read if declared is None else normalize_attr(spec, declared, read)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"Attribute {name!r} of node {proto.name!r} ({spec.name}) cannot be read: {error}"
            ) from error
    if spec.calls is Calls.LOOP:
        _complete_loop(attrs)
    try:
        fill_attrs(spec, attrs)
    except TypeError as error:
        raise ValueError(f"Node {proto.name!r} is not complete: {error}") from None
    _check_counts(spec, proto, attrs)
    return attrs


def _check_counts(spec: OpSpec, proto: Any, attrs: Mapping[str, Any]) -> None:
    for arg in (*spec.inputs, *spec.outputs):
        if arg.number_attr is not None and attrs[arg.number_attr] > _MOST_TENSORS:
            raise ValueError(
                f"Attribute {arg.number_attr!r} of node {proto.name!r} ({spec.name}) announces "
                f"{attrs[arg.number_attr]} tensors; {_MOST_TENSORS} is the limit."
            )


def _complete_loop(attrs: dict[str, Any]) -> None:
    """Add what TensorFlow's loops do not say: that they give all variables, and of which shapes."""
    attrs["Tout"] = attrs.get("T", [])
    if not attrs.get("output_shapes") and "body" in attrs:
        attrs["output_shapes"] = [one.static_shape for one in attrs["body"].arguments]


def _check_kind(declared: str, found: str | None) -> None:
    if found != declared and not (found == "list()" and declared.startswith("list(")):
        raise ValueError(f"it holds a value of kind {found}, where {declared} is expected.")


def _is_default(name: str, value: Any, optional: Mapping[str, Any]) -> bool:
    """Tell whether an attr that the record lacks has the value that it would have if not given."""
    if name in optional and value == optional[name]:
        return True
    if name not in LATER_ATTRIBUTES or kind_of_proto(value) is None:
        return False
    return bool(attr_from_proto(value, lambda function: function.name) == LATER_ATTRIBUTES[name])
