"""A program cut where a step may wait for other runs: at the ends of a queue, for example.

Such a step must hold no lock while it waits, and what waits for it must not keep others out either.
So the program becomes several, one for each phase: phases that wait, which touch nothing of the
session's values, and phases in between, each of which is atomic. Later ones are fed with what
earlier ones made. A step is in the last phase in which it can be, so that most programs touch the
session's values in one phase only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from penstock.engine.contract import NOTHING, Step
from penstock.runtime.program import Program

__all__ = ["phases"]


def phases(program: Program) -> tuple[Program, ...]:
    """Cut a program into phases, in the order in which they run.

    Returns:
      Programs over the same slots; the program itself if nothing in it waits.
    """
    if not any(_blocks(step) for step in program.steps):
        return (program,)
    constants = [step for step in program.steps if step.node.type == "Const"]
    numbers = _numbers(program)
    groups: dict[int, list[Step]] = {}
    for step in program.steps:
        if step.node.type != "Const":
            groups.setdefault(numbers[step], []).append(step)
    # What is fetched of the session's values is read when nothing waits any more.
    groups.setdefault(max(groups) + max(groups) % 2, [])
    parts = []
    for _, group in sorted(groups.items()):
        used = {slot for step in group for slot in step.sources}
        if group is groups[max(groups)]:
            used.update(program.fetches)
        # Each phase knows the values of the constants itself.
        own = [step for step in constants if not used.isdisjoint(step.targets)]
        parts.append(_Part([*own, *group]))
    return _Cutting(program, parts).programs()


def _blocks(step: Step) -> bool:
    """Tell whether a step, or one in a function that it calls, may wait for other runs."""
    if step.node.spec.blocks:
        return True
    return any(_blocks(inner) for body in step.bodies for inner in body.steps)


def _numbers(program: Program) -> dict[Step, int]:
    """Number the phase of each step: those that wait have odd numbers."""
    before = _sources(program)
    after: dict[Step, list[Step]] = {step: [] for step in program.steps}
    blocks = {step: _blocks(step) for step in program.steps}
    earliest: dict[Step, int] = {}
    for step in program.steps:
        number = int(blocks[step])
        for source in before[step]:
            number = max(number, earliest[source] + (blocks[source] != blocks[step]))
            after[source].append(step)
        earliest[step] = number
    last = max(earliest.values())
    last += last % 2
    latest: dict[Step, int] = {}
    for step in reversed(program.steps):
        if blocks[step]:
            latest[step] = earliest[step]
        else:
            latest[step] = min([latest[then] - blocks[then] for then in after[step]], default=last)
    return latest


def _sources(program: Program) -> dict[Step, list[Step]]:
    """List the steps that each step has to come after."""
    steps = program.steps
    made_by = {slot: step for step in steps for slot in step.targets}
    return {
        step: [made_by[slot] for slot in step.sources if slot in made_by]
        + [steps[number] for number in step.waits]
        for step in steps
    }


@dataclass
class _Part:
    """One phase in the making."""

    steps: list[Step]
    feeds: dict[int, None] = field(default_factory=dict)
    fetches: dict[int, None] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made = {slot for step in self.steps for slot in step.targets}


class _Cutting:
    """Finds out where each value that a phase needs comes from.

    Args:
      program: the whole.
      parts: the phases, with their steps.
    """

    def __init__(self, program: Program, parts: list[_Part]) -> None:
        self._program = program
        self._parts = parts
        self._places = {step: place for place, step in enumerate(program.steps)}
        self._made_in = {
            slot: part for part in self._parts for step in part.steps for slot in step.targets
        }
        self._key_of = {
            **program.versions,
            **_inverse(program.reads),
            **_inverse(program.counters),
        }
        self._query_of = _inverse(program.queries)
        self._current = {**program.reads, **program.counters}
        self._written_in: dict[str, _Part] = {}

    def programs(self) -> tuple[Program, ...]:
        for part in self._parts:
            self._find_inputs(part)
            for step in part.steps:
                for slot in step.targets:
                    key = self._program.versions.get(slot)
                    if key is not None:
                        part.writes[key] = self._current[key] = slot
                        self._written_in.setdefault(key, part)
        last = self._parts[-1]
        for slot in self._program.fetches:
            if slot not in last.made:
                self._need(last, slot)
            last.fetches[slot] = None
        return tuple(self._finished(part) for part in self._parts if part.steps or part.fetches)

    def _find_inputs(self, part: _Part) -> None:
        for slot in dict.fromkeys(slot for step in part.steps for slot in step.sources):
            if slot != NOTHING and slot not in part.made:
                self._need(part, slot)

    def _need(self, part: _Part, slot: int) -> None:
        """Have a value, made elsewhere, go into a phase."""
        key = self._key_of.get(slot)
        query = self._query_of.get(slot)
        if query is not None and query not in self._written_in:
            part.queries[query] = slot
        elif key is not None and self._current.get(key) == slot:
            kept = part.counters if key in self._program.counters else part.reads
            kept[key] = slot
        else:
            part.feeds[slot] = None
            self._provide(slot, key or query)

    def _provide(self, slot: int, key: str | None) -> None:
        """Have the phase that knows a value give it."""
        part = self._made_in.get(slot)
        if part is not None:
            part.fetches[slot] = None
        elif key is not None:
            # The state as it was before the run: the phase that changes it knows.
            part = self._written_in[key]
            known = part.queries if slot in self._query_of else part.reads
            known[key] = slot
            part.fetches[slot] = None

    def _finished(self, part: _Part) -> Program:
        program = self._program
        places = {self._places[step]: place for place, step in enumerate(part.steps)}
        steps = [
            replace(step, waits=tuple(places[n] for n in step.waits if n in places))
            for step in part.steps
        ]
        return replace(
            program,
            steps=tuple(steps),
            feeds=tuple(part.feeds),
            fetches=tuple(part.fetches),
            reads=part.reads,
            optional=program.optional.intersection(part.reads),
            queries=part.queries,
            counters=part.counters,
            writes=part.writes,
        )


def _inverse(slots: Mapping[str, int]) -> dict[int, str]:
    return {slot: key for key, slot in slots.items()}
