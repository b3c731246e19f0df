"""The last link of a run: a program, its tiers and caches, and the state it works on.

The first run of a program on shapes it has not seen is interpreted, unless it is large; a second
one is compiled, unless it is tiny. Both give the same values, and which of them serves depends on
the program and the shapes alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from penstock.core.errors import FailedPreconditionError
from penstock.core.held import Held
from penstock.core.waiting import ended_by
from penstock.engine.choose import COMPILE_SECONDS, compiled_overhead, interpreted_seconds
from penstock.engine.contract import NOTHING, Form, Step, Table, uninitialized
from penstock.engine.numpy_tier.interpreter import Interpreter
from penstock.graph.node import Node
from penstock.runtime.device_stage import Compilation
from penstock.runtime.place import Placement
from penstock.runtime.program import Program
from penstock.runtime.spread import Spread
from penstock.runtime.stage import Staged
from penstock.runtime.staged_run import StagedRun
from penstock.runtime.state import State

__all__ = ["Runner", "detached"]

_NO_LOCK = contextlib.nullcontext()


@dataclass
class _Shapes:
    """What is known of a program on one set of shapes."""

    tiny: bool
    large: bool
    runs: int = 0


@dataclass
class Runner:
    """Runs one program in one session.

    Args:
      program: the steps.
      state: the session's state.
      placement: the devices there are.
      tier: ``"numpy"`` or ``"xla"`` to have one tier run everything; None to choose.
    """

    program: Program
    state: State
    placement: Placement
    tier: str | None
    _interpreter: Interpreter | None = None
    _staged: StagedRun | None = None
    _seen: dict[Any, _Shapes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        program = self.program
        optional, makers = program.optional, program.makers
        values = [item for item in program.reads.items() if item[0] not in makers]
        self._reads = tuple(item for item in values if item[0] not in optional)
        self._optional_reads = tuple(item for item in values if item[0] in optional)
        self._objects = tuple(
            (key, slot, makers[key]) for key, slot in program.reads.items() if key in makers
        )
        self._queries = tuple(program.queries.items())
        self._counters = tuple(program.counters.items())
        self._write_keys = tuple(program.writes)
        self._write_slots = tuple(program.writes.values())
        self._stateful = bool(values or program.writes or program.queries)
        mesh = self.placement.mesh
        self._spread = None if mesh is None else Spread(mesh, program)
        # A step on several devices of a kind runs stage by stage from the beginning.
        places = {step.device or step.place for step in program.steps}
        self._spreads = any(":" in place and not place.endswith(":0") for place in places)
        # Compiled code that neither calls functions nor waits for the host is soon done.
        self._may_last = any(step.bodies or not step.device for step in program.steps)

    def run(self, feeds: Sequence[Any]) -> list[Any]:
        """Run the program once.

        Args:
          feeds: a value for each feed: arrays of the right dtype.

        Returns:
          The fetched values, as NumPy arrays and scalars that nothing else refers to.

        Raises:
          OpError: if a step fails; the state is as it was.
        """
        with self.state.lock if self._stateful or self._counters else _NO_LOCK:
            # A device may be at work on these: taking them waits for it, and comes last.
            return [detached(value) for value in self._step(feeds)]

    def _step(self, feeds: Sequence[Any]) -> list[Any]:
        """Run the program, change the state, and give what is fetched, as it stands."""
        if self._spread is not None:
            self._spread.check(feeds)
        table = self._table(feeds)
        with ended_by(self.state.ended) if self._may_last else _NO_LOCK:
            if self._compiles(feeds):
                self._staged_run().run(table)
            else:
                self._interpret(table)
        if self._write_keys:
            written = [table[slot] for slot in self._write_slots]
            self.state.commit(self._write_keys, written)
            if not self.program.fetches:
                _wait_for(written)
        return [table[slot] for slot in self.program.fetches]

    @property
    def staged(self) -> Staged:
        """The program parted into stages, as it is compiled."""
        return self._staged_run().staged

    @property
    def compilations(self) -> tuple[Compilation, ...]:
        """What was compiled so far, and why."""
        return () if self._staged is None else tuple(self._staged.compilations)

    @property
    def forms(self) -> tuple[Form, ...]:
        """Which form each loop and branch takes, as far as that has come out."""
        if self._staged is not None and self._staged.forms:
            return tuple(self._staged.forms.values())
        reason = "the program has been run once, or is small"
        if self.tier is not None:
            reason = "the interpreter is to run everything"
        return tuple(Form(node, "interpreter", reason) for node in _calling(self.program.steps))

    def _table(self, feeds: Sequence[Any]) -> Table:
        """Put what goes in into the table of values, by slot."""
        held = self.state.values
        table: Table = {NOTHING: None}
        table.update(zip(self.program.feeds, feeds, strict=True))
        if self._reads:
            try:
                for key, slot in self._reads:
                    table[slot] = held[key]
            except KeyError:
                raise self._uninitialized() from None
        for key, slot in self._optional_reads:
            table[slot] = held.get(key)
        for key, slot, node in self._objects:
            table[slot] = self.state.object(key, node)
        for key, slot in self._queries:
            table[slot] = np.bool_(key in held)
        for key, slot in self._counters:
            value = held.get(key)
            table[slot] = np.uint64(0) if value is None else value
        return table

    def _uninitialized(self) -> FailedPreconditionError:
        missing = [key for key, _ in self._reads if key not in self.state.values]
        return uninitialized(self.program.readers[missing[0]], missing)

    def _compiles(self, feeds: Sequence[Any]) -> bool:
        """Decide which tier serves these shapes, and count the run."""
        if self.tier is not None:
            return self.tier == "xla" or self._spreads
        if self._spreads:
            return True  # parted into stages, which run side by side
        key = tuple([value.shape for value in feeds])
        seen = self._seen.get(key)
        if seen is None:
            seen = self._seen[key] = self._estimate(key)
        seen.runs += 1
        return not seen.tiny and (seen.large or seen.runs > 1)

    def _estimate(self, shapes: Any) -> _Shapes:
        program = self.program
        seconds = interpreted_seconds(program.steps, shapes)
        arrays = (
            len(program.feeds) + len(program.fetches) + len(program.reads) + len(program.writes)
        )
        only_host = all(not step.device and not step.bodies for step in program.steps)
        return _Shapes(
            tiny=only_host or seconds <= compiled_overhead(arrays),
            large=seconds > COMPILE_SECONDS,
        )

    def _interpret(self, table: Table) -> None:
        if self._interpreter is None:
            self._interpreter = Interpreter(self.program.steps)
        for slot in (*self.program.feeds, *self.program.reads.values()):
            value = table[slot]
            if value is None or isinstance(value, Held):
                continue
            # What is written may be what was fed: the session keeps a copy of its own.
            table[slot] = np.array(value) if self._write_keys else np.asarray(value)
        for _, slot in self._counters:
            table[slot] = np.asarray(table[slot])
        self._interpreter.run(table)

    def _staged_run(self) -> StagedRun:
        if self._staged is None:
            self._staged = StagedRun(
                self.program, self.state, self.placement, always_compile=self.tier == "xla"
            )
        return self._staged


def _calling(steps: Sequence[Step]) -> list[Node]:
    """List the nodes that call functions, those within the functions after them."""
    found: dict[Node, None] = {}
    for step in steps:
        if step.bodies:
            found[step.node] = None
            for body in step.bodies:
                found.update(dict.fromkeys(_calling(body.steps)))
    return list(found)


def detached(value: Any) -> Any:
    """Give a value to the caller: NumPy, writable, and nobody else's."""
    if isinstance(value, np.generic):
        return value
    array = np.array(value)
    return array if array.ndim else array[()]


def _wait_for(written: list[Any]) -> None:
    """Wait until the step is done: the caller may write to what it fed."""
    wait = getattr(written[0], "block_until_ready", None)
    if wait is not None:
        wait()
