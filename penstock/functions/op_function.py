"""Functions that are one op each: they take its inputs and a name, and build one node."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from penstock.graph.build import apply
from penstock.graph.name_scope import name_scope
from penstock.graph.sparse_tensor import SparseTensor
from penstock.graph.spec import OpSpec
from penstock.ops.library import LIBRARY

__all__ = ["op_function", "sparse_op_function"]


def op_function(op: str, *attrs: str, name: str | None = None) -> Callable[..., Any]:
    """Make the function of an op.

    Args:
      op: the op's name; its record says what the function takes and does.
      attrs: attributes that the function takes too, between the inputs and the name.
      name: what nodes are called by default, where that is not the op's name.

    Returns:
      A function of the op's inputs, these attributes, and the node's name.
    """
    spec = LIBRARY[op]
    inputs = [arg.name for arg in spec.inputs]
    count = len(inputs)
    default = name

    def function(*args: Any, name: str | None = None, **keywords: Any) -> Any:
        if len(args) > count:
            keywords.update(zip([*attrs, "name"], args[count:], strict=False))
            name = keywords.pop("name", name)
            args = args[:count]
        return apply(op, args, keywords, default if name is None else name)

    _describe(function, spec, inputs, attrs)
    return function


def sparse_op_function(op: str) -> Callable[..., Any]:
    """Make the function of an op of one tensor that leaves zeros zero: it takes sparse tensors."""
    dense = op_function(op)

    def function(x: Any, name: str | None = None) -> Any:
        if not isinstance(x, SparseTensor):
            return dense(x, name)
        with name_scope(name, op, [x]) as scope:
            return SparseTensor(x.indices, dense(x.values, scope), x.dense_shape)

    _describe(function, LIBRARY[op], ["x"], ())
    return function


def _describe(
    function: Callable[..., Any], spec: OpSpec, inputs: list[str], attrs: tuple[str, ...]
) -> None:
    """Write the signature and the docstring, which the record settles."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(each, kind) for each in inputs]
    for each in attrs:
        default = spec.attr_by_name[each].default
        parameters.append(inspect.Parameter(each, kind, default=default))
    parameters.append(inspect.Parameter("name", kind, default=None))
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__name__ = function.__qualname__ = spec.name
    lines = [f"{spec.doc}\n", "Args:"]
    for arg in spec.inputs:
        lines.append(f"  {arg.name}: {_types(spec, arg)}.")
    lines += [f"  {each}: an attribute of the op." for each in attrs]
    lines += ["  name: the node's name.\n", "Returns:", f"  {_results(spec)}."]
    function.__doc__ = "\n".join(lines)


def _types(spec: OpSpec, arg: Any) -> str:
    what = "tensors, each" if arg.is_list else "tensor"
    if arg.dtype is not None:
        return f"{arg.dtype.name} {what}"
    allowed = spec.attr_by_name[arg.type_attr or arg.type_list_attr].allowed
    if allowed is None:
        return f"{what} of any dtype"
    return f"{what} of {', '.join(sorted(dtype.name for dtype in allowed))}"


def _results(spec: OpSpec) -> str:
    if not spec.outputs:
        return "The node"
    return ", ".join(f"tensor {arg.name}" for arg in spec.outputs)
