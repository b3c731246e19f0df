"""Compile a stage by XLA: trace its steps with what is known as NumPy values, the rest as tracers.

While a stage is traced, a value is either known (a NumPy array) or traced. A step whose inputs
are all known runs in NumPy, at once; so shapes, axes and the sizes computed from them cost
nothing when the stage runs. A step that needs a value which is only traced raises `NeedsValue`:
the caller then makes that slot known, and compiles again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from penstock.core.errors import OpError
from penstock.engine.contract import NOTHING, NeedsValue, Site, Stage
from penstock.engine.sharding import Sharding
from penstock.engine.xla_tier.early import EarlyValues
from penstock.engine.xla_tier.executable import Executable
from penstock.engine.xla_tier.replicas import SpreadInputs
from penstock.engine.xla_tier.trace import LARGEST_LITERAL, Layout, Trace, bind_steps

__all__ = ["CompiledStage"]


class CompiledStage:
    """A stage made ready to be compiled for one set of input shapes after the other.

    Args:
      stage: the steps; none of them is the host's.
      device: the JAX device to compile for.
    """

    def __init__(self, stage: Stage, device: Any) -> None:
        self._stage = stage
        self._device = device
        self._steps = bind_steps(stage.steps)
        self._literals: set[int] = set()

    def compile(
        self,
        inputs: Sequence[Any],
        static: frozenset[int],
        rooms: Mapping[Site, int],
        sharding: Sharding | None = None,
    ) -> Executable:
        """Compile for the shapes of `inputs` and the values of those in `static`.

        Args:
          inputs: a value for each of the stage's inputs.
          static: positions of inputs whose values are known.
          rooms: how much there is to be room for, as far as earlier runs have told.
          sharding: how values are spread over replicas; None for one device.

        Raises:
          NeedsValue: if a step needs a value that is only traced.
          OpError: if a kernel fails on these shapes.
        """
        while True:
            try:
                return self._compile(inputs, static, rooms, sharding)
            except OpError as error:
                error.__notes__ = []  # JAX adds advice on its own frames
                raise error.with_traceback(None) from error.__cause__
            except NeedsValue as needed:
                if not self._keep_known(needed.slot):
                    raise

    def _keep_known(self, slot: int) -> bool:
        """Let a value that comes from constants alone stay known, however large it is."""
        made_by = {target: step for step in self._stage.steps for target in step.targets}
        slots = {slot}
        waiting = [slot]
        while waiting:
            step = made_by.get(waiting.pop())
            if step is None:
                return False
            fresh = [source for source in step.sources if source not in slots | {NOTHING}]
            slots.update(fresh)
            waiting.extend(fresh)
        if slots <= self._literals:
            return False
        self._literals |= slots
        return True

    def _compile(
        self,
        inputs: Sequence[Any],
        static: frozenset[int],
        rooms: Mapping[Site, int],
        sharding: Sharding | None,
    ) -> Executable:
        stage = self._stage
        spread = None if sharding is None else SpreadInputs(sharding)
        constants = self._large_constants()
        passed = [position for position in range(len(stage.inputs)) if position not in static]
        donated = tuple(p for p in passed if stage.inputs[p] in stage.donated)
        kept = tuple(p for p in passed if stage.inputs[p] not in stage.donated)
        early = EarlyValues(stage.steps, stage.inputs, stage.donated, stage.padded)
        layout = Layout(
            donated=tuple(stage.inputs[position] for position in donated),
            kept=tuple(stage.inputs[position] for position in kept),
            constants=tuple(constants),
            static={stage.inputs[position]: np.asarray(inputs[position]) for position in static},
            literals=frozenset(self._literals),
            early=early,
            outputs=stage.outputs,
            fetched=stage.fetched,
            rooms=rooms,
            spread=spread,
        )
        with jax.enable_x64(True), jax.default_device(self._device):
            given = inputs if spread is None else spread.placed(inputs)
            on_device = self._constants_on_device(constants, spread)
            arguments = (
                [given[position] for position in donated],
                [given[position] for position in kept],
                tuple(constants.values()) if spread is None else on_device,
            )
            trace = Trace(self._steps, layout)
            lowered = jax.jit(trace, donate_argnums=(0,)).lower(*arguments)
            if (trace.checks or trace.sizes) and donated:
                # A failed step must leave the state as it was, so it may not be overwritten; so
                # must one that had too little room, and is run again.
                trace = Trace(self._steps, layout)
                lowered = jax.jit(trace).lower(*arguments)
            return Executable(
                lowered.compile(),
                donated,
                kept,
                on_device,
                trace.outputs,
                tuple(stage.inputs.index(slot) for slot in trace.outputs.forwarded.values()),
                early.checks(trace.early_checks, trace.early_steps),
                tuple(trace.checks),
                trace.sizes,
                any(map(_is_wide, jax.tree.leaves([inputs[position] for position in passed]))),
                trace.forms,
                trace.lasting,
                spread,
            )

    def _constants_on_device(
        self, constants: Mapping[int, Any], spread: SpreadInputs | None
    ) -> tuple[Any, ...]:
        if spread is not None:
            return spread.everywhere(constants.values())
        return tuple(jax.device_put(value, self._device) for value in constants.values())

    def _large_constants(self) -> dict[int, Any]:
        """Find the constants to pass in rather than write into the program."""
        return {
            step.targets[0]: step.node.attrs["value"]
            for step in self._stage.steps
            if step.node.type == "Const"
            and step.node.attrs["value"].size > LARGEST_LITERAL
            and step.node.attrs["value"].dtype != object
            and step.targets[0] not in self._literals
        }


def _is_wide(value: Any) -> bool:
    if value is None:
        return False
    dtype = value.dtype
    return bool(dtype.itemsize == 16 or (dtype.itemsize == 8 and dtype.kind != "c"))
