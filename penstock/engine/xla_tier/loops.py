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
import numpy as np

from penstock.core.errors import OpError
from penstock.core.waiting import has_deadline
from penstock.engine.choose import interpreted_seconds
from penstock.engine.contract import (
    NeedsHost,
    NeedsValue,
    Step,
    absent_row,
    empty_stack,
    fill_body,
)
from penstock.engine.xla_tier.branches import Run, outer_slot
from penstock.engine.xla_tier.checks import KNOWN, Check, took_form, tracing
from penstock.engine.xla_tier.dense_arrays import DenseArray, OwnReads, Ragged, as_dense
from penstock.engine.xla_tier.dense_forms import in_form_of
from penstock.engine.xla_tier.loop_slices import Slice
from penstock.ops.array_values import ArrayValue

__all__ = ["loop"]

# A loop whose body needs its counter's value is unrolled if no more steps than this come of it.
_MOST_UNROLLED = 4_000
# A loop that the interpreter would need longer for may be one that has to be stopped.
_LONG_SECONDS = 1.0

_CHANGES = "a value changes its shape or dtype from turn to turn"


def loop(step: Step, run: Run) -> Callable[[Any, Sequence[Any]], tuple[Any, ...]]:
    """Make the kernel of a step that repeats its second body while its first one says so."""

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        known = Slice(step, values)
        turns = known.turns()
        lasting = _may_last(step, turns)
        if lasting and has_deadline():
            raise NeedsHost(step, "a run of it has a time limit, and it may take longer")
        try:
            results = _Compiled(step, run, values, known).loop(turns)
            _note(step, turns, lasting)
            return (*known.put_into(results), *results[len(step.carried) :])
        except OpError:
            if turns:
                raise
            return _unturned(step, values)
        except (NeedsHost, Ragged) as problem:
            bound = known.bound()
            if turns is None and bound is not None:
                raise NeedsValue(step.sources[bound], step) from None
            raise NeedsHost(step, _reason(problem)) from None
        except NeedsValue as needed:
            if not turns or turns * len(step.bodies[1].steps) > _MOST_UNROLLED:
                raise NeedsValue(_outside(step, needed.slot, values), step) from None
            try:
                results = _unrolled(step, run, values, turns)
                reason = f"its body needs the values of each of its {turns} turns"
                took_form(step.node, "unrolled", reason)
                return results
            except (NeedsHost, NeedsValue, Ragged) as problem:
                raise NeedsHost(step, _reason(problem)) from None

    return call


def _unturned(step: Step, values: Sequence[Any]) -> tuple[Any, ...]:
    """Give what a loop gives that turns no time, though its body does not fit what is there."""
    took_form(step.node, "scan", "known values settle that it turns no time")
    return (*[values[position] for position in step.carried], *map(empty_stack, step.stacks))


def _reason(problem: NeedsHost | NeedsValue | Ragged) -> str:
    if isinstance(problem, NeedsHost):
        return problem.reason
    if isinstance(problem, NeedsValue):
        return f"{problem.step.node.name!r} in it needs a value that each turn computes"
    return "the elements of a TensorArray differ in shape"


def _may_last(step: Step, turns: int | None) -> bool:
    """Tell whether a loop may take long enough to be stopped."""
    if turns is None:
        return True
    return turns * interpreted_seconds(step.bodies[1].steps, ()) > _LONG_SECONDS


def _note(step: Step, turns: int | None, lasting: bool) -> None:
    """Note which form a compiled loop takes."""
    tracing.lasting |= lasting
    if turns is None:
        took_form(step.node, "while", "how often it turns is known in a run only")
    else:
        took_form(step.node, "scan", f"known values settle that it turns {turns} times")


def _outside(step: Step, slot: int, values: Sequence[Any]) -> int:
    found = outer_slot(step, step.bodies[1], slot, values, first=0)
    if found is None:
        raise NeedsHost(step, "its body needs a value that each turn computes")
    return found


def _unrolled(step: Step, run: Run, values: Sequence[Any], turns: int) -> tuple[Any, ...]:
    values = list(values)
    body = step.bodies[1]
    rows = body.outputs[len(step.carried) :]
    stacks: list[list[Any]] = [[] for _ in rows]
    for _ in range(turns):
        table = fill_body(step, body, values)
        run(body, table)
        for position, slot in zip(step.carried, body.outputs, strict=False):
            values[position] = table[slot]
        for stack, slot, tensor in zip(stacks, rows, step.stacks, strict=True):
            stack.append(absent_row(tensor) if table[slot] is None else table[slot])
    if any(len({value.shape for value in stack}) > 1 for stack in stacks):
        raise NeedsHost(step, _CHANGES)
    last = [values[position] for position in step.carried]
    return (*last, *[jnp.stack(stack) for stack in stacks])


class _Compiled:
    """A loop as XLA's: the carried values that are arrays, and the conditions its body verifies."""

    def __init__(self, step: Step, run: Run, values: Sequence[Any], known: Slice) -> None:
        self._step = step
        self._run = run
        self._known = known
        if any(values[position] is None for position in step.carried):
            raise NeedsHost(step, "a variable that it writes has no value yet")
        self._values = [
            self._held(position, value) if isinstance(value, ArrayValue) else value
            for position, value in enumerate(values)
        ]
        self._start = [_as_carried(self._values[position]) for position in step.carried]
        self._checks: list[Check] = []
        after, self._stacked, conditions = self._settle()
        if [_form(one) for one in after] != [_form(one) for one in self._start]:
            raise NeedsHost(step, _CHANGES)
        self._holds = [jnp.asarray(True)] * len(conditions)

    def _held(self, position: int, array: ArrayValue) -> ArrayValue:
        """Give an array in the form that it has in all turns: one buffer, as long as it gets."""
        carried = position in self._step.carried
        marks = self._known.arrays.get(position)
        try:
            dense = as_dense(array)
        except Ragged:
            if carried:
                reason = "the elements of a TensorArray differ in shape"
                raise NeedsHost(self._step, reason) from None
            return array
        if marks is not None:
            return dense.of_size(marks.size, None)
        counts = not array.form.depth and not array.form.rewritable
        if carried and counts and dense.written is None:
            return dense.of_size(dense.size, np.ones(dense.size, bool))
        return dense

    def _settle(self) -> Any:
        """Find the forms of what is carried: an array gets its element shape by the first write."""
        while True:
            found = jax.eval_shape(self._turn, self._start)
            start = [
                in_form_of(one, like) if isinstance(like, DenseArray) else one
                for one, like in zip(self._start, found[0], strict=True)
            ]
            if [_form(one) for one in start] == [_form(one) for one in self._start]:
                return found
            self._start = start

    def loop(self, turns: int | None) -> tuple[Any, ...]:
        """Build the loop; with a number of turns it is a counted one.

        Returns:
          The carried values, then the stacks.
        """
        start = (self._start, self._holds)
        if turns is not None:
            (carried, holds), stacks = jax.lax.scan(self._turn_and_verify, start, None, turns)
            stacks = [self._stack(turns, *each) for each in enumerate(stacks)]
        elif self._stacked:
            reason = (
                "a gradient needs all turns' values, and only a run can tell how many there are"
            )
            raise NeedsHost(self._step, reason)
        else:
            carried, holds = jax.lax.while_loop(
                self._judge, lambda state: self._turn_and_verify(state, None)[0], start
            )
            stacks = ()
        tracing.checks.extend(self._checks)
        tracing.conditions.extend(holds)
        return (
            *[self._after(*each) for each in zip(self._step.carried, carried, strict=True)],
            *stacks,
        )

    def _stack(self, turns: int, index: int, traced: Any) -> Any:
        """Give a stack of all turns' values, itself known where they are."""
        if index in self._same:
            value = self._same[index]
            return np.broadcast_to(value, (turns, *value.shape))
        known = self._of_all_turns(index)
        return np.stack(known) if known else traced

    def _of_all_turns(self, index: int) -> Sequence[Any]:
        """List what all turns stack as output `index`, if the slice of the loop tells."""
        slot = self._step.bodies[1].outputs[len(self._step.carried) + index]
        return self._known.stacks.get(slot, ())

    def _after(self, position: int, value: Any) -> Any:
        """Give a carried value after the loop; of an array, tell what was written."""
        marks = self._known.arrays.get(position)
        if marks is None:
            return value
        written = None if marks.written is None or marks.written.all() else marks.written
        reads = None if marks.read is None else OwnReads(np.flatnonzero(marks.read).tolist())
        return value.of_size(value.size, written, reads)

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
        before = tracing.checks, tracing.conditions, tracing.node, tracing.settled
        tracing.checks, tracing.conditions = [], []
        tracing.settled |= self._known.settled
        try:
            table = fill_body(self._step, body, self._filled(carried))
            self._run(body, table)
            self._checks, conditions = tracing.checks, tracing.conditions
        finally:
            tracing.checks, tracing.conditions, tracing.node, tracing.settled = before
        count = len(self._step.carried)
        after = [
            _as_carried(table[slot], like)
            for slot, like in zip(body.outputs, carried, strict=False)
        ]
        stacked = [
            absent_row(tensor) if table[slot] is None else table[slot]
            for slot, tensor in zip(body.outputs[count:], self._step.stacks, strict=True)
        ]
        # Sizes, for the most part: known values stay known to what takes them from the stack.
        self._same = {
            index: np.asarray(value)
            for index, value in enumerate(stacked)
            if isinstance(value, KNOWN)
        }
        given = [
            None if index in self._same or self._of_all_turns(index) else jnp.asarray(value)
            for index, value in enumerate(stacked)
        ]
        return after, given, conditions

    def _turn_and_verify(self, state: Any, _: Any) -> Any:
        carried, holds = state
        after, stacked, conditions = self._turn(carried)
        return (after, [a & b for a, b in zip(holds, conditions, strict=True)]), stacked


def _as_carried(value: Any, like: Any = None) -> Any:
    """Give a value as XLA carries it from turn to turn; in the form of `like`, if it has one."""
    if isinstance(like, DenseArray) and (
        like.buffer is not None or not isinstance(value, ArrayValue)
    ):
        return in_form_of(value, like)
    return as_dense(value) if isinstance(value, ArrayValue) else jnp.asarray(value)


def _form(value: Any) -> Any:
    if isinstance(value, ArrayValue):
        return value.parts()
    return value.shape, value.dtype
