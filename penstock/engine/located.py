"""Errors of kernels, told as a user needs them: at which node, with what inputs, made by whom.

By default a message names the inputs of the node that failed, with dtypes and shapes. With
``PENSTOCK_ERRORS=long`` it also shows their values, and the nodes that they come from, each with
the line of the user's program that made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core import dtypes, settings
from penstock.core.array_text import summarize
from penstock.core.errors import InvalidArgumentError, OpError
from penstock.graph.node import Node, Tensor
from penstock.ops.array_values import CompoundValue

__all__ = ["at_node"]

# How many inputs, elements of an input, and nodes behind the inputs a message shows.
_INPUTS = 6
_ELEMENTS = 8
_NODES = 40


def at_node(node: Node, error: Exception, values: Sequence[Any] = ()) -> OpError:
    """Make the error a user sees of one that a node's kernel raised.

    Args:
      node: the node.
      error: what its kernel raised; an `OpError` that names a node already stays as it is.
      values: the values of the node's inputs, as far as they are known.
    """
    if isinstance(error, OpError) and error.op is not None:
        return error
    kind = type(error) if isinstance(error, OpError) else InvalidArgumentError
    text = error.message if isinstance(error, OpError) else f"{node.type} failed: {error}"
    text = text if text.endswith(".") else f"{text}."
    return kind(None, node, text + _inputs_text(node, values))


def _inputs_text(node: Node, values: Sequence[Any]) -> str:
    is_long = settings.current().long_errors
    inputs = [
        _described(tensor, values[index] if index < len(values) else None, is_long)
        for index, tensor in enumerate(node.inputs)
        if tensor.dtype.base_dtype not in (dtypes.string, dtypes.resource)
    ]
    if not inputs:
        return ""
    if is_long:
        return "\nIts inputs are\n  " + "\n  ".join([*inputs, *_sources(node)])
    more = f" and {len(inputs) - _INPUTS} more" if len(inputs) > _INPUTS else ""
    return (
        f" Its inputs are {', '.join(inputs[:_INPUTS])}{more}. Set PENSTOCK_ERRORS=long to see "
        "where they come from."
    )


def _described(tensor: Tensor, value: Any, with_elements: bool) -> str:
    if isinstance(value, CompoundValue):
        return f"{tensor.name} ({value.described()})"
    is_there = value is not None and not tensor.dtype.is_ref_dtype
    shape = tuple(value.shape) if is_there else tensor.shape
    text = f"{tensor.name} ({tensor.dtype.name}, shape {shape})"
    if with_elements and is_there and isinstance(value, (np.ndarray, np.generic)):
        text += f" = [{summarize(value, _ELEMENTS)}]"
    return text


def _sources(node: Node) -> list[str]:
    """List the nodes behind a node, the nearest first, a line each."""
    lines = ["which come from"]
    seen = {node}
    waiting = [tensor.op for tensor in node.inputs]
    while waiting and len(lines) <= _NODES:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        waiting.extend(tensor.op for tensor in current.inputs)
        names = ", ".join(tensor.name for tensor in current.inputs)
        lines.append(f"{current.name} = {current.type}({names}), made at {current.line}")
    if waiting:
        lines.append("and other nodes")
    return lines
