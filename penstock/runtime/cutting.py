"""A program cut into parts that run one after the other, each an atomic step of its own.

All parts have the slots of the whole. What a part made and a later one needs goes from the one to
the other as a fetch and a feed; state that a part has written is read anew by the later one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from penstock.engine.contract import NOTHING, Step
from penstock.runtime.program import Program

__all__ = ["cut"]


def cut(
    program: Program, groups: Sequence[Collection[Step]], wanted: Sequence[Collection[int]]
) -> tuple[Program, ...]:
    """Cut a program into parts.

    Args:
      program: the whole.
      groups: the steps of each part, constants left out: each part makes those that it uses.
      wanted: the fetches that each part gives.

    Returns:
      A program for each group, over the same slots.
    """
    places = {step: place for place, step in enumerate(program.steps)}
    constants = [step for step in program.steps if step.node.type == "Const"]
    parts = []
    for group, fetches in zip(groups, wanted, strict=True):
        used = {slot for step in group for slot in step.sources}.union(fetches)
        # A constant may have control inputs, and then what waits for it waits for these.
        waited = {program.steps[number] for step in group for number in step.waits}
        own = [step for step in constants if step in waited or not used.isdisjoint(step.targets)]
        parts.append(_Part(sorted([*own, *group], key=places.__getitem__), tuple(fetches)))
    return _Cutting(program, parts).programs()


@dataclass
class _Part:
    """One part in the making."""

    steps: list[Step]
    wanted: tuple[int, ...]
    feeds: dict[int, None] = field(default_factory=dict)
    fetches: dict[int, None] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made = {slot for step in self.steps for slot in step.targets}


class _Cutting:
    """Finds out where each value that a part needs comes from.

    Args:
      program: the whole.
      parts: the parts, with their steps.
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
            for slot in part.wanted:
                if slot not in part.made:
                    self._need(part, slot)
                part.fetches[slot] = None
        return tuple(self._finished(part) for part in self._parts)

    def _find_inputs(self, part: _Part) -> None:
        for slot in dict.fromkeys(slot for step in part.steps for slot in step.sources):
            if slot != NOTHING and slot not in part.made:
                self._need(part, slot)

    def _need(self, part: _Part, slot: int) -> None:
        """Have a value, made elsewhere, go into a part."""
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
        """Have the part that knows a value give it."""
        part = self._made_in.get(slot)
        if slot in self._program.feeds:
            pass
        elif part is not None:
            part.fetches[slot] = None
        elif key is not None:
            # The state as it was before the run: the part that changes it knows.
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
