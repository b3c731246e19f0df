"""Run steps one after the other in NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from penstock.core.errors import OpError
from penstock.engine.contract import Step, Table, bind, chosen, fill_body
from penstock.engine.located import at_node
from penstock.engine.numpy_tier.kernel_table import KERNELS
from penstock.graph.kernel_call import Bound
from penstock.graph.node import Tensor

__all__ = ["Interpreter"]


class Interpreter:
    """Steps made ready to run over a table of values.

    Args:
      steps: in the order in which they run.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = [(_ready(step), step.sources, step.targets, step) for step in steps]

    def run(self, values: Table) -> None:
        """Fill the slots that the steps write.

        Args:
          values: the table of values, those of the steps' inputs in place.

        Raises:
          OpError: if a kernel fails; it names the node and the line that made it.
        """
        step = None
        try:
            with np.errstate(all="ignore"):
                for call, sources, targets, step in self._steps:  # noqa: B007
                    results = call(np, [values[slot] for slot in sources])
                    for slot, result in zip(targets, results, strict=True):
                        values[slot] = result
        except (OpError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            assert step is not None
            inputs = [values[slot] for slot in step.sources]
            cause = error.__cause__ if isinstance(error, OpError) else error
            raise at_node(step.node, error, inputs) from cause


def _ready(step: Step) -> Bound:
    if step.is_loop:
        return _loop(step)
    return _branches(step) if step.bodies else bind(step, KERNELS)


def _branches(step: Step) -> Bound:
    """Make the kernel of a step that calls one of its bodies, as its first input says."""
    bodies = [(body, Interpreter(body.steps)) for body in step.bodies]

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        body, interpreter = bodies[chosen(step, values[0])]
        table = fill_body(step, body, values[1:])
        interpreter.run(table)
        return tuple([table[slot] for slot in body.outputs])

    return call


def _loop(step: Step) -> Bound:
    """Make the kernel of a step that repeats its second body while its first one says so."""
    condition, body = step.bodies
    judge, repeat = (Interpreter(one.steps) for one in step.bodies)

    count = len(step.carried)
    stacked = step.targets[count:]

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        values = list(values)
        stacks: list[list[Any]] = [[] for _ in stacked]
        while True:
            table = fill_body(step, condition, values)
            judge.run(table)
            if not table[condition.outputs[-1]]:
                last = [values[position] for position in step.carried]
                return (*last, *map(_stack, stacks, step.node.outputs[-len(stacks) :]))
            table = fill_body(step, body, values)
            repeat.run(table)
            for position, slot in zip(step.carried, body.outputs, strict=False):
                values[position] = table[slot]
            for stack, slot in zip(stacks, body.outputs[count:], strict=True):
                stack.append(table[slot])

    return call


def _stack(values: list[Any], tensor: Tensor) -> Any:
    if len({np.shape(value) for value in values}) > 1:
        ragged = np.empty(len(values), object)  # a loop within that turns a varying number of times
        ragged[:] = values
        return ragged
    if values:
        return np.stack(values)
    sizes = [size or 0 for size in tensor.static_shape or ()]
    return np.zeros([0, *sizes[1:]], tensor.dtype.as_numpy_dtype)
