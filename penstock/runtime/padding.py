"""Distinct indices, filled up to a few sizes, so that their number needs no compilation of its own.

How many of a batch's indices are distinct differs from step to step, and compiled code is for one
size. Where optimizers sum the rows of repeated indices and change a variable by the sums, rows too
many do no harm, if nobody sees them: an index beyond the variable's end changes nothing. So the
result of `Unique` is filled up with such indices when it leaves the host, if all that is made of
it keeps row by row to itself until a variable is changed; `pad` finds that out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from penstock.engine.contract import Stage, Step
from penstock.runtime.stage import Staged

__all__ = ["pad"]

# Ops that compute each row of a result from the same row of their inputs.
_ROW_BY_ROW = frozenset((
    "Abs", "Add", "AddV2", "Cast", "ClipByValue", "Div", "DivNoNan", "Exp", "Identity",
    "Log", "Log1p", "Maximum", "Minimum", "Mul", "Neg", "Pow", "RealDiv", "Reciprocal",
    "Rsqrt", "Sigmoid", "Sign", "Sqrt", "Square", "SquaredDifference", "Sub", "Tanh",
))  # fmt: skip
_SUMS = frozenset(f"UnsortedSegment{how}" for how in ("Sum", "Prod", "Max", "Min"))
_CHANGES = ("Scatter", "ResourceScatter", "SparseApply", "ResourceSparseApply")


def pad(staged: Staged) -> Staged:
    """Mark the results of Unique that may be filled up, in the stages that give or take them."""
    fillable: dict[int, int] = {}
    for stage in staged.stages:
        if stage.is_host:
            for step in stage.steps:
                if step.node.type == "Unique" and _Rows(step).stay_apart(staged):
                    fillable[step.targets[0]] = step.sources[0]
    if not fillable:
        return staged
    return replace(staged, stages=tuple(_marked(stage, fillable) for stage in staged.stages))


def _marked(stage: Stage, fillable: dict[int, int]) -> Stage:
    slots = stage.outputs if stage.is_host else stage.inputs
    return replace(stage, padded={slot: fillable[slot] for slot in slots if slot in fillable})


@dataclass
class _Rows:
    """What is made of the distinct indices that a step gives.

    Attributes:
      step: the step, of type Unique.
      rows: slots with a row for each of them.
      sizes: slots that tell how many these are.
    """

    step: Step
    rows: set[int] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)

    def stay_apart(self, staged: Staged) -> bool:
        """Tell whether no row has to do with another, or is seen outside of its stage."""
        distinct = self.step.targets[0]
        if self.step.node.outputs[0].dtype.as_numpy_dtype not in (np.int32, np.int64):
            return False
        self.rows.add(distinct)
        for stage in staged.stages:
            if stage.is_host and self._touches(stage.steps):
                return False
            if not all(self._follow(step) for step in stage.steps if self._touches([step])):
                return False
            if not (self.rows | self.sizes).isdisjoint({*stage.outputs} - {distinct}):
                return False
        seen = {*staged.program.fetches, *staged.program.writes.values()}
        return distinct not in seen

    def _touches(self, steps: Iterable[Step]) -> bool:
        return any(
            slot in self.rows or slot in self.sizes for step in steps for slot in step.sources
        )

    def _follow(self, step: Step) -> bool:
        """Take note of what a step makes of rows or sizes; tell whether it is known."""
        kind, sources = step.node.type, step.sources
        indices = self.step.targets[0]
        if step.bodies:
            return False
        if kind == "Shape":
            self.sizes.update(step.targets)
            return True
        if kind == "StridedSlice" and self.rows.isdisjoint(sources):
            self.sizes.update(step.targets)
            return sources[0] in self.sizes and self.sizes.isdisjoint(sources[1:])
        if kind in _SUMS and self.rows.isdisjoint(sources):
            self.rows.update(step.targets)
            return sources[1] == self.step.targets[1] and self.sizes.isdisjoint(sources[:2])
        if not self.sizes.isdisjoint(sources):
            return False
        if kind in _ROW_BY_ROW:
            self.rows.update(step.targets)
            return self._keeps_rows(step)
        if kind.startswith(_CHANGES) and "Nd" not in kind:
            return self._input(step, "indices") == indices and self._updates_by_rows(step)
        return False

    def _keeps_rows(self, step: Step) -> bool:
        """Tell whether what is not in rows is the same for all of them."""
        shapes = [tensor.static_shape for tensor in step.node.inputs]
        of_rows = [slot in self.rows for slot in step.sources]
        if self.step.targets[0] in step.sources or None in shapes:
            return False
        ranks = [len(shape or ()) for shape in shapes]
        rank = max(ranks)
        return all(
            (each == rank) if is_rows else (each < rank)
            for each, is_rows in zip(ranks, of_rows, strict=True)
        )

    def _updates_by_rows(self, step: Step) -> bool:
        """Tell whether a variable's change takes rows for what it wants a row for each index of."""
        name = "grad" if "Apply" in step.node.type else "updates"
        slots = [slot for slot in step.sources if slot in self.rows]
        wanted = {self._input(step, "indices"), self._input(step, name)}
        return set(slots) == wanted and len(slots) == 2

    @staticmethod
    def _input(step: Step, name: str) -> int:
        position = step.node.spec.input_index.get(name)
        return -1 if position is None else step.sources[position]
