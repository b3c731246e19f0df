"""A program run bit by bit: each step once, as soon as the feeds that it needs are there.

`Remainder` is what is left of a program at some point of that. To go on, it is cut in two: the part
that can run now, and the rest. Both are kept, so that the same feeds in the same order, given
again and again, run what is compiled already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from penstock.engine.contract import NOTHING, Step
from penstock.runtime.cutting import cut
from penstock.runtime.phased import PhasedRunner
from penstock.runtime.program import Program
from penstock.runtime.runner import Runner

__all__ = ["Advance", "MakeRunner", "Remainder"]

AnyRunner = Runner | PhasedRunner


class MakeRunner(Protocol):
    """Makes what runs a program in a session."""

    def __call__(self, program: Program) -> AnyRunner: ...


@dataclass(frozen=True, slots=True, eq=False)
class Advance:
    """A step forward: what runs now, and what is left then.

    Attributes:
      runner: runs all that can run; None if nothing can.
      rest: what is left.
    """

    runner: AnyRunner | None
    rest: Remainder


@dataclass(eq=False)
class Remainder:
    """What is left of a program of which a part has run.

    Attributes:
      program: the steps that are left; its fetches are those that are not there yet.
      known: the slots whose values are there: fed, or given by what has run.
      make_runner: makes what runs a part.
    """

    program: Program
    known: frozenset[int]
    make_runner: MakeRunner
    _advances: dict[frozenset[int], Advance] = field(default_factory=dict)

    def advance(self, fed: frozenset[int]) -> Advance:
        """Tell how it goes on when these slots are fed, too."""
        found = self._advances.get(fed)
        if found is None:
            found = self._advances[fed] = self._cut(self.known | fed)
        return found

    def _cut(self, known: frozenset[int]) -> Advance:
        program = self.program
        now, made = _runnable(program, known)
        later = [step for step in program.steps if step.node.type != "Const" and step not in now]
        there = [slot for slot in program.fetches if slot in known or slot in made]
        lacking = [slot for slot in program.fetches if slot not in known and slot not in made]
        given = [slot for slot in there if slot not in known]
        first, rest = cut(program, [list(now), later], [given, lacking])
        runner = self.make_runner(first) if first.steps or first.fetches else None
        return Advance(runner, Remainder(rest, known.union(first.fetches), self.make_runner))


def _runnable(program: Program, known: frozenset[int]) -> tuple[dict[Step, None], set[int]]:
    """Find the steps that can run, constants left out, and the slots that are there then."""
    made = {NOTHING, *program.reads.values(), *program.queries.values()}
    made.update(program.counters.values())
    ready: set[int] = set()
    now: dict[Step, None] = {}
    for number, step in enumerate(program.steps):
        there = all(slot in made or slot in known for slot in step.sources)
        if there and ready.issuperset(step.waits):
            ready.add(number)
            made.update(step.targets)
            if step.node.type != "Const":
                now[step] = None
    return now, made
