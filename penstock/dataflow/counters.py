"""Whether a stack is emptied as it was filled: as often, and on the same branches.

TensorFlow's gradients show that it is. A loop counts its own turns up from 0, and the loop of its
gradient counts the same number down; and a gradient's branches are chosen by what the branches'
predicates were, which are on stacks themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from penstock.dataflow.frames import Frame
from penstock.dataflow.items import Loop, Variable
from penstock.dataflow.stacks import Stack, Stacks
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Node, Tensor

__all__ = ["is_emptied_as_filled"]


def is_emptied_as_filled(stack: Stack, stacks: Stacks, loops: Mapping[Frame, Loop]) -> bool:
    """Tell whether each turn surely pops what the turn that it is the counterpart of has pushed.

    Args:
      stack: the stack.
      stacks: all stacks.
      loops: the loop that each frame is.
    """
    if stack.pop is None:
        return True
    levels = [
        (loops[filling], loops[emptying])
        for filling, emptying in zip(stack.filling, stack.emptying, strict=True)
    ]
    filling, emptying = levels[-1]
    pushed, popped = filling.paths.get(stack.push, ()), emptying.paths.get(stack.pop, ())
    return (
        all(_counts(*level, stacks) for level in levels)
        and len(pushed) == len(popped)
        and all(
            was == now and _is_popped(predicate, of, stacks)
            for (predicate, was), (of, now) in zip(pushed, popped, strict=True)
        )
    )


def _is_popped(predicate: Tensor, popped: Tensor, stacks: Stacks) -> bool:
    """Tell whether a predicate is what another was, in the turn that is the counterpart."""
    stack = stacks.by_pop.get(_behind_copies(popped).op)
    if stack is None:
        return _behind_copies(popped) is _behind_copies(predicate)
    return _behind_copies(stack.push.inputs[1]) is _behind_copies(predicate)


def _counts(filling: Loop, emptying: Loop, stacks: Stacks) -> bool:
    """Tell whether a loop counts down the number of the other's turns."""
    down = _counted_down(emptying)
    if down is None:
        return False
    count = _behind_copies(down.enter.inputs[0])
    kept = stacks.by_pop.get(count.op)
    if kept is not None:
        count = _behind_copies(kept.push.inputs[1])
    return any(count.op in one.exits and _counts_up(one) for one in filling.variables)


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
