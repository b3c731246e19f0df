"""Run a program stage by stage, the device stages compiled; the cache of what is compiled.

A stage is compiled for the shapes of its inputs, and for the values of those inputs that a step
needs to know (`static`). Which these are comes out when a stage is traced: if the value came in
from outside, it becomes part of the key; if the stage computes it, the program is cut there, and
the value is known when the next stage begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.errors import OpError
from penstock.core.held import Held
from penstock.engine.contract import HOST, Body, NeedsHost, NeedsValue, Stage, Step, Table
from penstock.engine.numpy_tier.interpreter import Interpreter, MakeBodyRun
from penstock.engine.on_demand import stage_compiler
from penstock.ops.array_values import ArrayValue, on_host
from penstock.runtime.body_run import BodyRun
from penstock.runtime.place import Placement
from penstock.runtime.program import Program
from penstock.runtime.stage import Staged, stage
from penstock.runtime.state import State

if TYPE_CHECKING:
    from penstock.engine.xla_tier.compiler import CompiledStage
    from penstock.engine.xla_tier.executable import Executable

__all__ = ["Compilation", "StagedRun"]


# How many executables a stage keeps, and how many keys it remembers that it has interpreted.
_EXECUTABLES = 64
_SIGHTED = 4096


@dataclass(frozen=True, slots=True)
class Compilation:
    """That a stage was compiled, and why."""

    stage: int
    reason: str


class StagedRun:
    """A program's stages with their executables.

    Args:
      program: the steps.
      state: the session's state, whose layout is part of the keys.
      placement: the devices there are.
      always_compile: whether to compile also for what may be seen once only.

    Attributes:
      staged: the stages as they stand.
      compilations: what was compiled so far, oldest first.
    """

    def __init__(
        self, program: Program, state: State, placement: Placement, always_compile: bool
    ) -> None:
        self._always_compile = always_compile
        self._placement = placement
        self._program = program
        self._state = state
        self._cuts: set[int] = set()
        # Whether a variable is initialized decides which branch runs: that is always known.
        self._static: set[int] = set(program.queries.values())
        self.compilations: list[Compilation] = []
        self._restage()

    def _restage(self) -> None:
        self.staged: Staged = stage(
            self._program, self._placement.devices[0], frozenset(self._cuts)
        )
        self._stage_runs = [self._make_run(one) for one in self.staged.stages]

    def _make_run(self, one: Stage) -> _HostStage | _DeviceStage:
        if one.is_host:
            return _HostStage(one, self._body_run)
        held = {*self._program.reads.values(), *self._program.counters.values()}
        return _DeviceStage(
            one, self._state, held, self._static, self.compilations, self._always_compile
        )

    def _body_run(self, step: Step, body: Body) -> BodyRun:
        """Make what runs a function that a step of the interpreter calls."""
        return BodyRun(body, self._inner, self._body_run, self._always_compile)

    def _inner(self, program: Program) -> StagedRun:
        return StagedRun(program, self._state, self._placement, self._always_compile)

    def run(self, table: Table) -> None:
        """Fill the table of values.

        Raises:
          OpError: if a step fails.
        """
        while True:
            try:
                for one in self._stage_runs:
                    one.run(table)
                return
            except NeedsValue as needed:
                if not self._make_known(needed.slot):
                    self._move_to_host(needed.step)
            except NeedsHost as needed:
                self._move_to_host(needed.step)

    def _move_to_host(self, moved: Step) -> None:
        """Let the interpreter run a step that cannot be compiled for what it is given."""
        steps = tuple(
            replace(step, device=HOST) if step is moved else step for step in self._program.steps
        )
        self._program = replace(self._program, steps=steps)
        self._restage()

    def _make_known(self, slot: int) -> bool:
        """Arrange that `slot` is known when the stage that needs it is traced.

        Returns:
          Whether that is any news.
        """
        before = len(self._static), len(self._cuts)
        made_by = {target: step for step in self._program.steps for target in step.targets}
        outside: set[int] = set()
        waiting = [slot]
        while waiting:
            current = waiting.pop()
            step = made_by.get(current)
            if step is None:
                outside.add(current)
            else:
                waiting.extend(step.sources)
        outside.discard(0)
        fed_only = outside.issubset({*self._program.feeds, *self._program.queries.values()})
        if slot in made_by and not (fed_only and not outside <= self._static):
            self._static.add(slot)
            self._cuts.add(slot)
        else:
            self._static.update(outside if slot in made_by else {slot})
        self._restage()
        return (len(self._static), len(self._cuts)) != before


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


@dataclass
class _DeviceStage:
    """A stage that XLA compiles, with its executables."""

    stage: Stage
    state: State
    held: set[int]
    static_slots: set[int]
    compilations: list[Compilation]
    always_compile: bool
    _compiler: CompiledStage | None = None
    _interpreter: Interpreter | None = None
    _sighted: set[Any] = field(default_factory=set)
    _executables: dict[Any, Executable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inputs = self.stage.inputs
        static = [i for i, slot in enumerate(inputs) if slot in self.static_slots]
        self._static = frozenset(static)
        self._shaped = [
            i for i, slot in enumerate(inputs) if slot not in self.held and i not in self._static
        ]

    def run(self, table: Table) -> None:
        """Fill the slots that the stage gives, compiling for what is new.

        Raises:
          OpError: if a step fails; what the interpreter says of it, which sees the values.
        """
        try:
            self._run(table)
        except OpError as error:
            try:
                self._interpret(dict(table))
            except OpError as told:
                raise told from told.__cause__
            raise error from error.__cause__

    def _run(self, table: Table) -> None:
        inputs = [table[slot] for slot in self.stage.inputs]
        key = self._key(inputs)
        executable = self._executables.get(key)
        if executable is None:
            if self._is_passing(key):
                self._interpret(table)
                return
            executable = self._compile(key, inputs)
        for slot, value in zip(self.stage.outputs, executable.run(inputs), strict=True):
            table[slot] = value

    def _is_passing(self, key: Any) -> bool:
        """Tell whether `key` may never come again: a known value is new, others came before."""
        if not (self._executables and self._static) or self.always_compile or key in self._sighted:
            return False
        if len(self._sighted) >= _SIGHTED:
            self._sighted.clear()
        self._sighted.add(key)
        return True

    def _interpret(self, table: Table) -> None:
        if self._interpreter is None:
            self._interpreter = Interpreter(self.stage.steps)
        for slot in self.stage.inputs:
            value = table[slot]
            table[slot] = on_host(value) if isinstance(value, ArrayValue) else np.array(value)
        self._interpreter.run(table)

    def _key(self, inputs: list[Any]) -> Any:
        shapes = [inputs[position].shape for position in self._shaped]
        if self._static:
            shapes.extend(_fingerprint(inputs[position]) for position in self._static)
        return (self.state.layout, *shapes)

    def _compile(self, key: Any, inputs: list[Any]) -> Executable:
        for slot, value in zip(self.stage.inputs, inputs, strict=True):
            if getattr(value, "dtype", None) == np.dtype(object):
                # Stacks of different sizes, or strings: no array for a device.
                raise NeedsHost(next(step for step in self.stage.steps if slot in step.sources))
        if self._compiler is None:
            self._compiler = stage_compiler(self.stage)
        executable = self._compiler.compile(inputs, self._static)
        self.compilations.append(Compilation(self.stage.number, self._why(key)))
        if len(self._executables) >= _EXECUTABLES:
            del self._executables[next(iter(self._executables))]
        self._executables[key] = executable
        return executable

    def _why(self, key: Any) -> str:
        """Say which entry of the key differs from that of the last executable."""
        if not self._executables:
            return "compiled for the first time"
        last = next(reversed(self._executables))
        if last[0] != key[0]:
            return "recompiled: variables were added or changed their shapes"
        names = [self._name(position) for position in (*self._shaped, *self._static)]
        changes = [
            f"{name} was {_readable(old)}, is {_readable(new)}"
            for name, old, new in zip(names, last[1:], key[1:], strict=True)
            if old != new
        ]
        return f"recompiled: {'; '.join(changes)}"

    def _name(self, position: int) -> str:
        return self.stage.names[self.stage.inputs[position]]


def _fingerprint(value: Any) -> Any:
    array = np.asarray(value)
    return (array.shape, array.dtype.str, array.tobytes())


def _readable(entry: Any) -> str:
    if len(entry) == 3 and isinstance(entry[2], bytes):
        return str(np.frombuffer(entry[2], entry[1]).reshape(entry[0]).tolist())
    return str(entry)
