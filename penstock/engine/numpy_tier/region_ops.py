"""The ops that only regions run: what they give for values that are alive."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.graph.node import Node

__all__ = ["DEAD", "KINDS", "Kind", "Reference", "plain_values"]

# What a tensor has instead of a value where a Switch sent its data the other way.
DEAD = object()


class Reference:
    """What a reference to a variable is while a region runs: the variable's key."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key


class Kind(Enum):
    """How a cell is run."""

    COMPUTE = "compute"
    SWITCH = "switch"
    MERGE = "merge"
    ENTER = "enter"
    EXIT = "exit"
    NEXT_ITERATION = "next iteration"
    HAND_ON = "hand on"
    NOTHING = "nothing"
    CONTROL_TRIGGER = "control trigger"
    SELECT = "select"
    STACK = "stack"
    PUSH = "push"
    POP = "pop"
    CLOSE = "close"


KINDS = {
    "Switch": Kind.SWITCH,
    "RefSwitch": Kind.SWITCH,
    "Merge": Kind.MERGE,
    "RefMerge": Kind.MERGE,
    "Enter": Kind.ENTER,
    "RefEnter": Kind.ENTER,
    "Exit": Kind.EXIT,
    "RefExit": Kind.EXIT,
    "NextIteration": Kind.NEXT_ITERATION,
    "RefNextIteration": Kind.NEXT_ITERATION,
    "LoopCond": Kind.HAND_ON,
    "RefIdentity": Kind.HAND_ON,
    "ControlTrigger": Kind.CONTROL_TRIGGER,
    "NoOp": Kind.NOTHING,
    "RefSelect": Kind.SELECT,
    "Stack": Kind.STACK,
    "StackV2": Kind.STACK,
    "StackPush": Kind.PUSH,
    "StackPushV2": Kind.PUSH,
    "StackPop": Kind.POP,
    "StackPopV2": Kind.POP,
    "StackClose": Kind.CLOSE,
    "StackCloseV2": Kind.CLOSE,
}


class _Stack:
    """A stack, which lives until the run ends."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.elements: list[Any] = []
        self.is_open = True


def plain_values(kind: Kind, node: Node, values: Sequence[Any]) -> Sequence[Any]:
    """Give the outputs of a cell of one of these kinds.

    Args:
      kind: the kind; no Merge, and none that computes.
      node: the cell's node, for messages.
      values: its inputs; references are `Reference`s.

    Raises:
      InvalidArgumentError: if a predicate or index does not fit, or a stack is empty or closed.
    """
    if kind is Kind.SWITCH:
        return _switched(values[0], values[1])
    if kind in (Kind.CONTROL_TRIGGER, Kind.NOTHING):
        return []
    if kind is Kind.SELECT:
        return [_selected(int(values[0]), values[1:])]
    if kind is Kind.STACK:
        return [_Stack(node)]
    if kind in (Kind.PUSH, Kind.POP, Kind.CLOSE):
        return _of_stack(kind, node, values)
    return values[:1]


def _switched(data: Any, predicate: Any) -> Sequence[Any]:
    if np.ndim(predicate):
        raise InvalidArgumentError(
            None, None, f"The second input of Switch, pred, must be a scalar, but it has shape "
            f"{np.shape(predicate)}"
        )  # fmt: skip
    return [DEAD, data] if predicate else [data, DEAD]


def _selected(index: int, references: Sequence[Any]) -> Any:
    if not 0 <= index < len(references):
        raise InvalidArgumentError(
            None, None, f"The index of RefSelect must be in [0, {len(references)}), the number of "
            f"its references, but is {index}"
        )  # fmt: skip
    return references[index]


def _of_stack(kind: Kind, node: Node, values: Sequence[Any]) -> Sequence[Any]:
    stack: _Stack = values[0]
    made = f"The stack {stack.node.name!r}, made at {stack.node.line},"
    if not stack.is_open:
        raise InvalidArgumentError(
            None, None, f"{made} has already been closed, so {node.type} cannot use it. Let what "
            "closes it wait for all that use it, by control inputs"
        )  # fmt: skip
    if kind is Kind.CLOSE:
        stack.is_open = False
        return []
    if kind is Kind.PUSH:
        stack.elements.append(values[1])
        return [values[1]]
    if not stack.elements:
        raise InvalidArgumentError(
            None, None, f"{made} is empty when calling {node.type}. Push as often as you pop, and "
            "let the pops wait for the pushes by control inputs"
        )  # fmt: skip
    return [stack.elements.pop()]
