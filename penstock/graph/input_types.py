"""The dtypes of a new node's inputs, held against the op's declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.core.dtypes import as_dtype
from penstock.graph.source_lines import SourceLine, caller
from penstock.graph.spec import Arg, OpSpec

if TYPE_CHECKING:
    from penstock.graph.node import Tensor

__all__ = ["note_type"]


def note_type(spec: OpSpec, arg: Arg, tensor: Tensor, attrs: dict[str, Any]) -> None:
    """Hold a tensor's dtype against what its argument declares, and remember it for the attr.

    Raises:
      TypeError: if it is another one, or a plain tensor where a variable is needed.
    """
    dtype = tensor.dtype
    if arg.type_attr is not None and dtype is attrs.get(arg.type_attr) and not arg.is_ref:
        return
    if arg.is_ref and not dtype.is_ref_dtype:
        raise TypeError(
            f"{spec.name} needs a reference to a variable as its input {arg.name!r}, but "
            f"{tensor.name!r} is a plain {dtype.name} tensor. Pass the variable itself, {_here()}."
        )
    dtype = dtype.base_dtype
    if arg.type_attr is None:
        declared: Any = arg.dtype
        if declared is not dtype:
            raise TypeError(
                f"Input {arg.name!r} of {spec.name} must be {declared.name}, but "
                f"{tensor.name!r} is {dtype.name}. Convert it with tf.cast, {_here()}."
            )
        return
    known = attrs.get(arg.type_attr)
    if known is None:
        allowed = spec.attr_by_name[arg.type_attr].allowed
        if allowed is not None and dtype not in allowed:
            raise TypeError(
                f"Value passed to parameter {arg.name!r} of {spec.name} has DataType "
                f"{dtype.name}, not in list of allowed values: "
                f"{', '.join(sorted(one.name for one in allowed))}. {tensor.name!r} was passed; "
                f"convert it with tf.cast, {_here()}."
            )
        attrs[arg.type_attr] = dtype
    elif as_dtype(known).base_dtype is not dtype:
        raise TypeError(
            f"Input {arg.name!r} of {spec.name!r} has type {dtype.name} that does not match type "
            f"{as_dtype(known).name} of another argument: {tensor.name!r} was passed. "
            f"All of these inputs must have one dtype; convert with tf.cast, {_here()}."
        )


def _here() -> str:
    """Tell the user's line that makes the node."""
    return f"at {SourceLine(*caller())}"
