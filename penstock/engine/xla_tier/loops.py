"""Steps that repeat a body: which form a loop takes in XLA.

Often the values that decide how often a loop turns (counters and bounds) depend on nothing that
is only traced. That slice of the loop is run first, in NumPy; it settles the number of turns, and
the loop becomes a counted one. Otherwise the condition is compiled too. A loop whose values change
their shapes from turn to turn is the interpreter's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.errors import OpError
from penstock.core.waiting import has_deadline
from penstock.engine.choose import interpreted_seconds
from penstock.engine.contract import (
    NeedsHost,
    NeedsTrimmed,
    NeedsValue,
    Step,
    fill_body,
)
from penstock.engine.stacked_rows import absent_row, empty_stack
from penstock.engine.xla_tier.branches import Run, outer_slot, trimmed_outside
from penstock.engine.xla_tier.checks import took_form, tracing
from penstock.engine.xla_tier.compiled_loops import CHANGES, CompiledLoop, piles_up
from penstock.engine.xla_tier.dense_buffers import Ragged
from penstock.engine.xla_tier.loop_slices import Slice
from penstock.engine.xla_tier.rooms import Room
from penstock.engine.xla_tier.stacks import stack_of

__all__ = ["loop"]

# A loop whose body needs its counter's value is unrolled if no more steps than this come of it.
_MOST_UNROLLED = 1_000
# A loop that the interpreter would need longer for may be one that has to be stopped.
_LONG_SECONDS = 1.0


def loop(step: Step, run: Run) -> Callable[[Any, Sequence[Any]], tuple[Any, ...]]:
    """Make the kernel of a step that repeats its second body while its first one says so."""

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        known = Slice(step, values)
        turns = known.turns()
        lasting = _may_last(step, turns)
        if lasting and has_deadline():
            raise NeedsHost(step, "a run of it has a time limit, and it may take longer")
        if turns is None and not tracing.depth and piles_up(step, values):
            _ask_for_bound(step, known)
        try:
            compiled = CompiledLoop(step, run, values, known, turns)
            results = compiled.build()
            tracing.lasting |= lasting
            took_form(step.node, *_form(turns, compiled.room))
            return (*known.put_into(results), *results[len(step.carried) :])
        except OpError:
            if turns:
                raise
            if turns is None:  # perhaps it turns no time
                raise NeedsHost(step, "its body does not fit what it is given") from None
            return _unturned(step, values)
        except (NeedsHost, Ragged) as problem:
            if turns is None:
                _ask_for_bound(step, known)
            raise NeedsHost(step, _reason(problem)) from None
        except NeedsTrimmed as needed:
            raise trimmed_outside(step, step.bodies[1], needed, first=0) from None
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


def _ask_for_bound(step: Step, known: Slice) -> None:
    """Have a number made known that comes in from outside and decides how often a loop turns."""
    bound = known.bound()
    if bound is not None:
        raise NeedsValue(step.sources[bound], step) from None


def _form(turns: int | None, room: Room | None) -> tuple[str, str]:
    """Tell which form a compiled loop takes, and why."""
    if turns is not None:
        return "scan", f"known values settle that it turns {turns} times"
    reason = "how often it turns is known in a run only"
    if room is None:
        return "while", reason
    rule = "it can turn no oftener" if room.suffices else "more is made when a run needs it"
    return "while", f"{reason}; there is room for the values of {room.size} turns: {rule}"


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
        raise NeedsHost(step, CHANGES)
    last = [values[position] for position in step.carried]
    return (*last, *map(stack_of, stacks))
