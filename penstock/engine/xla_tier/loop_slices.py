"""The part of a loop that depends on known values only, run in NumPy before the loop is built.

Counters and bounds are such a part; it often decides how often the loop turns. So are the indices
at which TensorArrays are read and written: the slice makes sure that all of them are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.waiting import limits
from penstock.engine.contract import Step
from penstock.engine.xla_tier.array_marks import Marks
from penstock.engine.xla_tier.checks import KNOWN
from penstock.engine.xla_tier.slice_parts import Part, Runner
from penstock.engine.xla_tier.slice_vectors import AllTurns, Uneven
from penstock.graph.node import Node
from penstock.ops.array_values import ArrayValue, CompoundValue

__all__ = ["Slice"]

# The slice that decides the number of turns is run this often at most.
_MOST_TURNS = 1_000_000
# From so many turns on, only counters are known: what is summed up along the way is compiled.
_MANY_TURNS = 1_000


class Slice:
    """The slice of a loop.

    Args:
      step: the loop.
      values: the values of its inputs.
      known: positions of inputs whose values may be used; of all that are known if None.

    Attributes:
      arrays: the arrays whose accesses are all checked when `turns` has counted the turns: marks
        by the position of the input; those that are carried, as they are after the last turn.
      settled: the nodes whose indices are checked for all turns.
      stacks: the values of all turns, by the slot of the body that they are in, of what is known
        and is stacked.
    """

    def __init__(
        self, step: Step, values: Sequence[Any], known: frozenset[int] | None = None
    ) -> None:
        self._step = step
        self._values = values
        self._condition, self._body = step.bodies
        self._outputs = dict(zip(step.carried, self._body.outputs, strict=False))
        self._known = {
            position
            for position, value in enumerate(values)
            if isinstance(value, KNOWN)
            and value is not None
            and (known is None or position in known)
        }
        marks = {
            position: Marks.of(value)
            for position, value in enumerate(values)
            if isinstance(value, ArrayValue)
        }
        self.arrays = {position: one for position, one in marks.items() if one is not None}
        self.settled: frozenset[Node] = frozenset()
        self._last: dict[int, Any] = {}
        self._parts = self._narrow()
        stacked = self._body.outputs[len(step.carried) :]
        self.stacks: dict[int, list[Any]] = {
            slot: [] for slot in stacked if slot in self._parts[1].slots
        }

    def _narrow(self) -> tuple[Part, Part]:
        """Leave only values that stay known, and arrays that stay followed, from turn to turn."""
        stacks = set(self._body.outputs[len(self._step.carried) :])
        while True:
            growing = {position for position, one in self.arrays.items() if one.form.grows}
            arrays = set(self.arrays)
            given = [
                None if position in self._outputs else value
                for position, value in enumerate(self._values)
            ]
            condition = Part(self._condition, given, self._known, arrays, growing)
            body = Part(self._body, given, self._known, arrays, growing)
            lost = {
                position
                for position in self._known & self._outputs.keys()
                if self._outputs[position] not in body.slots
            }
            strayed = condition.lost | body.lost
            for slot, roots in body.roots.items():
                if slot in stacks:
                    strayed.update(roots)
            for position in arrays & self._outputs.keys():
                first, *_ = roots = body.roots.get(self._outputs[position], (None,))
                if first != position:
                    strayed.update((position, *roots))
            for position, slot in self._outputs.items():
                if position not in arrays and slot in body.roots:
                    strayed.update(body.roots[slot])
            if not lost and not strayed:
                return condition, body
            self._known -= lost
            for position in strayed:
                self.arrays.pop(position, None)

    def put_into(self, results: Sequence[Any]) -> list[Any]:
        """Give the carried results, those known by their values."""
        return [
            self._last.get(position, value)
            for position, value in zip(self._step.carried, results, strict=False)
        ]

    def bound(self) -> int | None:
        """Find an integer that comes in from outside and decides the number of turns.

        Returns:
          Its position among the inputs; None if there is none, or if it does not decide alone.
        """
        waiting = [(self._condition, self._condition.outputs[-1])]
        seen = set()
        found = None
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
                value = self._values[position]
                if _is_traced_integer(value):
                    found = position
                elif not isinstance(value, KNOWN):
                    return None
                if position in self._outputs:
                    waiting.append((self._body, self._outputs[position]))
        return found

    def most_turns(self, limit: int) -> int | None:
        """Tell how often the loop can turn at most, by those of its conditions that are known.

        Returns:
          The number; None if nothing is known, or it is more than `limit`.
        """
        condition, body = self._parts
        made_by = {slot: step for step in self._condition.steps for slot in step.targets}
        waiting, known = [self._condition.outputs[-1]], []
        while waiting:
            slot = waiting.pop()
            step = made_by.get(slot)
            if slot in condition.slots:
                known.append(slot)
            elif step is not None and step.node.type == "LogicalAnd":
                waiting.extend(step.sources)
        if not known:
            return None
        moving = {p: slot for p, slot in self._outputs.items() if p in self._known}
        judge = Runner(condition, known, with_accesses=False)
        repeat = Runner(body, list(moving.values()), with_accesses=False)
        values = list(self._values)
        for turn in range(limit + 1):
            table = dict(zip(self._condition.inputs, values, strict=True))
            judge.run(table)
            if not all(table[slot] for slot in known):
                return turn
            table = dict(zip(self._body.inputs, values, strict=True))
            repeat.run(table)
            for position, slot in moving.items():
                values[position] = table[slot]
        return None

    def turns(self) -> int | None:
        """Count the turns, or give None if only a run can tell.

        Raises:
          OpError: if an array is read or written where it cannot be.
        """
        judged = self._condition.outputs[-1]
        condition, body = self._parts
        if judged not in condition.slots:
            self.arrays.clear()
            self.stacks.clear()
            return None
        moving = {
            position: slot for position, slot in self._outputs.items() if position in self._known
        }
        judge = Runner(condition, [judged])
        repeat = Runner(body, [*moving.values(), *self.stacks])
        self.settled = frozenset(judge.nodes | repeat.nodes)
        try:
            turns = self._turned_at_once(moving)
        except Uneven:
            turns = self._turned_one_by_one(judge, repeat, moving)
        if turns is None:
            self.arrays.clear()
            self.stacks.clear()
            self.settled = frozenset()
        return turns

    def _turned_at_once(self, moving: dict[int, int]) -> int | None:
        """Count the turns by computing all of them at once; see `AllTurns`."""
        arrays = {position: marks.copy() for position, marks in self.arrays.items()}
        values = [arrays.get(position, value) for position, value in enumerate(self._values)]
        bodies = self._condition, self._body
        together = AllTurns(bodies, self._parts, values, moving)
        if together.uneven:
            return self._turned_without(together.uneven)
        turns = together.count(self._condition.outputs[-1], _MOST_TURNS)
        if turns is not None:
            self.stacks = together.rows(turns, list(self.stacks))
            self.arrays = arrays
            self._last = {position: together.at(position, turns) for position in moving}
        return turns

    def _turned_without(self, uneven: set[int]) -> int:
        """Count the many turns of a loop without what is known of some variables.

        Raises:
          Uneven: if these matter, or the turns are few.
        """
        smaller = Slice(self._step, self._values, frozenset(self._known - uneven))
        condition, _ = smaller._parts
        if self._condition.outputs[-1] not in condition.slots:
            raise Uneven
        moving = {p: slot for p, slot in smaller._outputs.items() if p in smaller._known}
        turns = smaller._turned_at_once(moving)
        if turns is None or turns < _MANY_TURNS:
            raise Uneven
        repeat = Runner(smaller._parts[1], [*moving.values(), *smaller.stacks])
        smaller.settled = frozenset(repeat.nodes)
        self.__dict__.update(smaller.__dict__)
        return turns

    def _turned_one_by_one(
        self, judge: Runner, repeat: Runner, moving: dict[int, int]
    ) -> int | None:
        judged = self._condition.outputs[-1]
        moving = {**moving, **{p: slot for p, slot in self._outputs.items() if p in self.arrays}}
        values = [self.arrays.get(position, value) for position, value in enumerate(self._values)]
        check = limits()
        for turn in range(_MOST_TURNS):
            if check is not None:
                check()
            table = dict(zip(self._condition.inputs, values, strict=True))
            judge.run(table)
            if not table[judged]:
                self._last = {p: values[p] for p in moving if p in self._known}
                return turn
            table = dict(zip(self._body.inputs, values, strict=True))
            repeat.run(table)
            for slot, stack in self.stacks.items():
                stack.append(table[slot])
            for position, slot in moving.items():
                values[position] = table[slot]
        return None


def _is_traced_integer(value: Any) -> bool:
    if isinstance(value, (*KNOWN, CompoundValue)):
        return False
    return value.shape == () and value.dtype.kind in "iu"
