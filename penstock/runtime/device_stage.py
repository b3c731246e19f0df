"""A stage that XLA compiles: its executables, by the shapes and known values that they are for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from absl import logging

from penstock.core.errors import OpError
from penstock.core.waiting import has_deadline, uncounted
from penstock.engine.contract import Form, NeedsHost, NeedsRoom, Site, Stage, Table
from penstock.engine.numpy_tier.interpreter import Interpreter
from penstock.engine.on_demand import stage_compiler
from penstock.engine.padded import unpadded
from penstock.graph.node import Node
from penstock.ops.array_values import CompoundValue, on_host
from penstock.runtime.spread import Spread
from penstock.runtime.state import State

if TYPE_CHECKING:
    from penstock.engine.xla_tier.compiler import CompiledStage
    from penstock.engine.xla_tier.executable import Executable

__all__ = ["Compilation", "DeviceStage"]


# How many executables a stage keeps. What needs one more has to come twice to be compiled, the next
# four times, then eight, so that shapes which never repeat do not keep a program compiling.
_EXECUTABLES = 64
# How often a stage within a loop that the interpreter turns is compiled at once: what varies from
# turn to turn may do so in each of thousands.
_WITHIN = 8
# How many keys a stage remembers that it has interpreted.
_SIGHTED = 4096
# After so many compilations a stage warns that its shapes vary.
_MANY = 16


@dataclass(frozen=True, slots=True)
class Compilation:
    """That a stage was compiled, and why.

    Attributes:
      stage: its number.
      reason: why.
      within: the node that the interpreter runs, if the stage is part of a function of it.
      spread: how its inputs are spread over replicas, in words; empty for one device.
    """

    stage: int
    reason: str
    within: Node | None = None
    spread: str = ""

    def __str__(self) -> str:
        where = "" if self.within is None else f" of a turn or branch of {self.within.name}"
        how = f"; {self.spread}" if self.spread else ""
        return f"stage {self.stage}{where}: {self.reason}{how}"


@dataclass
class DeviceStage:
    """A stage that XLA compiles, with its executables."""

    stage: Stage
    state: State
    held: set[int]
    static_slots: set[int]
    compilations: list[Compilation]
    forms: dict[Node, Form]
    always_compile: bool
    ends: set[int]
    rooms: dict[Site, int]
    within: Node | None
    spread: Spread | None = None
    _compiler: CompiledStage | None = None
    _interpreter: Interpreter | None = None
    _sighted: dict[Any, int] = field(default_factory=dict)
    _executables: dict[Any, Executable] = field(default_factory=dict)
    _compiled: int = 0

    def __post_init__(self) -> None:
        inputs = self.stage.inputs
        static = [i for i, slot in enumerate(inputs) if slot in self.static_slots]
        self._trimmed = [slot for slot in inputs if slot in self.ends]
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
        for slot in self._trimmed:
            if isinstance(table[slot], CompoundValue):
                table[slot] = table[slot].trimmed()
        inputs = [table[slot] for slot in self.stage.inputs]
        if any(inputs[position] is None for position in self._shaped):
            self._interpret(table)  # what a branch would have given that was not taken
            return
        key = self._key(inputs)
        executable = self._executables.get(key)
        if executable is None:
            if self._is_passing(key):
                self._interpret(table)
                return
            executable = self._compile(key, inputs)
        elif len(self._executables) == _EXECUTABLES:  # the one that was used last goes last
            self._executables[key] = self._executables.pop(key)
        if executable.lasting is not None and has_deadline():
            reason = "a run of it has a time limit, and it may take longer"
            raise NeedsHost(executable.lasting, reason)
        outputs = self._results(key, executable, inputs)
        table.update(zip(self.stage.outputs, outputs, strict=True))

    def _results(self, key: Any, executable: Executable, inputs: list[Any]) -> list[Any]:
        """Run an executable; where it had too little room, another one with more."""
        while True:
            try:
                return executable.run(inputs)
            except NeedsRoom as lacking:
                for site, count in lacking.needs.items():
                    # If it has grown once, it will again: so it is not compiled for each growth.
                    wanted = 2 * count if site in self.rooms else count
                    self.rooms[site] = 1 << (wanted - 1).bit_length()
                whys = [
                    f"{site[0].name} needs room for {count} {site[1]}, had {executable.sizes[site]}"
                    for site, count in lacking.needs.items()
                ]
                executable = self._compile(key, inputs, f"recompiled: {'; '.join(whys)}")

    def _is_passing(self, key: Any) -> bool:
        """Tell whether `key` may never come again: it has not come often enough to compile it."""
        if self.always_compile:
            return False
        beyond = self._compiled - (_EXECUTABLES if self.within is None else _WITHIN)
        if beyond >= 0:
            needed = 2 << beyond
        else:
            needed = 2 if self._executables and self._static else 1
        times = self._sighted.pop(key, 0) + 1
        if times >= needed:
            return False
        if len(self._sighted) >= _SIGHTED:
            self._sighted.clear()
        self._sighted[key] = times
        return True

    def _interpret(self, table: Table) -> None:
        if self._interpreter is None:
            self._interpreter = Interpreter(self.stage.steps)
        for slot in self.stage.inputs:
            value = table[slot]
            if value is not None:
                is_compound = isinstance(value, CompoundValue)
                table[slot] = on_host(value) if is_compound else np.array(value)
        for slot in self.stage.padded:
            table[slot] = unpadded(table[slot])
        self._interpreter.run(table)

    def _key(self, inputs: list[Any]) -> Any:
        shapes = [inputs[position].shape for position in self._shaped]
        if self._static:
            shapes.extend(_fingerprint(inputs[position]) for position in self._static)
        return (self.state.layout, *shapes)

    def _compile(self, key: Any, inputs: list[Any], why: str = "") -> Executable:
        for slot, value in zip(self.stage.inputs, inputs, strict=True):
            if getattr(value, "dtype", None) == np.dtype(object):
                # Stacks of different sizes, or strings: no array for a device.
                step = next(step for step in self.stage.steps if slot in step.sources)
                raise NeedsHost(step, "it is given values of no one shape, or strings")
        with uncounted():
            if self._compiler is None:
                self._compiler = stage_compiler(self.stage)
            sharding = None if self.spread is None else self.spread.sharding(self.stage, inputs)
            executable = self._compiler.compile(inputs, self._static, self.rooms, sharding)
        why = why or self._why(key)
        how = ""
        if self.spread is not None and sharding is not None:
            how = self.spread.text(self.stage, sharding)
        self.compilations.append(Compilation(self.stage.number, why, self.within, how))
        self.forms.update(executable.forms)
        self._compiled += 1
        if self._compiled == _MANY:
            logging.warning(
                "A step has been compiled %d times, which takes longer than running it: %s. Pad "
                "batches to a few sizes. For %d sizes it is compiled at once; further ones are "
                "interpreted until they have come often.",
                _MANY,
                why,
                _EXECUTABLES,
            )
        if len(self._executables) >= _EXECUTABLES and key not in self._executables:
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
    if isinstance(entry, tuple) and len(entry) == 3 and isinstance(entry[2], bytes):
        return str(np.frombuffer(entry[2], entry[1]).reshape(entry[0]).tolist())
    return str(entry)
