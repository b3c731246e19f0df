"""Steps that repeat a body: which form a loop takes in XLA.

Often the values that decide how often a loop turns (counters and bounds) depend on nothing that
is only traced. That slice of the loop is run first, in NumPy; it settles the number of turns, and
the loop becomes a counted one. Otherwise the condition is compiled too. A loop whose values change
their shapes from turn to turn is the interpreter's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from penstock.engine.contract import NOTHING, Body, NeedsHost, NeedsValue, Step, fill_body
from penstock.engine.numpy_tier.interpreter import Interpreter
from penstock.engine.xla_tier.branches import Run, outer_slot
from penstock.engine.xla_tier.checks import KNOWN, Check, tracing

__all__ = ["loop"]

# The slice that decides the number of turns is run this often at most.
_MOST_TURNS = 1_000_000
# A loop whose body needs its counter's value is unrolled if no more steps than this come of it.
_MOST_UNROLLED = 4_000


def loop(step: Step, run: Run) -> Callable[[Any, Sequence[Any]], tuple[Any, ...]]:
    """Make the kernel of a step that repeats its second body while its first one says so."""

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        known = _Slice(step, values)
        turns = known.turns()
        try:
            results = _Compiled(step, run, values).loop(turns)
            return (*known.put_into(results), *results[len(step.carried) :])
        except NeedsHost:
            bound = known.bound()
            if turns is None and bound is not None:
                raise NeedsValue(step.sources[bound], step) from None
            raise NeedsHost(step) from None
        except NeedsValue as needed:
            if not turns or turns * len(step.bodies[1].steps) > _MOST_UNROLLED:
                raise NeedsValue(_outside(step, needed.slot, values), step) from None
            try:
                return _unrolled(step, run, values, turns)
            except (NeedsHost, NeedsValue):
                raise NeedsHost(step) from None

    return call


def _outside(step: Step, slot: int, values: Sequence[Any]) -> int:
    found = outer_slot(step, step.bodies[1], slot, values, first=0)
    if found is None:
        raise NeedsHost(step)
    return found


def _unrolled(step: Step, run: Run, values: Sequence[Any], turns: int) -> tuple[Any, ...]:
    values = list(values)
    body = step.bodies[1]
    stacks: list[list[Any]] = [[] for _ in body.outputs[len(step.carried) :]]
    for _ in range(turns):
        table = fill_body(step, body, values)
        run(body, table)
        for position, slot in zip(step.carried, body.outputs, strict=False):
            values[position] = table[slot]
        for stack, slot in zip(stacks, body.outputs[len(step.carried) :], strict=True):
            stack.append(table[slot])
    if any(len({value.shape for value in stack}) > 1 for stack in stacks):
        raise NeedsHost(step)
    last = [values[position] for position in step.carried]
    return (*last, *[jnp.stack(stack) for stack in stacks])


class _Slice:
    """The part of a loop that depends on known values only, if it decides the number of turns."""

    def __init__(self, step: Step, values: Sequence[Any]) -> None:
        self._step = step
        self._values = values
        self._condition, self._body = step.bodies
        self._known = {
            position
            for position, value in enumerate(values)
            if isinstance(value, KNOWN) and value is not None
        }
        self._last: dict[int, Any] = {}
        self._narrow()

    def put_into(self, results: Sequence[Any]) -> list[Any]:
        """Give the carried results, those known by their values."""
        return [
            self._last.get(position, value)
            for position, value in zip(self._step.carried, results, strict=False)
        ]

    def _narrow(self) -> None:
        """Leave only values that stay known from turn to turn."""
        outputs = dict(zip(self._step.carried, self._body.outputs, strict=False))
        while True:
            lost = {
                position
                for position in self._known & outputs.keys()
                if self._steps_for(self._body, outputs[position]) is None
            }
            if not lost:
                return
            self._known -= lost

    def _steps_for(self, body: Body, slot: int) -> list[Step] | None:
        """List the steps behind a slot, or None if something unknown or stateful is among them."""
        made_by = {target: inner for inner in body.steps for target in inner.targets}
        inputs = {body.inputs[position] for position in self._known}
        needed: set[Step] = set()
        waiting = [slot]
        while waiting:
            current = waiting.pop()
            if current in inputs or current == NOTHING:
                continue
            inner = made_by.get(current)
            if inner is None or inner.node.spec.stateful or inner.bodies:
                return None
            if inner not in needed:
                needed.add(inner)
                waiting.extend(inner.sources)
        return [inner for inner in body.steps if inner in needed]

    def bound(self) -> int | None:
        """Find a traced integer that comes in from outside and decides the number of turns."""
        outputs = dict(zip(self._step.carried, self._body.outputs, strict=False))
        waiting = [(self._condition, self._condition.outputs[-1])]
        seen = set()
        while waiting:
            body, slot = waiting.pop()
            if (body, slot) in seen:
                continue
            seen.add((body, slot))
            inner = next((one for one in body.steps if slot in one.targets), None)
            if inner is not None:
                waiting.extend((body, source) for source in inner.sources)
            elif slot in body.inputs:
                position = body.inputs.index(slot)
                if position in outputs:
                    waiting.append((self._body, outputs[position]))
                elif _is_traced_integer(self._values[position]):
                    return position
        return None

    def turns(self) -> int | None:
        """Count the turns, or give None if only a run can tell."""
        judged = self._condition.outputs[-1]
        condition = self._steps_for(self._condition, judged)
        if condition is None:
            return None
        moving = {
            position: slot
            for position, slot in zip(self._step.carried, self._body.outputs, strict=False)
            if position in self._known
        }
        steps: dict[Step, None] = {}
        for slot in moving.values():
            steps.update(dict.fromkeys(self._steps_for(self._body, slot) or ()))
        judge = Interpreter(condition)
        repeat = Interpreter([inner for inner in self._body.steps if inner in steps])
        values = list(self._values)
        for turn in range(_MOST_TURNS):
            table = dict(zip(self._condition.inputs, values, strict=True))
            judge.run(table)
            if not table[judged]:
                self._last = {position: values[position] for position in moving}
                return turn
            table = dict(zip(self._body.inputs, values, strict=True))
            repeat.run(table)
            for position, slot in moving.items():
                values[position] = table[slot]
        return None


class _Compiled:
    """A loop as XLA's: the carried values that are arrays, and the conditions its body verifies."""

    def __init__(self, step: Step, run: Run, values: Sequence[Any]) -> None:
        self._step = step
        self._run = run
        self._values = values
        if any(values[position] is None for position in step.carried):
            raise NeedsHost(step)
        self._start = [jnp.asarray(values[position]) for position in step.carried]
        self._checks: list[Check] = []
        after, self._stacked, conditions = jax.eval_shape(self._turn, self._start)
        if [_form(one) for one in after] != [_form(one) for one in self._start]:
            raise NeedsHost(step)
        self._holds = [jnp.asarray(True)] * len(conditions)

    def loop(self, turns: int | None) -> tuple[Any, ...]:
        """Build the loop; with a number of turns it is a counted one.

        Returns:
          The carried values, then the stacks.
        """
        start = (self._start, self._holds)
        if turns is not None:
            (carried, holds), stacks = jax.lax.scan(self._turn_and_verify, start, None, turns)
        elif self._stacked:
            raise NeedsHost(self._step)
        else:
            carried, holds = jax.lax.while_loop(
                self._judge, lambda state: self._turn_and_verify(state, None)[0], start
            )
            stacks = ()
        tracing.checks.extend(self._checks)
        tracing.conditions.extend(holds)
        return (*carried, *stacks)

    def _filled(self, carried: Sequence[Any]) -> list[Any]:
        values = list(self._values)
        for position, value in zip(self._step.carried, carried, strict=True):
            values[position] = value
        return values

    def _judge(self, state: Any) -> Any:
        condition = self._step.bodies[0]
        table = fill_body(self._step, condition, self._filled(state[0]))
        self._run(condition, table)
        return jnp.asarray(table[condition.outputs[-1]]).astype(bool).reshape(())

    def _turn(self, carried: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """Run the body once; gives carried values, values to stack, and conditions."""
        body = self._step.bodies[1]
        before = tracing.checks, tracing.conditions, tracing.node
        tracing.checks, tracing.conditions = [], []
        try:
            table = fill_body(self._step, body, self._filled(carried))
            self._run(body, table)
            self._checks, conditions = tracing.checks, tracing.conditions
        finally:
            tracing.checks, tracing.conditions, tracing.node = before
        results = [jnp.asarray(table[slot]) for slot in body.outputs]
        count = len(self._step.carried)
        return results[:count], results[count:], conditions

    def _turn_and_verify(self, state: Any, _: Any) -> Any:
        carried, holds = state
        after, stacked, conditions = self._turn(carried)
        return (after, [a & b for a, b in zip(holds, conditions, strict=True)]), stacked


def _is_traced_integer(value: Any) -> bool:
    return not isinstance(value, KNOWN) and value.shape == () and value.dtype.kind in "iu"


def _form(value: Any) -> tuple[Any, Any]:
    return value.shape, value.dtype
