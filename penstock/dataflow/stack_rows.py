"""Stacks written down: all turns' values of the loop that pushes, and a row for each pop."""

from __future__ import annotations

from penstock.dataflow.frames import Frame
from penstock.dataflow.items import Loop
from penstock.dataflow.stacks import Stack, Stacks
from penstock.dataflow.standins import StandIns
from penstock.functions.branches import add_stacks
from penstock.graph.build import apply
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor

__all__ = ["StackRows"]


class StackRows:
    """What stands for stacks while plans are written down.

    Args:
      stacks: the stacks.
      made: what stands for tensors.
    """

    def __init__(self, stacks: Stacks, made: StandIns) -> None:
        self._stacks = stacks
        self._made = made
        # What is pushed in a turn, and then all turns' values; for each frame its body and turn.
        self._contents: dict[Stack, Tensor] = {}
        self._turns: dict[Frame, tuple[FunctionGraph, Tensor]] = {}
        self._rows: dict[tuple[Stack, int], Tensor] = {}

    def push(self, stack: Stack, value: Tensor) -> None:
        """Push the stand-in of a value."""
        self._contents[stack] = value

    def begin(self, loop: Loop, body: FunctionGraph, turn: Tensor) -> None:
        """Tell that a loop's body is written, and which of its tensors is the turn's number."""
        self._turns[loop.frame] = body, turn

    def end(self, loop: Loop, call: Node, body: FunctionGraph) -> None:
        """Let a loop give all turns' values of what its body pushes."""
        for stack in self._stacks:
            if loop.frame in stack.filling and stack in self._contents:
                pushed = body.capture(self._made.brought(self._contents[stack], body))
                self._contents[stack] = add_stacks(call, [pushed])[0]

    def pop(self, stack: Stack) -> Tensor:
        """Give what stands for a pop."""
        return self._row(stack, len(stack.emptying) - 1)

    def _row(self, stack: Stack, level: int) -> Tensor:
        """Give what a turn of a loop pops; of a loop around that, the stack that it pops from."""
        known = self._rows.get((stack, level))
        if known is None:
            body, turn = self._turns[stack.emptying[level]]
            of = self._row(stack, level - 1) if level else self._contents[stack]
            with body.as_default():
                known = apply("_StackRow", (self._made.brought(of, body), turn), {}, "pop")
            self._rows[stack, level] = known
        return known
