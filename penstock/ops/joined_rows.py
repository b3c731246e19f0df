"""Rows that the turns of a loop give, as many as each has, put behind one another."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.core.static_shapes import merge
from penstock.graph.build import apply
from penstock.graph.node import Node, Tensor
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr

__all__ = ["SPECS", "join_rows"]


def _joined_shape(c: ShapeContext) -> Shape:
    first, stack = c.shape("first"), c.shape("stack")
    if first is None or stack is None:
        return None
    row = merge(first[1:], stack[2:])
    if row is None or None in (first[0], *stack[:2]):
        return (None, *(row or ()))
    return (first[0] + stack[0] * stack[1], *row)  # type: ignore[operator]


def _join(xp: Any, first: Any, stack: Any) -> Any:
    if stack.dtype == object:  # turns that have different numbers of rows
        return xp.concatenate([first, *stack])
    if not stack.shape[0]:
        return first
    count = stack.shape[0] * stack.shape[1]
    return xp.concatenate([first, xp.reshape(stack, (count, *stack.shape[2:]))])


def _split(xp: Any, rows: Any, first: Any, stack: Any) -> Any:
    rows = rows[first.shape[0] :]
    if stack.dtype != object:
        return xp.reshape(rows, stack.shape)
    ends = np.cumsum([len(turn) for turn in stack])
    parts = np.empty(len(stack), object)
    parts[:] = np.split(rows, ends[:-1])
    return parts


def join_rows(first: Tensor, stack: Tensor) -> Tensor:
    """Build the rows of `first`, then those of each turn in `stack`."""
    joined: Tensor = apply(JOIN_ROWS.name, (first, stack), {}, "rows")
    return joined


def _join_grad(ops: Any, node: Node, dy: Any) -> list[Any]:
    first, stack = node.inputs
    return [dy[: ops.Shape(first)[0]], apply(SPLIT_ROWS.name, (dy, first, stack), {}, "turns")]


def _split_grad(ops: Any, node: Node, dy: Any) -> list[Any]:
    return [join_rows(ops.ZerosLike(node.inputs[1]), dy), None, None]


JOIN_ROWS = OpSpec(
    "_JoinRows",
    inputs=["first: T", "stack: T"],
    outputs=["output: T"],
    attrs={"T": attr("type")},
    doc="The rows of `first`, then those of each turn: `stack[0]`, `stack[1]` and so on.",
    shape=_joined_shape,
    kernel=_join,
    grad=_join_grad,
)

SPLIT_ROWS = OpSpec(
    "_SplitRows",
    inputs=["rows: T", "first: T", "stack: T"],
    outputs=["turns: T"],
    attrs={"T": attr("type")},
    doc="What comes after the rows of `first`, turn by turn as in `stack`: undoes `_JoinRows`.",
    shape=lambda c: c.shape("stack"),
    kernel=_split,
    grad=_split_grad,
)

SPECS = (JOIN_ROWS, SPLIT_ROWS)
