"""Run steps one after the other in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from penstock.core import waiting
from penstock.core.errors import OpError
from penstock.engine.binding import bind
from penstock.engine.contract import (
    Body,
    Step,
    Table,
    chosen,
    fill_body,
)
from penstock.engine.located import at_node
from penstock.engine.numpy_tier.dataflow import run_region
from penstock.engine.numpy_tier.kernel_table import KERNELS
from penstock.engine.stacked_rows import absent_row, empty_stack, stacked
from penstock.graph.kernel_call import Bound
from penstock.graph.node import Tensor
from penstock.ops.array_values import on_host

__all__ = ["Interpreter", "MakeBodyRun"]

# Makes what runs a step's body over a table of values.
MakeBodyRun = Callable[[Step, Body], Callable[[Table], None]]


class Interpreter:
    """Steps made ready to run over a table of values.

    Args:
      steps: in the order in which they run.
      make_body_run: makes what runs the functions that steps call; they are interpreted if None.
      is_turn: whether they are a function that another interpreter calls, perhaps many times.
    """

    def __init__(
        self,
        steps: Iterable[Step],
        make_body_run: MakeBodyRun | None = None,
        is_turn: bool = False,
    ) -> None:
        make = _interpreted if make_body_run is None else make_body_run
        self._is_turn = is_turn
        self._constants: Table = {}
        self._steps = []
        for step in steps:
            call = _ready(step, make)
            if step.node.type == "Const":
                self._constants.update(zip(step.targets, call(np, ()), strict=True))
            else:
                self._steps.append((call, step.sources, step.targets, step))

    def run(self, values: Table) -> None:
        """Fill the slots that the steps write.

        Args:
          values: the table of values, those of the steps' inputs in place.

        Raises:
          OpError: if a kernel fails, or the thread is not to go on; it names the node and the line
            that made it.
        """
        values.update(self._constants)
        if not self._steps:
            return
        check = waiting.limits()
        if self._is_turn:
            if check is not None:
                check()
            self._run(values, None)
            return
        with np.errstate(all="ignore"):
            self._run(values, check)

    def _run(self, values: Table, check: Callable[[], None] | None) -> None:
        step = None
        try:
            for call, sources, targets, step in self._steps:  # noqa: B007
                if check is not None:
                    check()
                results = call(np, [values[slot] for slot in sources])
                for slot, result in zip(targets, results, strict=True):
                    values[slot] = result
        except (OpError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            assert step is not None
            inputs = [values[slot] for slot in step.sources]
            cause = error.__cause__ if isinstance(error, OpError) else error
            raise at_node(step.node, error, inputs) from cause


def _interpreted(step: Step, body: Body) -> Callable[[Table], None]:
    return Interpreter(body.steps, is_turn=True).run


def _ready(step: Step, make: MakeBodyRun) -> Bound:
    if step.region is not None:
        return run_region(step, lambda inner: _ready(inner, make))
    if not step.bodies:
        return bind(step, KERNELS)
    return (_loop if step.is_loop else _branches)(step, partial(make, step))


def _branches(step: Step, make: Callable[[Body], Callable[[Table], None]]) -> Bound:
    """Make the kernel of a step that calls its only body, or one of several by its first input."""
    bodies = [(body, make(body)) for body in step.bodies]
    first = step.node.spec.first_argument

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        body, run = bodies[chosen(step, values[0]) if len(bodies) > 1 else 0]
        table = fill_body(step, body, values[first:])
        run(table)
        return tuple([_seen(table[slot]) for slot in body.outputs])

    return call


def _seen(value: Any) -> Any:
    """Give a value that a body leaves, which may be on a device, to the next step."""
    return value if value is None or isinstance(value, (np.ndarray, np.generic)) else on_host(value)


def _loop(step: Step, make: Callable[[Body], Callable[[Table], None]]) -> Bound:
    """Make the kernel of a step that repeats its second body while its first one says so."""
    condition, body = step.bodies
    judge, repeat = make(condition), make(body)

    count = len(step.carried)
    piled = step.targets[count:]

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        values = list(values)
        stacks: list[list[Any]] = [[] for _ in piled]
        while True:
            table = fill_body(step, condition, values)
            judge(table)
            if not table[condition.outputs[-1]]:
                last = [_seen(values[position]) for position in step.carried]
                return (*last, *map(_stack, stacks, step.node.outputs[-len(stacks) :]))
            table = fill_body(step, body, values)
            repeat(table)
            for position, slot in zip(step.carried, body.outputs, strict=False):
                values[position] = table[slot]
            for stack, slot in zip(stacks, body.outputs[count:], strict=True):
                stack.append(table[slot])

    return call


def _stack(values: list[Any], tensor: Tensor) -> Any:
    if any(value is None for value in values):
        given = next((value for value in values if value is not None), absent_row(tensor))
        values = [np.zeros_like(given) if value is None else value for value in values]
    return stacked(values) if values else empty_stack(tensor)
