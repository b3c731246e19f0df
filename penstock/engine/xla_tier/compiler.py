"""Compile a stage by XLA: trace its steps with what is known as NumPy values, the rest as tracers.

While a stage is traced, a value is either known (a NumPy array) or traced. A step whose inputs
are all known runs in NumPy, at once; so shapes, axes and the sizes computed from them cost
nothing when the stage runs. A step that needs a value which is only traced raises `NeedsValue`:
the caller then makes that slot known, and compiles again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.core.errors import OpError
from penstock.engine.contract import NOTHING, NeedsValue, Stage, Step, at_node, bind
from penstock.engine.numpy_tier.kernel_table import KERNELS as NUMPY_KERNELS
from penstock.engine.xla_tier.checks import Check, tracing
from penstock.engine.xla_tier.kernel_table import KERNELS
from penstock.graph.kernel_call import Bound

__all__ = ["CompiledStage", "Executable"]

# A known value with more elements than this is better computed, or passed in, by XLA than written
# into the program.
_LARGEST_LITERAL = 4096
_KNOWN = (np.ndarray, np.generic, type(None))


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """A compiled stage for one set of shapes and known values.

    Attributes:
      call: from (donated, kept, large constants) to (outputs, conditions).
      donated: positions in the stage's inputs whose buffers are given away.
      kept: positions of the other inputs that are passed.
      constants: large constants on the device.
      known: outputs that came out as NumPy values when the stage was traced, by position.
      forwarded: outputs that are an input unchanged: position of the input by that of the output.
      traced: positions of the other outputs, in the order of the call's results.
      checks: what each condition is about.
    """

    call: Callable[..., Any]
    donated: tuple[int, ...]
    kept: tuple[int, ...]
    constants: tuple[Any, ...]
    known: dict[int, Any]
    forwarded: dict[int, int]
    traced: tuple[int, ...]
    checks: tuple[Check, ...]

    def run(self, inputs: Sequence[Any]) -> list[Any]:
        """Compute the stage's outputs.

        Raises:
          OpError: if a condition does not hold.
        """
        with jax.enable_x64(True):
            results, conditions = self.call(
                [inputs[position] for position in self.donated],
                [inputs[position] for position in self.kept],
                self.constants,
            )
        if self.checks:
            self._verify(conditions)
        if not (self.known or self.forwarded):
            return results
        outputs = [None] * (len(self.known) + len(self.forwarded) + len(self.traced))
        for position, value in self.known.items():
            outputs[position] = value
        for position, source in self.forwarded.items():
            # JAX would give the caller's own buffer back, which the caller may write to.
            value = inputs[source]
            outputs[position] = np.array(value) if isinstance(value, np.ndarray) else value
        for position, value in zip(self.traced, results, strict=True):
            outputs[position] = value
        return outputs

    def _verify(self, conditions: Any) -> None:
        for check, holds in zip(self.checks, np.asarray(conditions), strict=True):
            if not holds:
                raise at_node(check.node, check.error(None, None, check.message))


class CompiledStage:
    """A stage made ready to be compiled for one set of input shapes after the other.

    Args:
      stage: the steps; none of them is the host's.
      device: the JAX device to compile for.
    """

    def __init__(self, stage: Stage, device: Any) -> None:
        self._stage = stage
        self._device = device
        self._steps = [
            (step, bind(step, KERNELS), bind(step, NUMPY_KERNELS)) for step in stage.steps
        ]
        self._literals: set[int] = set()

    def compile(self, inputs: Sequence[Any], static: frozenset[int]) -> Executable:
        """Compile for the shapes of `inputs` and the values of those in `static`.

        Args:
          inputs: a value for each of the stage's inputs.
          static: positions of inputs whose values are known.

        Raises:
          NeedsValue: if a step needs a value that is only traced.
          OpError: if a kernel fails on these shapes.
        """
        while True:
            try:
                return self._compile(inputs, static)
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

    def _compile(self, inputs: Sequence[Any], static: frozenset[int]) -> Executable:
        stage = self._stage
        constants = self._large_constants()
        kept = [i for i, s in enumerate(stage.inputs) if i not in static and s not in stage.donated]
        donated = [i for i, s in enumerate(stage.inputs) if i not in static and s in stage.donated]
        layout = _Layout(
            donated=tuple(stage.inputs[i] for i in donated),
            kept=tuple(stage.inputs[i] for i in kept),
            constants=tuple(constants),
            static={stage.inputs[i]: np.asarray(inputs[i]) for i in static},
            literals=frozenset(self._literals),
        )
        arguments = (
            [inputs[i] for i in donated],
            [inputs[i] for i in kept],
            tuple(constants.values()),
        )
        with jax.enable_x64(True), jax.default_device(self._device):
            trace = _Trace(self._steps, layout, stage.outputs)
            compiled = self._lowered(trace, arguments, donate=True)
            if trace.checks:
                # A failed step must leave the state as it was, so it may not be overwritten.
                trace = _Trace(self._steps, layout, stage.outputs)
                compiled = self._lowered(trace, arguments, donate=False)
            on_device = tuple(jax.device_put(value, self._device) for value in constants.values())
            return Executable(
                compiled.compile(),
                tuple(donated),
                tuple(kept),
                on_device,
                trace.known,
                {out: stage.inputs.index(slot) for out, slot in trace.forwarded.items()},
                tuple(trace.traced),
                tuple(trace.checks),
            )

    def _lowered(self, trace: _Trace, arguments: Any, donate: bool) -> Any:
        function = jax.jit(trace, donate_argnums=(0,) if donate and arguments[0] else ())
        return function.lower(*arguments)

    def _large_constants(self) -> dict[int, Any]:
        """Find the constants to pass in rather than write into the program."""
        return {
            step.targets[0]: step.node.attrs["value"]
            for step in self._stage.steps
            if step.node.type == "Const"
            and step.node.attrs["value"].size > _LARGEST_LITERAL
            and step.node.attrs["value"].dtype != object
            and step.targets[0] not in self._literals
        }


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which slots the arguments of the traced function fill."""

    donated: tuple[int, ...]
    kept: tuple[int, ...]
    constants: tuple[int, ...]
    static: dict[int, Any]
    literals: frozenset[int]


class _Trace:
    """The function that JAX traces; what it learns on the way stays in its attributes."""

    __name__ = "stage"

    def __init__(
        self, steps: list[tuple[Step, Bound, Bound]], layout: _Layout, outputs: tuple[int, ...]
    ) -> None:
        self._steps = steps
        self._layout = layout
        self._outputs = outputs
        self.known: dict[int, Any] = {}
        self.forwarded: dict[int, int] = {}
        self.traced: list[int] = []
        self.checks: list[Check] = []

    def __call__(self, donated: Any, kept: Any, constants: Any) -> Any:
        layout = self._layout
        values: dict[int, Any] = {NOTHING: None, **layout.static}
        values.update(zip(layout.donated, donated, strict=True))
        values.update(zip(layout.kept, kept, strict=True))
        values.update(zip(layout.constants, constants, strict=True))
        tracing.checks, tracing.conditions = [], []
        for step, traced, known in self._steps:
            if step.targets and step.targets[0] in values:
                continue
            for slot, result in zip(
                step.targets,
                _evaluate(step, traced, known, values, layout.literals),
                strict=True,
            ):
                values[slot] = result
        self.checks, conditions = tracing.checks, tracing.conditions
        given = {id(value): slot for slot, value in zip(layout.kept, kept, strict=True)}
        return self._results(values, given), conditions

    def _results(self, values: dict[int, Any], given: dict[int, int]) -> list[Any]:
        results = []
        for position, slot in enumerate(self._outputs):
            value = values[slot]
            if isinstance(value, _KNOWN):
                self.known[position] = value
            elif id(value) in given:
                self.forwarded[position] = given[id(value)]
            else:
                self.traced.append(position)
                results.append(value)
        return results


def _evaluate(
    step: Step,
    traced: Bound,
    known: Bound,
    values: dict[int, Any],
    literals: frozenset[int],
) -> Any:
    inputs = [values[slot] for slot in step.sources]
    tracing.node = step.node
    try:
        if all(isinstance(value, _KNOWN) for value in inputs) and (
            _stays_known(step) or not literals.isdisjoint(step.targets)
        ):
            with np.errstate(all="ignore"):
                return known(np, inputs)
        for position in step.static:
            if not isinstance(inputs[position], _KNOWN):
                raise NeedsValue(step.sources[position])
        with jax.named_scope(step.node.name):
            return traced(jnp, inputs)
    except NeedsValue:
        raise
    except (OpError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise at_node(step.node, error) from error


def _stays_known(step: Step) -> bool:
    """Tell whether a result of known inputs is small enough to stay known."""
    for tensor in step.node.outputs:
        shape = tensor.static_shape
        if shape and None not in shape and np.prod(shape, dtype=np.int64) > _LARGEST_LITERAL:
            return step.node.type == "Const"
    return True
