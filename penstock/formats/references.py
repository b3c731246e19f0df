"""How the inputs of nodes are written: in a graph by number, in a function by the output's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from penstock.graph.node import Node, Tensor
from penstock.graph.outputs import dtypes_of
from penstock.graph.spec import Arg, Calls

__all__ = [
    "argument_names",
    "function_output",
    "graph_reference",
    "named_reference",
    "output_arg",
    "stack_index",
    "stack_name",
]


def stack_index(tensor: Tensor) -> int | None:
    """Tell which stack of a loop a tensor is; None if it is something else.

    A stack, which holds all turns' values, is an output that TensorFlow's loops do not have: in a
    file it is made by a node of its own, from a list.
    """
    node = tensor.op
    if node.spec.calls is not Calls.LOOP:
        return None
    index = tensor.value_index - len(node.attrs["Tout"])
    return index if index >= 0 else None


def stack_name(node: Node, index: int) -> str:
    """Give the name of the node that makes a stack of a loop."""
    return f"{node.name}/stack_{index}"


def graph_reference(tensor: Tensor) -> str:
    """Write an input as a GraphDef does: ``node``, ``node:1``."""
    stack = stack_index(tensor)
    if stack is not None:
        return stack_name(tensor.op, stack)
    return tensor.name if tensor.value_index else tensor.op.name


def named_reference(tensor: Tensor) -> str:
    """Write an input as a FunctionDef does: ``node:output:0``."""
    stack = stack_index(tensor)
    if stack is not None:
        return f"{stack_name(tensor.op, stack)}:tensor:0"
    arg, position = output_arg(tensor.op, tensor.value_index)
    return f"{tensor.op.name}:{arg.name}:{position}"


def output_arg(node: Node, index: int) -> tuple[Arg, int]:
    """Give the declared output that an output tensor belongs to, and its place in it."""
    for arg in node.spec.outputs:
        count = len(dtypes_of(arg, node.attrs))
        if index < count:
            return arg, index
        index -= count
    raise IndexError(f"{node.name!r} has fewer outputs.")


def function_output(node: Node, text: str) -> Tensor:
    """Find the output of a node that stands after its name in a FunctionDef.

    Args:
      node: the node.
      text: ``"output:0"``; ``"output"`` for the first of that name.

    Raises:
      LookupError: if there is none.
    """
    name, _, position = text.partition(":")
    if position and not position.isdigit():
        raise LookupError(text)
    start = 0
    for arg in node.spec.outputs:
        count = len(dtypes_of(arg, node.attrs))
        if arg.name == name:
            if int(position or 0) >= count:
                raise LookupError(text)
            return node.outputs[start + int(position or 0)]
        start += count
    raise LookupError(text)


def argument_names(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Bring names into the form that arguments have in TensorFlow, and make them unique.

    Args:
      names: one for each argument.
      taken: names that others have.
    """
    used: dict[str, Any] = dict.fromkeys(taken)
    result = []
    for name in names:
        plain = re.sub(r"[^a-z0-9_]", "_", name.lower())
        plain = plain if re.match("[a-z]", plain) else f"arg_{plain.strip('_')}".rstrip("_")
        unique, count = plain, 0
        while unique in used:
            count += 1
            unique = f"{plain}_{count}"
        used[unique] = None
        result.append(unique)
    return result
