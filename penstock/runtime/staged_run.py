"""Run a program stage by stage, the device stages compiled; the cache of what is compiled.

A stage is compiled for the shapes of its inputs, and for the values of those inputs that a step
needs to know (`static`). Which these are comes out when a stage is traced: if the value came in
from outside, it becomes part of the key; if the stage computes it, the program is cut there, and
the value is known when the next stage begins.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from penstock.core import waiting
from penstock.core.held import Held
from penstock.engine.contract import (
    HOST,
    Body,
    Form,
    NeedsHost,
    NeedsTrimmed,
    NeedsValue,
    Site,
    Stage,
    Step,
    Table,
)
from penstock.engine.numpy_tier.interpreter import Interpreter, MakeBodyRun
from penstock.engine.padded import padded
from penstock.graph.node import Node
from penstock.ops.array_values import on_host
from penstock.runtime.body_run import BodyRun, on_host_reason
from penstock.runtime.device_stage import Compilation, DeviceStage
from penstock.runtime.padding import pad
from penstock.runtime.place import Placement
from penstock.runtime.program import Program
from penstock.runtime.side_by_side import lanes
from penstock.runtime.spread import Spread
from penstock.runtime.stage import Staged, stage
from penstock.runtime.state import State

__all__ = ["StagedRun"]

# A fed scalar, or vector of no more numbers than this (a shape), is part of a key where something
# is worked out of it.
_FEW = 5
# So many programs may come of such values, before they leave the key.
_TOLERATED = 3


class StagedRun:
    """A program's stages with their executables.

    Args:
      program: the steps.
      state: the session's state, whose layout is part of the keys.
      placement: the devices there are.
      always_compile: whether to compile also for what may be seen once only.
      forms: where to note the forms of loops and branches, for a program within another.
      compilations: where to note what is compiled, for such a program.
      within: the node that the interpreter runs, for such a program.

    Attributes:
      staged: the stages as they stand.
      compilations: what was compiled so far, oldest first.
      forms: which form each loop and branch takes, as far as that has come out.
    """

    def __init__(
        self,
        program: Program,
        state: State,
        placement: Placement,
        always_compile: bool,
        forms: dict[Node, Form] | None = None,
        compilations: list[Compilation] | None = None,
        within: Node | None = None,
    ) -> None:
        self._always_compile = always_compile
        self._placement = placement
        self._program = program
        self._state = state
        self._cuts: set[int] = set()
        # Whether a variable is initialized decides which branch runs: that is always known.
        self._static: set[int] = set(program.queries.values())
        # Slots that a stage needs to know, by way of fed values that are part of its key.
        self._by_feeds: dict[int, set[int]] = {}
        self._enough = 0
        # Slots whose values leave a stage without the room for more that it has left in them.
        self._ends: set[int] = set()
        self._rooms: dict[Site, int] = {}
        self._within = within
        mesh = placement.mesh
        self._spread = None if mesh is None or within is not None else Spread(mesh, program)
        self.compilations: list[Compilation] = [] if compilations is None else compilations
        self.forms: dict[Node, Form] = {} if forms is None else forms
        for step in program.steps:
            if step.device == HOST:
                self._note_interpreted(step, on_host_reason(step))
        self._restage()

    def _restage(self) -> None:
        self.staged: Staged = pad(
            stage(
                self._program,
                self._placement.devices[0],
                frozenset(self._cuts),
                frozenset(self._ends),
            )
        )
        self._stage_runs = [self._make_run(one) for one in self.staged.stages]
        self._lanes = lanes(self.staged)

    def _make_run(self, one: Stage) -> _HostStage | DeviceStage:
        if one.is_host:
            return _HostStage(one, self._body_run)
        held = {*self._program.reads.values(), *self._program.counters.values()}
        return DeviceStage(
            one,
            self._state,
            held,
            self._static,
            self.compilations,
            self.forms,
            self._always_compile,
            self._ends,
            self._rooms,
            self._within,
            self._spread if one.device == self._placement.devices[0] else None,
        )

    def _body_run(self, step: Step, body: Body) -> BodyRun:
        """Make what runs a function that a step of the interpreter calls."""
        inner = partial(self._inner, step.node)
        return BodyRun(body, inner, self._body_run, self._always_compile)

    def _inner(self, within: Node, program: Program) -> StagedRun:
        return StagedRun(
            program,
            self._state,
            self._placement,
            self._always_compile,
            self.forms,
            self.compilations,
            within,
        )

    def run(self, table: Table) -> None:
        """Fill the table of values.

        Raises:
          OpError: if a step fails, or the thread is not to go on.
        """
        check = waiting.limits()
        while True:
            try:
                if self._lanes is not None:
                    self._lanes.run(self._stage_runs, table)
                else:
                    for one in self._stage_runs:
                        if check is not None:
                            check()
                        one.run(table)
                if self._by_feeds and len(self.compilations) >= self._enough:
                    self._cut_in_place_of_feeds()
                return
            except NeedsValue as needed:
                if not self._make_known(needed.slot, table):
                    self._move_to_host(needed.step, "it needs a value that nobody knows before")
            except NeedsTrimmed as needed:
                if needed.slot in self._ends:
                    self._move_to_host(needed.step, "it is given what only a run can tell of")
                self._ends.add(needed.slot)
                self._restage()
            except NeedsHost as needed:
                self._move_to_host(needed.step, needed.reason)

    def _note_interpreted(self, step: Step, reason: str) -> None:
        if step.bodies:
            self.forms[step.node] = Form(step.node, "interpreter", reason)

    def _move_to_host(self, moved: Step, reason: str) -> None:
        """Let the interpreter run a step that cannot be compiled for what it is given."""
        self._note_interpreted(moved, reason)
        steps = tuple(
            replace(step, device=HOST) if step is moved else step for step in self._program.steps
        )
        self._program = replace(self._program, steps=steps)
        self._restage()

    def _make_known(self, slot: int, table: Table) -> bool:
        """Arrange that `slot` is known when the stage that needs it is traced.

        What is worked out of a few fed numbers is known where these are. Of many, say the lengths
        of a batch, or of ones that change all the time, say the last word, it is worked out before:
        they hardly ever come again, what comes of them does.

        Returns:
          Whether that is any news.
        """
        before = len(self._static), len(self._cuts)
        made_by = {target: step for step in self._program.steps for target in step.targets}
        outside: set[int] = set()
        waiting = [slot]
        loops = False
        while waiting:
            current = waiting.pop()
            step = made_by.get(current)
            if step is None:
                outside.add(current)
            else:
                waiting.extend(step.sources)
                loops |= step.is_loop
        outside.discard(0)
        fed = {*self._program.feeds, *self._program.queries.values()}
        few_fed = outside <= fed and all(_is_few(table[current]) for current in outside)
        few_fed &= not loops
        if slot in made_by and not (few_fed and not outside <= self._static):
            self._static.add(slot)
            self._cuts.add(slot)
        elif slot in made_by:
            self._by_feeds[slot] = outside - self._static
            self._enough = len(self.compilations) + _TOLERATED
            self._static.update(outside)
        else:
            self._static.add(slot)
        self._restage()
        return (len(self._static), len(self._cuts)) != before

    def _cut_in_place_of_feeds(self) -> None:
        """Work out before what is worked out of fed values: these have changed too often."""
        for slot, feeds in self._by_feeds.items():
            self._static -= feeds
            self._static.add(slot)
            self._cuts.add(slot)
        self._by_feeds.clear()
        self._restage()


def _is_few(value: Any) -> bool:
    return isinstance(value, np.generic | np.ndarray) and value.ndim < 2 and value.size <= _FEW


class _HostStage:
    """A stage that the interpreter runs."""

    def __init__(self, one: Stage, make_body_run: MakeBodyRun) -> None:
        self._stage = one
        self._interpreter = Interpreter(one.steps, make_body_run)

    def run(self, table: Table) -> None:
        """Fill the slots that the stage gives."""
        for slot in self._stage.inputs:
            if not isinstance(table[slot], Held):
                table[slot] = on_host(table[slot])
        self._interpreter.run(table)
        for slot, source in self._stage.padded.items():
            table[slot] = padded(table[slot], table[source].size)
