"""Run the phases of a program one after the other, each by a runner of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.engine.contract import Form
from penstock.runtime.device_stage import Compilation
from penstock.runtime.phases import phases
from penstock.runtime.place import Placement
from penstock.runtime.program import Program
from penstock.runtime.runner import Runner
from penstock.runtime.stage import Staged
from penstock.runtime.state import State

__all__ = ["PhasedRunner", "as_array", "make_runner"]


def make_runner(
    program: Program, state: State, placement: Placement, tier: str | None
) -> Runner | PhasedRunner:
    """Make what runs a program in one session.

    Args:
      program: the steps.
      state: the session's state.
      placement: the devices there are.
      tier: the tier that must run everything, or None to choose.
    """
    parts = phases(program)
    if len(parts) == 1:
        return Runner(parts[0], state, placement, tier)
    return PhasedRunner(program, [Runner(part, state, placement, tier) for part in parts])


class PhasedRunner:
    """Runs a program whose steps may wait for other runs.

    Args:
      program: the whole.
      runners: those of its phases, in their order.
    """

    def __init__(self, program: Program, runners: Sequence[Runner]) -> None:
        self.program = program
        self._runners = tuple(runners)

    def run(self, feeds: Sequence[Any]) -> list[Any]:
        """Run the program once, as `Runner.run` does.

        Raises:
          OpError: if a step fails; what the phases before it did stays done.
        """
        table = dict(zip(self.program.feeds, feeds, strict=True))
        for runner in self._runners:
            values = runner.run([as_array(table[slot]) for slot in runner.program.feeds])
            table.update(zip(runner.program.fetches, values, strict=True))
        return [table[slot] for slot in self.program.fetches]

    @property
    def staged(self) -> Staged:
        """The phases parted into stages, as they are compiled."""
        stages = [one for runner in self._runners for one in runner.staged.stages]
        return Staged(self.program, tuple(stages))

    @property
    def compilations(self) -> tuple[Compilation, ...]:
        """What was compiled so far, and why."""
        return tuple(one for runner in self._runners for one in runner.compilations)

    @property
    def forms(self) -> tuple[Form, ...]:
        """Which form each loop and branch takes, as far as that has come out."""
        return tuple(one for runner in self._runners for one in runner.forms)


def as_array(value: Any) -> Any:
    """Make what a run gave fit to be fed: a single string comes as bytes."""
    return value if hasattr(value, "dtype") else np.array(value, object)
