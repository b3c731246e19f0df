"""How a kernel is called for a node: lists grouped, the attrs it names passed, outputs flat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.graph.shape_context import arg_length
from penstock.graph.spec import OpSpec

__all__ = ["bind_kernel", "group_inputs", "keyword_names"]

Bound = Callable[[Any, Sequence[Any]], tuple[Any, ...]]


def keyword_names(kernel: Callable[..., Any]) -> tuple[str, ...]:
    """List the keyword-only parameters of a kernel: the attrs it wants to know."""
    code = kernel.__code__
    first = code.co_argcount
    return code.co_varnames[first : first + code.co_kwonlyargcount]


def group_inputs(spec: OpSpec, attrs: dict[str, Any], values: Sequence[Any]) -> list[Any]:
    """Give one entry per declared input; a list input's members stand together in a list."""
    if spec.plain_inputs:
        return list(values)
    grouped: list[Any] = []
    start = 0
    for arg in spec.inputs:
        count = arg_length(arg, attrs)
        grouped.append(list(values[start : start + count]) if arg.is_list else values[start])
        start += count
    return grouped


def bind_kernel(
    spec: OpSpec, attrs: dict[str, Any], kernel: Callable[..., Any], **given: Any
) -> Bound:
    """Make ``f(xp, values) -> outputs`` of a kernel and a node's attrs.

    Args:
      spec: the op's record.
      attrs: the node's attrs.
      kernel: the kernel to call; a tier's own, or the record's. One that names the keyword `attrs`
        gets all of them.
      **given: further keywords that the kernel may name, such as `key` for a random op.

    Returns:
      A function from a namespace and flat input values to a flat tuple of results: the new
      values of the written states first, then the outputs. If the op keeps an object, that comes
      after the input values.
    """
    available = {"attrs": attrs, **attrs, **given}
    keywords = {name: available[name] for name in keyword_names(kernel) if name in available}
    several = len(spec.writes) + sum(not arg.is_ref for arg in spec.outputs) != 1
    flat_lists = any(arg.is_list for arg in spec.outputs)

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        if spec.keeps:
            values = [values[-1], *group_inputs(spec, attrs, values[:-1])]
        elif not spec.plain_inputs:
            values = group_inputs(spec, attrs, values)
        result = kernel(xp, *values, **keywords)
        if flat_lists:
            return _flat(result)
        if several:
            return () if result is None else tuple(result)
        return (result,)

    return call


def _flat(result: Any) -> tuple[Any, ...]:
    flat: list[Any] = []
    for item in result:
        if isinstance(item, (list, tuple)):
            flat.extend(item)
        else:
            flat.append(item)
    return tuple(flat)
