"""What can be checked before a compiled stage runs, so that it may overwrite the state.

Indices are mostly fed, or computed by a step or two of what is fed. Those steps are run in NumPy
too, and the indices are checked there. So are assertions on such values.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.errors import OpError
from penstock.engine.contract import NOTHING, Step, Table
from penstock.engine.located import at_node
from penstock.engine.numpy_tier.interpreter import Interpreter
from penstock.engine.padded import unpadded
from penstock.engine.xla_tier.checks import KNOWN, EarlyCheck

__all__ = ["EarlyChecks", "EarlyValues"]

# The steps before a check may take so long; if they take longer, the compiled code checks. What a
# step takes, and an element that it reads or writes: seconds, on one core of 2020's.
_SECONDS = 30e-6
_STEP = 1.5e-6
_ELEMENT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class EarlyChecks:
    """Checks, with the steps that give the values they look at, or are checks themselves.

    Attributes:
      interpreter: runs the steps.
      inputs: the slots of the stage's inputs that they need, with their positions.
      padded: those of the stage's inputs that are filled up.
      checks: the checks.
    """

    interpreter: Interpreter
    inputs: tuple[tuple[int, int], ...]
    padded: Collection[int]
    checks: tuple[EarlyCheck, ...]

    def run(self, inputs: Sequence[Any]) -> None:
        """Make the checks.

        Raises:
          OpError: if one fails.
        """
        table: dict[int, Any] = {NOTHING: None}
        for slot, position in self.inputs:
            value = inputs[position]
            table[slot] = unpadded(value) if slot in self.padded else np.asarray(value)
        self.interpreter.run(table)
        for each in self.checks:
            try:
                each.check(*[table[slot] for slot in each.slots])
            except OpError as error:
                raise at_node(each.node, error) from None


class EarlyValues:
    """The values that can be had in NumPy before a stage runs.

    Args:
      steps: the stage's steps.
      inputs: the slots of its inputs.
      donated: those inputs that hold state, which is not looked at for this.
      padded: those inputs that are filled up; see `Stage`.

    Attributes:
      values: the values by slot, traced ones, while the stage is traced: they tell the sizes.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        inputs: Sequence[int],
        donated: Collection[int],
        padded: Collection[int] = (),
    ) -> None:
        self._steps = steps
        self._padded = padded
        self._positions = {slot: position for position, slot in enumerate(inputs)}
        self._made_by = {slot: step for step in steps for slot in step.targets}
        self._seconds = {slot: 0.0 for slot in inputs if slot not in donated}
        self._seconds[NOTHING] = 0.0
        self.values: Table = {}

    def __contains__(self, slot: object) -> bool:
        return isinstance(slot, int) and self._cost(slot) <= _SECONDS

    def _cost(self, slot: int) -> float:
        """Estimate the time in which NumPy computes the value; infinite if it cannot."""
        known = self._seconds.get(slot)
        if known is not None:
            return known
        self._seconds[slot] = float("inf")
        step = self._made_by.get(slot)
        if step is not None and not step.bodies and not step.node.spec.stateful:
            around = [self.values[other] for other in (*step.sources, *step.targets)]
            seconds = _STEP + _ELEMENT * sum(np.size(value) for value in around)
            for source in step.sources:
                if seconds <= _SECONDS:
                    seconds += self._cost(source)
            self._seconds[slot] = seconds
        return self._seconds[slot]

    def can_run(self, step: Step) -> bool:
        """Tell whether a step does nothing but check values that can be had."""
        if step.targets or all(isinstance(self.values[slot], KNOWN) for slot in step.sources):
            return False
        return all(slot in self for slot in step.sources)

    def checks(self, checks: Collection[EarlyCheck], steps: Collection[Step]) -> EarlyChecks | None:
        """Make checks ready whose slots are among these values, and steps that check.

        Args:
          checks: the checks.
          steps: steps for which `can_run` holds.
        """
        if not checks and not steps:
            return None
        needed = set(steps)
        taken: set[int] = set()
        waiting = [slot for check in checks for slot in check.slots]
        waiting.extend(slot for step in steps for slot in step.sources)
        while waiting:
            slot = waiting.pop()
            step = self._made_by.get(slot)
            if step is None:
                taken.add(slot)
            elif step not in needed:
                needed.add(step)
                waiting.extend(step.sources)
        taken.discard(NOTHING)
        return EarlyChecks(
            Interpreter([step for step in self._steps if step in needed]),
            tuple((slot, self._positions[slot]) for slot in sorted(taken)),
            self._padded,
            tuple(checks),
        )
