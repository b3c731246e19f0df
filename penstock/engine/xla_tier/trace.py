"""The function that JAX traces for a stage: steps over known and traced values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.core.errors import OpError
from penstock.engine.binding import bind
from penstock.engine.contract import (
    NOTHING,
    Body,
    Form,
    NeedsHost,
    NeedsTrimmed,
    NeedsValue,
    Site,
    Step,
    Table,
)
from penstock.engine.located import at_node
from penstock.engine.numpy_tier.kernel_table import KERNELS as NUMPY_KERNELS
from penstock.engine.xla_tier.branches import branches
from penstock.engine.xla_tier.checks import KNOWN, Check, EarlyCheck, tracing
from penstock.engine.xla_tier.dense_buffers import Ragged, Untrimmed
from penstock.engine.xla_tier.early import EarlyValues
from penstock.engine.xla_tier.executable import OutputPlan
from penstock.engine.xla_tier.kernel_table import KERNELS
from penstock.engine.xla_tier.kernels.tensor_arrays import OF_ARRAYS
from penstock.engine.xla_tier.loops import loop
from penstock.engine.xla_tier.replicas import SpreadInputs
from penstock.engine.xla_tier.stacks import Stack, of_stack
from penstock.engine.xla_tier.traced_lists import as_traced
from penstock.graph.kernel_call import Bound
from penstock.graph.node import Node
from penstock.ops.array_values import CompoundValue

__all__ = ["LARGEST_LITERAL", "BoundStep", "Layout", "Trace", "bind_steps"]

# A known value with more elements than this is better computed, or passed in, by XLA than written
# into the program.
LARGEST_LITERAL = 4096


@dataclass(frozen=True, slots=True)
class BoundStep:
    """A step with its kernels for traced and known values; some have one for both."""

    step: Step
    traced: Bound
    known: Bound | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which slots the arguments of the traced function fill, and which it gives.

    Attributes:
      donated, kept, constants: slots of the arguments.
      static: known inputs by slot.
      literals: slots that stay known however large they are.
      early: slots whose values can be had before the stage runs.
      outputs: slots of the outputs.
      fetched: those outputs that only the caller of the run looks at.
      rooms: how much there is to be room for, as far as earlier runs have told.
      spread: what spreads new versions of the state over replicas; None for one device.
    """

    donated: tuple[int, ...]
    kept: tuple[int, ...]
    constants: tuple[int, ...]
    static: dict[int, Any]
    literals: frozenset[int]
    early: EarlyValues
    outputs: tuple[int, ...]
    fetched: frozenset[int]
    rooms: Mapping[Site, int] = field(default_factory=dict)
    spread: SpreadInputs | None = None


class Trace:
    """The function that JAX traces; what it learns on the way stays in its attributes.

    Args:
      steps: as `bind_steps` gives them.
      layout: the slots that go in and come out.

    Attributes:
      outputs: where each output comes from.
      checks: what the conditions that come back are about.
      early_checks: the checks to be made before the function is called.
      early_steps: the steps to be run before the function is called.
      forms: which form each loop and branch took.
      lasting: the first step with a loop that may take long, or never end; None if there is none.
      sizes: how much there is room for of what a run may need more of, in the order of the needs
        that come back.
    """

    __name__ = "stage"

    def __init__(self, steps: list[BoundStep], layout: Layout) -> None:
        self._steps = steps
        self._layout = layout
        self.outputs = OutputPlan({}, {}, (), ())
        self.checks: list[Check] = []
        self.early_checks: list[EarlyCheck] = []
        self.early_steps: list[Step] = []
        self.forms: dict[Node, Form] = {}
        self.lasting: Step | None = None
        self.sizes: dict[Site, int] = {}

    def __call__(self, donated: Any, kept: Any, constants: Any) -> Any:
        layout = self._layout
        values: Table = {NOTHING: None, **layout.static}
        values.update(zip(layout.donated, donated, strict=True))
        values.update(zip(layout.kept, map(as_traced, kept), strict=True))
        values.update(zip(layout.constants, constants, strict=True))
        tracing.checks, tracing.conditions = [], []
        tracing.early, tracing.early_checks = layout.early, []
        layout.early.values = values
        self.early_steps = []
        tracing.forms, tracing.lasting = self.forms, False
        tracing.rooms, tracing.sizes, tracing.needs = layout.rooms, {}, {}
        tracing.depth = 0
        for bound in self._steps:
            if bound.step.targets and bound.step.targets[0] in values:
                continue
            if layout.early.can_run(bound.step):
                self.early_steps.append(bound.step)
                continue
            results = _evaluate(bound, values, layout.literals, is_own=True)
            if tracing.lasting and self.lasting is None:
                self.lasting = bound.step
            values.update(zip(bound.step.targets, results, strict=True))
        self.checks, conditions = tracing.checks, tracing.conditions
        self.early_checks = tracing.early_checks
        tracing.early, tracing.inputs = (), ()
        given = {id(values[slot]): slot for slot in (*layout.kept, *layout.donated)}
        needs = tracing.needs
        self.sizes = {site: tracing.sizes[site] for site in needs}
        return self._results(values, given), conditions, list(needs.values())

    def _results(self, values: dict[int, Any], given: dict[int, int]) -> list[Any]:
        known: dict[int, Any] = {}
        forwarded: dict[int, int] = {}
        plain: list[int] = []
        scalars: dict[Any, list[int]] = {}
        for position, slot in enumerate(self._layout.outputs):
            value = values[slot]
            if isinstance(value, KNOWN):
                known[position] = value
            elif given.get(id(value)) in self._layout.kept and not isinstance(value, CompoundValue):
                forwarded[position] = given[id(value)]
            elif value.shape == () and slot in self._layout.fetched:
                scalars.setdefault(value.dtype, []).append(position)
            else:
                plain.append(position)
        packed = tuple(tuple(positions) for positions in scalars.values() if len(positions) > 1)
        plain.extend(positions[0] for positions in scalars.values() if len(positions) == 1)
        plain.sort()
        self.outputs = OutputPlan(known, forwarded, tuple(plain), packed)
        slots = self._layout.outputs
        vectors = [
            jnp.stack([values[slots[position]] for position in positions]) for positions in packed
        ]
        spread = self._layout.spread
        results = [values[slots[position]] for position in plain]
        if spread is not None:
            results = [
                spread.held(slots[position], result)
                for position, result in zip(plain, results, strict=True)
            ]
        return [*results, *vectors]


def bind_steps(steps: Iterable[Step]) -> list[BoundStep]:
    """Make steps ready to be traced."""
    return [_bind_step(step) for step in steps]


def _bind_step(step: Step) -> BoundStep:
    if not step.bodies:
        known = None if step.node.type in OF_ARRAYS else bind(step, NUMPY_KERNELS)
        return BoundStep(step, bind(step, KERNELS), known)
    bodies = {body: bind_steps(body.steps) for body in step.bodies}

    def run(body: Body, table: Table) -> None:
        for bound in bodies[body]:
            results = _evaluate(bound, table, frozenset())
            for slot, result in zip(bound.step.targets, results, strict=True):
                table[slot] = result

    kernel = loop(step, run) if step.is_loop else branches(step, run)
    return BoundStep(step, kernel, None)


def _evaluate(
    bound: BoundStep, values: Table, literals: frozenset[int], is_own: bool = False
) -> Any:
    """Call a step's kernel; `is_own` tells that the slots are the stage's own, not a body's."""
    step, known = bound.step, bound.known
    inputs = [values[slot] for slot in step.sources]
    tracing.node = step.node
    tracing.inputs = tuple(zip(inputs, step.sources, strict=True)) if is_own else ()
    try:
        if step.bodies:
            return bound.traced(jnp, inputs)
        if (
            known is not None
            and all(isinstance(value, KNOWN) for value in inputs)
            and (_stays_known(step) or not literals.isdisjoint(step.targets))
        ):
            with np.errstate(all="ignore"):
                return known(np, inputs)
        for position in step.static:
            if not isinstance(inputs[position], KNOWN):
                raise NeedsValue(step.sources[position], step)
        if any(isinstance(value, Stack) for value in inputs):
            return of_stack(step, inputs)
        with jax.named_scope(step.node.name):
            return bound.traced(jnp, inputs)
    except NeedsValue:
        raise
    except Untrimmed:
        flow = next(at for at, value in enumerate(inputs) if isinstance(value, CompoundValue))
        raise NeedsTrimmed(step.sources[flow], step) from None
    except Ragged:
        raise NeedsHost(step, "the elements of a TensorArray differ in shape") from None
    except (OpError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        cause = None if isinstance(error, OpError) else error
        raise at_node(step.node, error, inputs) from cause


def _stays_known(step: Step) -> bool:
    """Tell whether a result of known inputs is small enough to stay known."""
    for tensor in step.node.outputs:
        shape = tensor.static_shape
        if shape and math.prod(size or 0 for size in shape) > LARGEST_LITERAL:
            return step.node.type == "Const"
    return True
