"""Stages on different devices run at the same time, each as soon as what it needs is there.

A *lane* is the stages of one device, or of one place of the host, in their order. One lane is run
by the thread that runs the step, each of the others by a thread of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from penstock.core import waiting
from penstock.engine.contract import NeedsHost, NeedsTrimmed, NeedsValue, Table
from penstock.runtime.stage import Staged

__all__ = ["Lanes", "lanes"]


class _StageRun(Protocol):
    def run(self, table: Table) -> None:
        """Fill the slots that the stage gives."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """How stages run side by side.

    Attributes:
      order: for each lane, the numbers of its stages.
      before: for each stage, the numbers of those of other lanes that it comes after.
    """

    order: tuple[tuple[int, ...], ...]
    before: tuple[frozenset[int], ...]

    def run(self, runs: Sequence[_StageRun], table: Table) -> None:
        """Run all stages.

        Raises:
          what the first stage raises that fails, once nothing runs any more.
        """
        _Turn(self, runs, table).run()


def lanes(staged: Staged) -> Lanes | None:
    """Find the lanes of stages; None if each stage has to wait for the one before it."""
    stages = staged.stages
    by_place: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(stages):
        by_place.setdefault((one.device, one.place), []).append(number)
    if len(by_place) < 2:
        return None
    made_by = {step: number for number, one in enumerate(stages) for step in one.steps}
    steps = staged.program.steps
    before = []
    for number, one in enumerate(stages):
        waits = {steps[index] for step in one.steps for index in step.waits}
        needed = {made_by[step] for step in waits if made_by.get(step, number) < number}
        for other in range(number):
            earlier = stages[other]
            takes = not set(one.inputs).isdisjoint(earlier.outputs)
            # What is overwritten must have been read by then.
            overwrites = not one.donated.isdisjoint(earlier.inputs)
            if takes or overwrites:
                needed.add(other)
        before.append(frozenset(needed))
    if all(number - 1 in before[number] for number in range(1, len(stages))):
        return None
    return Lanes(tuple(map(tuple, by_place.values())), tuple(before))


class _Turn:
    """One run of stages side by side."""

    def __init__(self, lanes: Lanes, runs: Sequence[_StageRun], table: Table) -> None:
        self._lanes = lanes
        self._runs = runs
        self._table = table
        self._changed = threading.Condition()
        self._done: set[int] = set()
        self._failures: list[tuple[int, BaseException]] = []

    def run(self) -> None:
        first, *others = self._lanes.order
        limits = waiting.inherited()
        threads = [
            threading.Thread(target=self._beside, args=(lane, limits), daemon=True)
            for lane in others
        ]
        for thread in threads:
            thread.start()
        self._run_lane(first)
        for thread in threads:
            thread.join()
        if self._failures:
            raise min(self._failures, key=_weight)[1]

    def _beside(self, lane: tuple[int, ...], limits: Any) -> None:
        with limits():
            self._run_lane(lane)

    def _run_lane(self, lane: tuple[int, ...]) -> None:
        for number in lane:
            needed = self._lanes.before[number]
            with self._changed:
                self._changed.wait_for(lambda: self._failures or needed <= self._done)  # noqa: B023
                if self._failures:
                    return
            try:
                waiting.check()
                self._runs[number].run(self._table)
            except BaseException as error:
                with self._changed:
                    self._failures.append((number, error))
                    self._changed.notify_all()
                return
            with self._changed:
                self._done.add(number)
                self._changed.notify_all()


def _weight(failure: tuple[int, BaseException]) -> tuple[bool, int]:
    """Put errors before what only asks for another way to run a stage, then go by stages."""
    number, error = failure
    return isinstance(error, (NeedsValue, NeedsTrimmed, NeedsHost)), number
