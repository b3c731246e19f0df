"""The slice of a loop computed for all turns at once, where it merely counts.

Most loops count by a constant, and what else their slices compute is computed element by element
of that. Then all turns' values are vectors, and how often a loop turns costs next to nothing to
find out, however often that is. What does not fit is turned one by one; see `loop_slices`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from penstock.core.errors import OpError
from penstock.engine.binding import bind
from penstock.engine.contract import NOTHING, Body, Step
from penstock.engine.numpy_tier.kernel_table import KERNELS
from penstock.engine.xla_tier.array_marks import ACCESSES, Marks
from penstock.engine.xla_tier.checks import KNOWN
from penstock.engine.xla_tier.slice_parts import Part
from penstock.ops.index_range import check_range
from penstock.ops.tensor_array_gradients import array_depth

__all__ = ["AllTurns", "Uneven"]

# Kernels that compute each element of a result of the elements in the same place.
_ELEMENTWISE = frozenset(
    {
        "Add", "AddV2", "Cast", "Equal", "FloorDiv", "FloorMod", "Greater", "GreaterEqual",
        "Identity", "Less", "LessEqual", "LogicalAnd", "LogicalNot", "LogicalOr", "Maximum",
        "Minimum", "Mul", "Neg", "NotEqual", "Sub",
    }
)  # fmt: skip
_WRITES = frozenset({"TensorArrayWriteV3", "TensorListSetItem"})
_READS = frozenset({"TensorArrayReadV3", "TensorListGetItem"})
_NEUTRAL = frozenset(
    {"AddN", "Identity", "TensorArrayGradV3", "TensorArraySizeV3", "TensorListLength", "ZerosLike"}
)
_FIRST_CHUNK = 1024


class Uneven(Exception):
    """The slice is not of the kind that is computed at once, or something in it is wrong."""


class _Vector:
    """A scalar of each turn."""

    __slots__ = ("rows",)

    def __init__(self, rows: Any) -> None:
        self.rows = rows


class AllTurns:
    """The turns of a loop's slice, computed at once.

    Args:
      bodies: the condition and the body.
      parts: what of them belongs to the slice.
      values: the values of the loop's inputs, marks in place of arrays that are followed.
      moving: the slot of the body that each known variable takes its next value from, by position.

    Attributes:
      uneven: the variables that do not count by a constant; the rest works only if there are none.
    """

    def __init__(
        self,
        bodies: tuple[Body, ...],
        parts: tuple[Part, Part],
        values: Sequence[Any],
        moving: Mapping[int, int],
    ) -> None:
        self._bodies = bodies
        self._parts = parts
        self._values = values
        self._moving = moving
        self._steps_of = [{t: s for s in part.steps for t in s.targets} for part in parts]
        self._by: dict[int, Any] = {}
        self.uneven: set[int] = set()
        for position, slot in moving.items():
            try:
                self._by[position] = self._advance(position, slot)
            except Uneven:
                self.uneven.add(position)

    def _advance(self, position: int, slot: int) -> Any:
        """Tell by how much a variable changes with each turn."""
        first = self._values[position]
        if self._passed(slot) == self._bodies[1].inputs[position]:
            return None
        if not isinstance(first, KNOWN) or np.ndim(first) or first.dtype.kind not in "iu":
            raise Uneven
        step = self._steps_of[1].get(self._passed(slot))
        if step is None or step.node.type not in ("Add", "AddV2", "Sub"):
            raise Uneven
        own = self._bodies[1].inputs[position]
        places = [place for place, source in enumerate(step.sources) if self._passed(source) == own]
        if len(places) != 1 or (step.node.type == "Sub" and places != [0]):
            raise Uneven
        by = self._constant(step.sources[1 - places[0]])
        if np.ndim(by):
            raise Uneven
        return -by if step.node.type == "Sub" else by

    def _passed(self, slot: int) -> int:
        """Follow a slot of the body through steps that pass a value on."""
        step = self._steps_of[1].get(slot)
        while step is not None and step.node.type == "Identity":
            slot = step.sources[0]
            step = self._steps_of[1].get(slot)
        return slot

    def _constant(self, slot: int) -> Any:
        """Give a value that is the same in all turns."""
        slot = self._passed(slot)
        inputs = self._bodies[1].inputs
        step = self._steps_of[1].get(slot)
        if step is not None and step.node.type == "Const":
            return step.node.attrs["value"]
        if slot in inputs and inputs.index(slot) not in self._moving:
            value = self._values[inputs.index(slot)]
            if isinstance(value, KNOWN):
                return value
        raise Uneven

    def at(self, position: int, turns: Any) -> Any:
        """Give the value of a known variable before a turn, or before each of several."""
        by = self._by[position]
        first = self._values[position]
        if by is None:
            return first
        with np.errstate(all="ignore"):
            return (first + np.asarray(turns).astype(first.dtype) * by).astype(first.dtype)

    def count(self, judged: int, most: int) -> int | None:
        """Count the turns; None if there are more than `most`."""
        start, size = 0, _FIRST_CHUNK
        while start < most:
            made = self._run(0, [judged], np.arange(start, start + size))[judged]
            if not isinstance(made, _Vector):
                if made:
                    return None
                return 0
            ended = np.flatnonzero(~made.rows.astype(bool))
            if ended.size:
                return start + int(ended[0])
            start, size = start + size, size * 8
        return None

    def rows(self, turns: int, slots: Sequence[int]) -> dict[int, list[Any]]:
        """Give all turns' values of slots of the body, and check what it does to arrays.

        Raises:
          Uneven: if something is wrong with that.
        """
        table = self._run(1, slots, np.arange(turns))
        return {
            slot: list(table[slot].rows)
            if isinstance(table[slot], _Vector)
            else [table[slot]] * turns
            for slot in slots
        }

    def _run(self, which: int, slots: Sequence[int], turns: Any) -> dict[int, Any]:
        body, part = self._bodies[which], self._parts[which]
        table: dict[int, Any] = {NOTHING: None}
        for position, slot in enumerate(body.inputs):
            value = self._values[position]
            if position in self._by and self._by[position] is not None:
                value = _Vector(self.at(position, turns))
            table[slot] = value
        changed: set[Marks] = set()
        for step in part.needed_for(slots, with_accesses=True):
            self._apply(step, table, part, changed, len(turns))
        return table

    def _apply(
        self, step: Step, table: dict[int, Any], part: Part, changed: set[Marks], turns: int
    ) -> None:
        inputs = [table.get(slot) for slot in step.sources]
        marks = [value for value in inputs if isinstance(value, Marks)]
        if part is self._parts[0] and (step in part.lookups or marks):
            raise Uneven  # it looks at what is there once more after the last turn
        if marks:
            table.update(dict.fromkeys(step.targets, _access(step, inputs, marks, changed, turns)))
        elif step in part.lookups:
            _look_up(part.lookups[step], inputs)
            table.update(dict.fromkeys(step.targets))
        else:
            table.update(zip(step.targets, _computed(step, inputs), strict=True))


def _computed(step: Step, inputs: Sequence[Any]) -> Sequence[Any]:
    """Run a step for all turns at once."""
    is_vector = any(isinstance(value, _Vector) for value in inputs)
    if is_vector and not (_is_elementwise(step, inputs) or _is_row_of_vector(step, inputs)):
        raise Uneven
    plain = [value.rows if isinstance(value, _Vector) else value for value in inputs]
    try:
        with np.errstate(all="ignore"):
            results = bind(step, KERNELS)(np, plain)
    except (OpError, ArithmeticError, LookupError, TypeError, ValueError):
        raise Uneven from None
    return [_Vector(result) for result in results] if is_vector else results


def _is_elementwise(step: Step, inputs: Sequence[Any]) -> bool:
    scalars = all(isinstance(value, _Vector) or not np.ndim(value) for value in inputs)
    return scalars and step.node.type in _ELEMENTWISE


def _is_row_of_vector(step: Step, inputs: Sequence[Any]) -> bool:
    """Tell whether a step takes an element of a vector, as a loop backwards does of a stack."""
    if step.node.type != "GatherV2" or step.node.attrs["batch_dims"]:
        return False
    rows, indices, axis = inputs
    return np.ndim(rows) == 1 and isinstance(indices, _Vector) and isinstance(axis, KNOWN)


def _look_up(shape: tuple[int, ...], inputs: Sequence[Any]) -> None:
    _, indices, axis = inputs
    if isinstance(axis, _Vector):
        raise Uneven
    rows = indices.rows if isinstance(indices, _Vector) else np.asarray(indices)
    try:
        check_range(rows, shape[int(axis)], "params")
    except OpError:
        raise Uneven from None


def _access(
    step: Step, inputs: Sequence[Any], marks: list[Marks], changed: set[Marks], turns: int
) -> Any:
    """Do to an array's marks what all turns do; an order among these must not matter."""
    kind = step.node.type
    if kind in _NEUTRAL:
        is_array = kind == "AddN" or ACCESSES[kind].gives_array
        return marks[0] if is_array else None
    access = ACCESSES.get(kind)
    if access is None or kind not in _WRITES | _READS:
        raise Uneven
    array = marks[0]
    if kind.startswith("TensorArray"):
        array = array.at(array_depth(step.node))
    if array is marks[0]:
        if array in changed:
            raise Uneven
        changed.add(array)
    index = inputs[access.needed[0]]
    indices = index.rows.tolist() if isinstance(index, _Vector) else [int(index)] * turns
    try:
        if kind in _READS:
            array.take(indices)
            return None
        return array.write(indices)
    except OpError:
        raise Uneven from None
