"""The steps of a loop's condition or body that belong to its slice, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from penstock.core.errors import OpError
from penstock.engine.binding import bind
from penstock.engine.contract import NOTHING, Body, Step, Table
from penstock.engine.located import at_node
from penstock.engine.numpy_tier.kernel_table import KERNELS
from penstock.engine.xla_tier.array_marks import ACCESSES, Marks
from penstock.graph.node import Node
from penstock.ops.array_values import CompoundValue
from penstock.ops.index_range import check_range
from penstock.ops.tensor_array_gradients import array_depth

__all__ = ["Part", "Runner"]


class Part:
    """The steps of one body that belong to the slice.

    Args:
      body: the body.
      values: the loop's values, for the sizes of those that every turn is given.
      known: positions of inputs whose values are known.
      arrays: positions of inputs that are arrays whose marks are followed.
      growing: those of them that grow.

    Attributes:
      slots: slots whose values are known.
      roots: for each slot of an array that is followed, the positions it comes from; first that of
        the array which was changed into it.
      steps: the steps, in order.
      lookups: steps that take rows of what every turn is given, by known indices; what these are is
        not known, but that they are there.
      lost: positions of arrays that a step takes which is none of these.
    """

    def __init__(
        self,
        body: Body,
        values: Sequence[Any],
        known: set[int],
        arrays: set[int],
        growing: set[int],
    ) -> None:
        self.slots = {NOTHING, *[body.inputs[position] for position in known]}
        self.roots = {body.inputs[position]: (position,) for position in arrays}
        self.steps: list[Step] = []
        self.lookups: dict[Step, tuple[int, ...]] = {}
        self.lost: set[int] = set()
        self._growing = growing
        shapes = {
            slot: value.shape
            for slot, value in zip(body.inputs, values, strict=True)
            if value is not None and not isinstance(value, CompoundValue)
        }
        for step in body.steps:
            taken = [slot for slot in step.sources if slot in self.roots]
            if taken:
                self._add_access(step, taken)
            elif step.node.type == "GatherV2" and self._is_lookup(step, shapes):
                self.steps.append(step)
                self.lookups[step] = shapes[step.sources[0]]
            elif self._is_plain(step):
                self.steps.append(step)
                self.slots.update(step.targets)

    def _is_lookup(self, step: Step, shapes: Mapping[int, tuple[int, ...]]) -> bool:
        rows, *where = step.sources
        is_new = rows in shapes and rows not in self.slots and not step.node.attrs["batch_dims"]
        return is_new and self.slots.issuperset(where)

    def _is_plain(self, step: Step) -> bool:
        known = self.slots.issuperset(step.sources)
        return known and not step.bodies and not step.node.spec.stateful

    def _add_access(self, step: Step, taken: Sequence[int]) -> None:
        roots = tuple(dict.fromkeys(root for slot in taken for root in self.roots[slot]))
        access = ACCESSES.get(step.node.type)
        if step.node.type == "AddN":
            settled = len(taken) == len(step.sources)
        else:
            settled = (
                access is not None
                and taken == [step.sources[access.flow]]
                and self.slots.issuperset(step.sources[position] for position in access.needed)
                and not (access.sees_size and not self._growing.isdisjoint(roots))
            )
        if not settled:
            self.lost.update(roots)
            return
        self.steps.append(step)
        if access is None or access.gives_array:
            self.roots.update(dict.fromkeys(step.targets, roots))

    def needed_for(self, slots: Sequence[int], with_accesses: bool) -> list[Step]:
        """List the steps behind slots, and those that touch arrays with what is behind them."""
        made_by = {target: step for step in self.steps for target in step.targets}
        waiting = list(slots)
        needed: set[Step] = set()
        for step in self.steps if with_accesses else ():
            if step in self.lookups or not self.roots.keys().isdisjoint(step.sources):
                needed.add(step)
                waiting.extend(step.sources)
        while waiting:
            step = made_by.get(waiting.pop())
            if step is not None and step not in needed:
                needed.add(step)
                waiting.extend(step.sources)
        return [step for step in self.steps if step in needed]


class Runner:
    """What is needed of a part of a slice, made ready to run.

    Args:
      part: the part.
      slots: the slots that are asked for.
      with_accesses: whether what is done to arrays, and looked up, is needed too.

    Attributes:
      nodes: the nodes whose indices are checked so.
    """

    def __init__(self, part: Part, slots: Sequence[int], with_accesses: bool = True) -> None:
        steps = part.needed_for(slots, with_accesses)
        self._steps = [(_ready(step, part.lookups.get(step)), step) for step in steps]
        self.nodes: set[Node] = {step.node for step in steps}

    def run(self, table: Table) -> None:
        """Fill the slots that the steps write."""
        table[NOTHING] = None
        with np.errstate(all="ignore"):
            for call, step in self._steps:
                inputs = [table.get(slot) for slot in step.sources]
                try:
                    results = call(np, inputs)
                except (OpError, ArithmeticError, LookupError, TypeError, ValueError) as error:
                    cause = None if isinstance(error, OpError) else error
                    raise at_node(step.node, error) from cause
                table.update(zip(step.targets, results, strict=True))


def _ready(
    step: Step, shape: tuple[int, ...] | None
) -> Callable[[Any, Sequence[Any]], Sequence[Any]]:
    if shape is not None:
        return partial(_look_up, shape)
    access = ACCESSES.get(step.node.type)
    plain = None if step.node.type.startswith("TensorArray") else bind(step, KERNELS)
    depth = array_depth(step.node) if plain is None else 0
    unknown = [None] * len(step.targets)

    def call(xp: Any, values: Sequence[Any]) -> Sequence[Any]:
        marks = [value for value in values if isinstance(value, Marks)]
        if not marks:
            assert plain is not None
            return plain(xp, values)
        if access is None:
            return marks[:1]  # a sum
        array = marks[0] if plain is not None else marks[0].at(depth)
        made = access.apply(array, *[values[position] for position in access.needed])
        return unknown if made is None else [made]

    return call


def _look_up(shape: tuple[int, ...], xp: Any, values: Sequence[Any]) -> Sequence[Any]:
    _, indices, axis = values
    check_range(indices, shape[int(axis)], f"axis {int(axis)} of params")
    return [None]
