"""Run a region: cells fire when what they need is there, alive or dead.

The rules are those of tagged-token dataflow, as TensorFlow's executor has them. A value belongs to
a frame and an iteration, and cells fire once for each. A Switch makes one of its outputs dead; a
dead input makes a cell dead, which then computes nothing and gives dead outputs. A Merge fires with
its first live input, and is dead when all are. Enter, NextIteration and Exit move values between
frames and iterations; an Exit that never was alive is dead when its frame is done.

Where several cells can fire, those that change state come last, in the order in which their nodes
were made.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core import waiting
from penstock.core.errors import InternalError, InvalidArgumentError, OpError
from penstock.engine.contract import Step
from penstock.engine.located import at_node
from penstock.engine.numpy_tier.region_frames import Arrivals, Frame
from penstock.engine.numpy_tier.region_ops import DEAD, KINDS, Kind, Reference, plain_values
from penstock.engine.numpy_tier.region_state import RegionState
from penstock.engine.regions import Cell, Region
from penstock.graph.kernel_call import Bound
from penstock.graph.node import Tensor

__all__ = ["run_region"]


def run_region(step: Step, ready: Callable[[Step], Bound]) -> Bound:
    """Make the kernel of a step that is a region.

    Args:
      step: the step.
      ready: makes the kernels of the cells' steps.
    """
    region = step.region
    assert region is not None
    layout = _Layout(region, ready)

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        return _Run(layout, values).results()

    return call


class _Layout:
    """A region made ready: which cells take what."""

    def __init__(self, region: Region, ready: Callable[[Step], Bound]) -> None:
        self.region = region
        self.kinds = [KINDS.get(cell.step.node.type, Kind.COMPUTE) for cell in region.cells]
        self.kernels = [
            ready(cell.step) if kind is Kind.COMPUTE and cell.refers is None else None
            for cell, kind in zip(region.cells, self.kinds, strict=True)
        ]
        self.takers: dict[Tensor, list[tuple[int, int]]] = {}
        self.followers: list[list[int]] = [[] for _ in region.cells]
        # How many Enter cells lead into a frame, and which Exit cells out of it, by its name.
        self.enters: dict[str, int] = {}
        for number, cell in enumerate(region.cells):
            for position, wire in enumerate(cell.wires):
                self.takers.setdefault(wire, []).append((number, position))
            for other in cell.waits:
                self.followers[other].append(number)
            if self.kinds[number] is Kind.ENTER:
                name = cell.step.node.attrs["frame_name"]
                self.enters[name] = self.enters.get(name, 0) + 1
        self.outputs = frozenset(region.outputs)


class _Run:
    """One run of a region."""

    def __init__(self, layout: _Layout, values: Sequence[Any]) -> None:
        self._layout = layout
        region = self._region = layout.region
        count = len(region.inputs)
        self._state = RegionState(region, values[count:])
        self._found: dict[Tensor, Any] = {}
        self._ready: list[Any] = []
        self._sequence = 0
        self._check = waiting.limits()
        self._start(values[:count])

    def results(self) -> tuple[Any, ...]:
        """Give the new state, then the outputs."""
        region = self._region
        for tensor in region.outputs:
            if tensor not in self._found:
                node = tensor.op
                raise InvalidArgumentError(
                    None,
                    node,
                    f"What is fetched must be alive in this run, but {tensor.name!r} does not have "
                    f"a value: it is dead, since a Switch that it depends on sent its data the "
                    f"other way. Its node {node.name!r} ({node.type}) was made at {node.line}. "
                    "Fetch the Merge of both ways instead.",
                )
        given = [self._state.final(tensor, self._found[tensor]) for tensor in region.outputs]
        return (*self._state.new_values(), *given)

    def _start(self, inputs: Sequence[Any]) -> None:
        root = Frame("", None, 0)
        for number, cell in enumerate(self._region.cells):
            if not cell.wires and not cell.waits:
                self._enqueue(number, root, 0, Arrivals(cell, False))
        for tensor, value in zip(self._region.inputs, inputs, strict=True):
            key = self._region.references.get(tensor)
            self._send(tensor, value if key is None else Reference(key), root, 0)
        while self._ready:
            if self._check is not None:
                self._check()
            number, frame, iteration, arrivals = heapq.heappop(self._ready)[-4:]
            self._fire(number, frame, iteration, arrivals)
            frame.busy -= 1
            self._settle(frame)

    # Arrivals

    def _arrivals(self, number: int, frame: Frame, iteration: int) -> Arrivals:
        cells = frame.iterations[iteration]
        found = cells.get(number)
        if found is None:
            is_merge = self._layout.kinds[number] is Kind.MERGE
            found = cells[number] = Arrivals(self._region.cells[number], is_merge)
        return found

    def _send(
        self, tensor: Tensor, value: Any, frame: Frame, iteration: int, by_enter: bool = False
    ) -> None:
        """Send a value, or the word that there is none, to all that take it."""
        if tensor in self._layout.outputs and value is not DEAD:
            if tensor in self._found:
                raise InternalError(
                    None,
                    tensor.op,
                    f"What is fetched must have one value in a run, but {tensor.name!r} has "
                    f"already been set: its node, made at {tensor.op.line}, is inside a loop and "
                    "runs in each iteration. Fetch what an Exit sends out of the loop.",
                )
            self._found[tensor] = value
        for number, position in self._layout.takers.get(tensor, ()):
            self._arrive(number, position, value, frame, iteration, by_enter)

    def _arrive(
        self, number: int, position: int, value: Any, frame: Frame, iteration: int, by_enter: bool
    ) -> None:
        arrivals = self._arrivals(number, frame, iteration)
        if self._layout.kinds[number] is Kind.MERGE:
            if value is DEAD:
                arrivals.dead += 1
                # A loop on the side not taken never gets a value of a turn before.
                if arrivals.dead == len(arrivals.values) or by_enter:
                    arrivals.missing = 0
            elif arrivals.index < 0:
                arrivals.index = position
                arrivals.values[position] = value
                arrivals.missing = 0
        else:
            arrivals.values[position] = value
            arrivals.missing -= 1
            arrivals.dead += value is DEAD
        self._fire_if_complete(number, frame, iteration, arrivals)

    def _word(self, number: int, is_dead: bool, frame: Frame, iteration: int) -> None:
        """Tell a cell that one it waits for has fired."""
        arrivals = self._arrivals(number, frame, iteration)
        arrivals.waits -= 1
        if is_dead and self._layout.kinds[number] is not Kind.MERGE:
            arrivals.dead += 1
        self._fire_if_complete(number, frame, iteration, arrivals)

    def _fire_if_complete(
        self, number: int, frame: Frame, iteration: int, arrivals: Arrivals
    ) -> None:
        if not arrivals.missing and not arrivals.waits and not arrivals.fired:
            self._enqueue(number, frame, iteration, arrivals)

    def _enqueue(self, number: int, frame: Frame, iteration: int, arrivals: Arrivals) -> None:
        arrivals.fired = True
        frame.busy += 1
        self._sequence += 1
        cell = self._region.cells[number]
        rank = (1, number) if cell.writes else (0, 0)
        entry = (*rank, self._sequence, number, frame, iteration, arrivals)
        heapq.heappush(self._ready, entry)

    # Firing

    def _fire(self, number: int, frame: Frame, iteration: int, arrivals: Arrivals) -> None:
        cell, kind = self._region.cells[number], self._layout.kinds[number]
        if kind is Kind.MERGE:
            is_dead = arrivals.index < 0
        else:
            is_dead = arrivals.dead > 0 and kind is not Kind.CONTROL_TRIGGER
        if is_dead:
            tokens: Sequence[Any] = [DEAD] * len(cell.step.node.outputs)
        else:
            tokens = self._tokens(number, cell, kind, arrivals)
        if kind is Kind.ENTER:
            self._enter(number, tokens, is_dead, frame, iteration)
        elif kind is Kind.NEXT_ITERATION:
            if not is_dead:
                if iteration + 1 == len(frame.iterations):
                    self._begin_iteration(frame)
                self._give(number, tokens, is_dead, frame, iteration + 1)
        elif kind is Kind.EXIT:
            frame.exits[number] = frame.exits.get(number, False) or not is_dead
            if not is_dead:
                assert frame.place is not None
                self._give(number, tokens, is_dead, *frame.place)
        else:
            self._give(number, tokens, is_dead, frame, iteration)

    def _tokens(self, number: int, cell: Cell, kind: Kind, arrivals: Arrivals) -> Sequence[Any]:
        node = cell.step.node
        values: Sequence[Any] = arrivals.values
        try:
            if cell.refers is not None:
                return [Reference(cell.refers)]
            if kind is Kind.MERGE:
                return [values[arrivals.index], np.int32(arrivals.index)]
            values = self._state.inputs(cell, arrivals.values)
            if kind is not Kind.COMPUTE:
                return plain_values(kind, node, values)
            kernel = self._layout.kernels[number]
            assert kernel is not None
            given = [None if isinstance(value, Reference) else value for value in values]
            with np.errstate(all="ignore"):
                results = kernel(np, given)
            return self._state.outputs(cell, arrivals.values, results)
        except (OpError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            cause = error.__cause__ if isinstance(error, OpError) else error
            raise at_node(node, error, values) from cause

    # Frames

    def _give(
        self, number: int, tokens: Sequence[Any], is_dead: bool, frame: Frame, iteration: int
    ) -> None:
        """Send a cell's results, and the word that it has fired."""
        by_enter = self._layout.kinds[number] is Kind.ENTER
        outputs = self._region.cells[number].step.node.outputs
        for tensor, token in zip(outputs, tokens, strict=True):
            self._send(tensor, token, frame, iteration, by_enter)
        for follower in self._layout.followers[number]:
            self._word(follower, is_dead, frame, iteration)

    def _enter(
        self, number: int, tokens: Sequence[Any], is_dead: bool, frame: Frame, iteration: int
    ) -> None:
        attrs = self._region.cells[number].step.node.attrs
        name = attrs["frame_name"]
        inner = frame.children.get((iteration, name))
        if inner is None:
            inner = Frame(name, (frame, iteration), self._layout.enters[name])
            frame.children[iteration, name] = inner
            frame.busy += 1
        inner.expected -= 1
        count = 1
        if attrs["is_constant"]:
            inner.constants.append((number, tokens, is_dead))
            count = len(inner.iterations)
        for one in range(count):
            self._give(number, tokens, is_dead, inner, one)
        self._settle(inner)

    def _begin_iteration(self, frame: Frame) -> None:
        frame.iterations.append({})
        for number, tokens, is_dead in frame.constants:
            self._give(number, tokens, is_dead, frame, len(frame.iterations) - 1)

    def _settle(self, frame: Frame) -> None:
        """End frames in which nothing can happen any more."""
        while frame.place is not None and not frame.busy and not frame.expected:
            around, iteration = frame.place
            del around.children[iteration, frame.name]
            for number, was_alive in frame.exits.items():
                if not was_alive:
                    self._give(number, [DEAD], True, around, iteration)
            around.busy -= 1
            frame = around
