"""A compiled stage for one set of shapes: how its results come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from penstock.engine.contract import at_node
from penstock.engine.xla_tier.checks import Check

__all__ = ["Executable", "OutputPlan"]


@dataclass(slots=True, eq=False)
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

    @property
    def is_plain(self) -> bool:
        """Whether the outputs are the call's results as they are."""
        return not (self.known or self.forwarded or self.packed)


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """A compiled stage for one set of shapes and known values.

    Attributes:
      call: from (donated, kept, large constants) to (results, conditions).
      donated: positions in the stage's inputs whose buffers are given away.
      kept: positions of the other inputs that are passed.
      constants: large constants on the device.
      outputs: where each output comes from.
      forwarded: position of an input by that of the output that is the same value.
      checks: what each condition is about.
      wide: whether 64-bit values go in, which JAX takes only when told.
    """

    call: Callable[..., Any]
    donated: tuple[int, ...]
    kept: tuple[int, ...]
    constants: tuple[Any, ...]
    outputs: OutputPlan
    forwarded: dict[int, int]
    checks: tuple[Check, ...]
    wide: bool

    def run(self, inputs: Sequence[Any]) -> list[Any]:
        """Compute the stage's outputs.

        Raises:
          OpError: if a condition does not hold.
        """
        arguments = (
            [inputs[position] for position in self.donated],
            [inputs[position] for position in self.kept],
            self.constants,
        )
        if self.wide:
            with jax.enable_x64(True):
                results, conditions = self.call(*arguments)
        else:
            results, conditions = self.call(*arguments)
        if self.checks:
            self._verify(conditions)
        if self.outputs.is_plain:
            return results  # type: ignore[no-any-return]
        return self._assemble(results, inputs)

    def _assemble(self, results: list[Any], inputs: Sequence[Any]) -> list[Any]:
        plan = self.outputs
        outputs: dict[int, Any] = dict(plan.known)
        for position, source in self.forwarded.items():
            # JAX would give the caller's own buffer back, which the caller may write to, or one
            # variable's buffer to another, which may be overwritten.
            value = inputs[source]
            outputs[position] = np.array(value) if isinstance(value, np.ndarray) else value.copy()
        count = len(plan.plain)
        outputs.update(zip(plan.plain, results[:count], strict=True))
        for positions, vector in zip(plan.packed, results[count:], strict=True):
            outputs.update(zip(positions, np.asarray(vector), strict=True))
        return [outputs[position] for position in range(len(outputs))]

    def _verify(self, conditions: Any) -> None:
        for check, holds in zip(self.checks, np.asarray(conditions), strict=True):
            if not holds:
                raise at_node(check.node, check.error(None, None, check.message))
