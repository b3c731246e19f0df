"""How often loops turn, as far as their counters show: TensorFlow's gradients count turns twice.

A loop counts its own turns up from 0, and the loop of its gradient counts the same number down.
"""

from __future__ import annotations

from collections.abc import Mapping

from penstock.dataflow.frames import Frame
from penstock.dataflow.items import Loop, Variable
from penstock.dataflow.stacks import Stack, Stacks
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Node, Tensor

__all__ = ["turn_alike"]


def turn_alike(stack: Stack, stacks: Stacks, loops: Mapping[Frame, Loop]) -> bool:
    """Tell whether the inner loops that empty a stack surely turn as often as those that fill it.

    Args:
      stack: a stack that is filled by loops in loops.
      stacks: all stacks.
      loops: the loop that each frame is.
    """
    return all(
        _counts(loops[filling], loops[emptying], stacks)
        for filling, emptying in zip(stack.filling[1:], stack.emptying[1:], strict=True)
    )


def _counts(filling: Loop, emptying: Loop, stacks: Stacks) -> bool:
    """Tell whether a loop counts down what was popped of the other's counts of its turns."""
    down = _counted_down(emptying)
    if down is None:
        return False
    kept = stacks.by_pop.get(_behind_copies(down.enter.inputs[0]).op)
    if kept is None:
        return False
    pushed = _behind_copies(kept.push.inputs[1]).op
    return any(pushed in one.exits and _counts_up(one) for one in filling.variables)


def _counts_up(variable: Variable) -> bool:
    step = variable.back.inputs[0].op
    return (
        _is_number(variable.enter.inputs[0], 0)
        and step.type in ("Add", "AddV2")
        and _is_of_turn(step.inputs[0], variable)
        and _is_number(step.inputs[1], 1)
    )


def _counted_down(loop: Loop) -> Variable | None:
    """Give the variable that a loop counts down to 0, if that is what ends it."""
    judge = loop.predicate.op
    if judge.type != "GreaterEqual" or not _is_number(judge.inputs[1], 1):
        return None
    for variable in loop.variables:
        step = variable.back.inputs[0].op
        if (
            judge.inputs[0] is variable.merge.outputs[0]
            and step.type == "Sub"
            and _is_of_turn(step.inputs[0], variable)
            and _is_number(step.inputs[1], 1)
        ):
            return variable
    return None


def _is_of_turn(tensor: Tensor, variable: Variable) -> bool:
    return _behind_copies(tensor) in [switch.outputs[1] for switch in variable.switches]


def _is_number(tensor: Tensor, number: int) -> bool:
    value = constant_value(_behind_copies(tensor))
    return value is not None and value.shape == () and value == number


def _behind_copies(tensor: Tensor) -> Tensor:
    """Give the tensor that copies, or constants of a frame, are copies of."""
    while True:
        node: Node = tensor.op
        if node.type != "Identity" and not (node.type == "Enter" and node.attrs["is_constant"]):
            return tensor
        tensor = node.inputs[0]
