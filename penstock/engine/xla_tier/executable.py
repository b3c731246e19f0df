"""A compiled stage for one set of shapes: how its results come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np

from penstock.engine.contract import Form, NeedsRoom, Site, Step
from penstock.engine.located import at_node
from penstock.engine.xla_tier.checks import Check
from penstock.engine.xla_tier.early import EarlyChecks
from penstock.engine.xla_tier.replicas import SpreadInputs
from penstock.graph.node import Node

__all__ = ["Executable", "OutputPlan"]


@dataclass(eq=False)
class OutputPlan:
    """Where each output of a stage comes from, by its position among the outputs.

    Attributes:
      known: values that were known when the stage was traced.
      forwarded: outputs that are an input unchanged, with the slot of that input.
      plain: outputs that are results of the compiled call, in their order.
      packed: groups of scalars that come back as one vector each, after the plain ones: one
        transfer serves them all.
    """

    known: dict[int, Any]
    forwarded: dict[int, int]
    plain: tuple[int, ...]
    packed: tuple[tuple[int, ...], ...]

    @cached_property
    def places(self) -> list[int]:
        """For each output, its place among plain, packed, known and forwarded ones in a row."""
        packed = [position for group in self.packed for position in group]
        row = [*self.plain, *packed, *self.known, *self.forwarded]
        return [row.index(position) for position in range(len(row))]

    @cached_property
    def in_order(self) -> bool:
        """Whether the plain and packed outputs in a row are all there are, in order."""
        return not (self.known or self.forwarded) and self.places == sorted(self.places)

    @cached_property
    def is_plain(self) -> bool:
        """Whether the outputs are the call's results as they are."""
        return not (self.known or self.forwarded or self.packed)


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """A compiled stage for one set of shapes and known values.

    Attributes:
      call: from (donated, kept, large constants) to (results, conditions, needs).
      donated: positions in the stage's inputs whose buffers are given away.
      kept: positions of the other inputs that are passed.
      constants: large constants on the device.
      outputs: where each output comes from.
      forwarded: positions of the inputs that come out again, in the order of the plan's.
      early: what is checked before the call, or None.
      checks: what each condition is about.
      sizes: how much there is room for of what each need is about.
      wide: whether 64-bit values go in, which JAX takes only when told.
      forms: which form each loop and branch took.
      lasting: the first step with a loop that may take long, or never end; None if there is none.
      spread: what spreads the inputs over replicas; None for one device.
    """

    call: Callable[..., Any]
    donated: tuple[int, ...]
    kept: tuple[int, ...]
    constants: tuple[Any, ...]
    outputs: OutputPlan
    forwarded: tuple[int, ...]
    early: EarlyChecks | None
    checks: tuple[Check, ...]
    sizes: Mapping[Site, int]
    wide: bool
    forms: Mapping[Node, Form]
    lasting: Step | None
    spread: SpreadInputs | None = None

    def run(self, inputs: Sequence[Any]) -> list[Any]:
        """Compute the stage's outputs.

        Raises:
          NeedsRoom: if there was too little room for what had to be kept.
          OpError: if a condition does not hold.
        """
        if self.early is not None:
            self.early.run(inputs)
        if self.spread is not None:
            inputs = self.spread.placed(inputs)
        arguments = (
            [inputs[position] for position in self.donated],
            [inputs[position] for position in self.kept],
            self.constants,
        )
        if self.wide:
            with jax.enable_x64(True):
                results, conditions, needs = self.call(*arguments)
        else:
            results, conditions, needs = self.call(*arguments)
        if self.sizes:
            self._verify_room(needs)
        if self.checks:
            self._verify(conditions)
        if self.outputs.is_plain:
            return results  # type: ignore[no-any-return]
        return self._assemble(results, inputs)

    def _assemble(self, results: list[Any], inputs: Sequence[Any]) -> list[Any]:
        """Put the outputs together: plain results, packed scalars, known and forwarded values."""
        plan = self.outputs
        count = len(plan.plain)
        outputs = results[:count]
        for vector in results[count:]:
            outputs.extend(np.asarray(vector))
        if plan.in_order:
            return outputs
        outputs.extend(plan.known.values())
        for source in self.forwarded:
            # JAX would give the caller's own buffer back, which the caller may write to, or one
            # variable's buffer to another, which may be overwritten.
            value = inputs[source]
            outputs.append(np.array(value) if isinstance(value, np.ndarray) else value.copy())
        return [outputs[position] for position in plan.places]

    def _verify_room(self, needs: Any) -> None:
        counts = dict(zip(self.sizes, np.asarray(needs).tolist(), strict=True))
        lacking = {site: count for site, count in counts.items() if count > self.sizes[site]}
        if lacking:
            raise NeedsRoom(lacking)

    def _verify(self, conditions: Any) -> None:
        for check, holds in zip(self.checks, np.asarray(conditions), strict=True):
            if not holds:
                raise at_node(check.node, check.error(None, None, check.message))
