"""A loop as XLA's own: what it carries from turn to turn, and what all its turns pile up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.engine.contract import NeedsHost, Site, Step, fill_body
from penstock.engine.stacked_rows import absent_row
from penstock.engine.xla_tier.branches import Run
from penstock.engine.xla_tier.checks import KNOWN, Check, tracing
from penstock.engine.xla_tier.dense_arrays import DenseArray, as_dense
from penstock.engine.xla_tier.dense_buffers import OwnReads, Ragged
from penstock.engine.xla_tier.dense_forms import in_form_of
from penstock.engine.xla_tier.loop_slices import Slice
from penstock.engine.xla_tier.rooms import (
    AMPLE,
    Room,
    is_enough,
    need,
    room_for_elements,
    room_for_turns,
)
from penstock.engine.xla_tier.stacks import Same, Stack, piled, piles
from penstock.ops.array_values import ArrayValue

__all__ = ["CHANGES", "CompiledLoop", "piles_up"]

CHANGES = "a value changes its shape or dtype from turn to turn"


class CompiledLoop:
    """A loop that XLA runs.

    Args:
      step: the loop.
      run: runs the steps of a body.
      values: the values of its inputs.
      known: its slice.
      turns: how often it turns; None if only a run can tell.

    Attributes:
      room: the room there is for what is kept of its turns; None if it needs none.

    Raises:
      NeedsHost: if it cannot be compiled.
    """

    def __init__(
        self, step: Step, run: Run, values: Sequence[Any], known: Slice, turns: int | None
    ) -> None:
        self._step = step
        self._run = run
        self._known = known
        self._turns = turns
        self.room: Room | None = None
        if any(values[position] is None for position in step.carried):
            raise NeedsHost(step, "a variable that it writes has no value yet")
        is_counted = turns is not None or not piles_up(step, values)
        self._most = None if is_counted else known.most_turns(AMPLE)
        self._values = [
            self._held(position, value) if isinstance(value, ArrayValue) else value
            for position, value in enumerate(values)
        ]
        self._start = [_as_carried(self._values[position]) for position in step.carried]
        self._checks: list[Check] = []
        self._sites: list[Site] = list(tracing.needs)
        after, self._rows, conditions, _, _ = self._settle()
        if [_form(one) for one in after] != [_form(one) for one in self._start]:
            raise NeedsHost(step, CHANGES)
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
        if carried and _grows(self._step, array):
            return dense.with_room(room_for_elements(self._step.node, self._most or self._turns))
        counts = not array.form.depth and not array.form.rewritable
        if carried and counts and dense.written is None:
            return dense.of_size(dense.size, np.ones(dense.size, bool))
        return dense

    def _settle(self) -> Any:
        """Find the forms of what is carried: an array gets its element shape by the first write.

        What the turns need room for comes out, too.
        """
        while True:
            before = list(self._sites)
            found = jax.eval_shape(self._turn, self._start, self._first_needs())
            start = [
                in_form_of(one, like) if isinstance(like, DenseArray) else one
                for one, like in zip(self._start, found[0], strict=True)
            ]
            settled = [_form(one) for one in start] == [_form(one) for one in self._start]
            if settled and before == self._sites:
                return found
            self._start = start

    def _first_needs(self) -> list[Any]:
        return [jnp.asarray(tracing.needs.get(site, 0), np.int32) for site in self._sites]

    def build(self) -> tuple[Any, ...]:
        """Build the loop: a counted one, or one that ends by its values.

        Returns:
          The carried values, then the stacks.
        """
        start = (self._start, self._holds, self._first_needs())
        if self._turns is not None:
            turns: Any = self._turns
            (carried, holds, needs), rows = jax.lax.scan(self._scanned, start, None, turns)
            stacks = [self._stack(turns, *each) for each in enumerate(rows)]
        else:
            (carried, holds, needs), turns, rows = self._by_values(start)
            stacks = [
                Stack(Same.of(self._same[index]) if index in self._same else pile, turns)
                for index, pile in enumerate(rows)
            ]
        tracing.checks.extend(self._checks)
        tracing.conditions.extend(holds)
        tracing.needs.update(zip(self._sites, needs, strict=True))
        if self.room is not None:
            need(self.room, turns)
        return (
            *[self._after(*each) for each in zip(self._step.carried, carried, strict=True)],
            *stacks,
        )

    def _scanned(self, state: Any, _: Any) -> Any:
        after, holds, needs, rows, _ = self._turn_and_verify(*state)
        return (after, holds, needs), rows

    def _by_values(self, start: Any) -> Any:
        """Build a loop of which only a run can tell how often it turns."""
        size = 0
        if jax.tree.leaves(self._rows):
            self.room = room_for_turns(self._step.node, self._most)
            size = self.room.size

        def turn_once(state: Any) -> Any:
            before, _, turn, piles_before = state
            *after, rows, goes_on = self._turn_and_verify(*before)
            return tuple(after), goes_on, turn + 1, piled(piles_before, rows, turn)

        goes_on = self._judge(self._start)
        first = (start, goes_on, jnp.asarray(0, np.int32), piles(self._rows, size))
        after, _, turns, rows = jax.lax.while_loop(self._goes_on, turn_once, first)
        return after, turns, rows

    def _stack(self, turns: int, index: int, rows: Any) -> Any:
        """Give a stack of all turns' values, itself known where they are."""
        if index in self._same:
            value = self._same[index]
            return np.broadcast_to(value, (turns, *value.shape))
        known = self._of_all_turns(index)
        if known:
            return np.stack(known)
        return Stack(rows, np.int32(turns)) if isinstance(rows, Stack) else rows

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

    def _judge(self, carried: Sequence[Any]) -> Any:
        """Tell by the condition whether there is another turn.

        This stands at the end of a turn, since what is checked on the way has to come out.
        """
        condition = self._step.bodies[0]
        table = fill_body(self._step, condition, self._filled(carried))
        self._run(condition, table)
        return jnp.asarray(table[condition.outputs[-1]]).astype(bool).reshape(())

    def _goes_on(self, state: Any) -> Any:
        (_, holds, needs), goes_on, *_ = state
        # What failed, or had too little room, gives wrong values, by which a loop might never end.
        for condition in holds:
            goes_on &= condition
        return goes_on & is_enough(dict(zip(self._sites, needs, strict=True)))

    def _turn(self, carried: Sequence[Any], needs: Sequence[Any]) -> tuple[Any, ...]:
        """Run the body once.

        Returns:
          The carried values, rows to stack, conditions, needs, and whether there is another turn;
          None in place of that if the number of turns is known.
        """
        body = self._step.bodies[1]
        goes_on = None
        with tracing.within_loop(dict(zip(self._sites, needs, strict=True)), self._known.settled):
            table = fill_body(self._step, body, self._filled(carried))
            self._run(body, table)
            after = [
                _as_carried(table[slot], like)
                for slot, like in zip(body.outputs, carried, strict=False)
            ]
            if self._turns is None:
                goes_on = self._judge(after)
            self._checks, conditions = tracing.checks, tracing.conditions
            self._sites = list(tracing.needs)
            needs = list(tracing.needs.values())
        count = len(self._step.carried)
        rows = [
            absent_row(tensor) if table[slot] is None else table[slot]
            for slot, tensor in zip(body.outputs[count:], self._step.stacks, strict=True)
        ]
        # Sizes, for the most part: known values stay known to what takes them from the stack.
        self._same = {
            index: np.asarray(value) for index, value in enumerate(rows) if isinstance(value, KNOWN)
        }
        given = [
            None if index in self._same or self._of_all_turns(index) else _as_row(value)
            for index, value in enumerate(rows)
        ]
        return after, given, conditions, needs, goes_on

    def _turn_and_verify(self, carried: Any, holds: Any, needs: Any) -> Any:
        after, rows, conditions, needs, goes_on = self._turn(carried, needs)
        holds = [a & b for a, b in zip(holds, conditions, strict=True)]
        return after, holds, needs, rows, goes_on


def piles_up(step: Step, values: Sequence[Any]) -> bool:
    """Tell whether a loop needs room for something of each turn."""
    carried = [values[position] for position in step.carried]
    grows = [isinstance(value, ArrayValue) and _grows(step, value) for value in carried]
    return bool(step.stacks) or any(grows)


def _grows(step: Step, array: ArrayValue) -> bool:
    """Tell whether a loop may make an array longer that it carries, or shorter."""
    form = array.form
    return form.grows or (form.rewritable and form.most is None and _pushes(step))


def _pushes(step: Step) -> bool:
    """Tell whether lists are made longer or shorter at their end."""
    return step.node.type in ("TensorListPushBack", "TensorListPopBack") or any(
        _pushes(inner) for body in step.bodies for inner in body.steps
    )


def _as_row(value: Any) -> Any:
    return value if isinstance(value, Stack) else jnp.asarray(value)


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
