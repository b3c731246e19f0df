"""The gradient of a loop: a loop over the same turns, backwards.

What a turn's gradient uses of the turn's insides, the loop gives as stacks: all turns' values,
one beside the other. The loop backwards reads them from the last to the first. It carries the
gradients of the loop variables, and sums up those of what the loop captured. Of a captured table
of which each turn used some rows, it gives those rows' gradients, as slices: all turns' together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.autodiff.again import again, is_cheap
from penstock.autodiff.between import ancestors
from penstock.autodiff.handles import is_differentiable, zeros_for
from penstock.autodiff.rows import rows_of_turns
from penstock.autodiff.sums import AggregationMethod, total
from penstock.core.dtypes import resource
from penstock.functions.branches import add_stacks, passes, trace_function
from penstock.functions.loop_counter import turns_of
from penstock.functions.while_loop import make_while
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.function_copy import own_functions
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.ops import composed
from penstock.ops.resource_state import handle_data
from penstock.ops.tensor_array_gradients import first_flow, is_flow, mark_flow

__all__ = ["loop_gradients"]


def loop_gradients(gradients: Any, node: Node, *dys: Any) -> list[Any]:
    """Build the gradients of a loop's inputs.

    Args:
      gradients: `tf.gradients`.
      node: the loop's node.
      *dys: gradients of its outputs: the variables' last values, then the stacks.

    Returns:
      A gradient, or None, for each input.
    """
    return _Backward(gradients, node, dys).build()


class _Backward:
    """The loop backwards: which values it carries, and how one turn of it is built.

    Attributes:
      function: the loop's body, whose insides a turn backwards uses.
    """

    def __init__(self, gradients: Any, node: Node, dys: Any) -> None:
        self._gradients = gradients
        self._node = node
        self._turns = turns_of(node)
        self.function: FunctionGraph = own_functions(node)[1]
        self._dys = [*dys, *[None] * (len(node.outputs) - len(dys))]
        self._count = len(node.attrs["Tout"])
        self._passing = {i for i in range(self._count) if passes(self.function, i)}
        self._variables, self._captured = self._wanted()
        self._slices: dict[int, IndexedSlices] = {}
        self._summed: list[int] = []

    def _wanted(self) -> tuple[list[int], list[int]]:
        """Find the arguments that gradients flow to: what changes in the loop, and what does not.

        What does not is what it captured, and the loop variables that it only passes on.
        """
        body, dys = self.function, self._dys
        flowing = {index for index, dy in enumerate(dys) if dy is not None} - self._passing
        while True:
            reached = ancestors([body.outputs[index] for index in flowing])
            arguments = {
                index
                for index, argument in enumerate(body.arguments)
                if argument in reached and is_differentiable(argument)
            }
            more = {index for index in arguments if self._changes(index)} - flowing
            if not more:
                break
            flowing |= more
        variables = sorted(index for index in flowing if index < self._count)
        return variables, sorted(index for index in arguments if not self._changes(index))

    def _changes(self, index: int) -> bool:
        return index < self._count and index not in self._passing

    def build(self) -> list[Any]:
        """Build the loop backwards and give the gradients of the inputs."""
        found = self._loop_backwards()
        for index in self._passing:
            parts = [part for part in (self._dys[index], found[index]) if part is not None]
            if parts:
                node = self._node.inputs[index].op
                found[index] = total(node, parts, AggregationMethod.DEFAULT)
        return found

    def _loop_backwards(self) -> list[Any]:
        node, graph = self._node, default_graph()
        found: list[Any] = [None] * len(node.inputs)
        if not self._variables and not self._captured:
            return found
        first = [convert_to_tensor(0), *map(self._first, self._variables)]
        with name_scope(None, "while", first) as scope:
            body = trace_function(graph, scope[:-1], self._turn, self)
            first.extend(zeros_for(node.inputs[index]) for index in self._summed)
            condition = trace_function(graph, scope[:-1], self._judge)
            made = make_while(graph, condition, body, first, [one.static_shape for one in first])
        for index, tensor in zip((*self._variables, *self._summed), made.outputs[1:], strict=True):
            found[index] = tensor
        for index, slices in self._slices.items():
            leads = index >= self._count
            found[index] = rows_of_turns(made, slices, node.inputs[index], leads)
        return found

    def _first(self, index: int) -> Tensor:
        dy = self._dys[index]
        if dy is None:
            return composed.zeros_like(self._node.outputs[index], optimize=False)
        return convert_to_tensor(dy)

    def _arguments(self, function: FunctionGraph, indices: Sequence[int]) -> list[Tensor]:
        """Add arguments for the gradients by some of the loop's inputs."""
        arguments = []
        for index in indices:
            source = self.function.arguments[index]
            dtype, shape = source.dtype.base_dtype, source.static_shape
            if dtype is resource:
                dtype, shape = handle_data(source)
            arguments.append(function.add_argument(dtype, shape, f"dy_{index}"))
            mark_flow(arguments[-1], source)
        return arguments

    def _turn_argument(self, function: FunctionGraph) -> Tensor:
        return function.add_argument(self._turns.dtype, self._turns.static_shape, "turn")

    def take(self, into: FunctionGraph, tensor: Tensor) -> Tensor:
        """Give the tensor of a turn backwards that stands for one of the turn's insides."""
        arguments = self.function.arguments
        position = arguments.index(tensor) if tensor in arguments else -1
        if position >= self._count or position in self._passing:
            return into.capture(self._node.inputs[position])
        if is_flow(tensor):
            return self._array_in_all_turns(into, tensor)
        if is_cheap(tensor):
            return again(into, tensor)
        stack = add_stacks(self._node, [tensor])[0]
        with into.as_default():
            return raw.GatherV2(stack, self._position, 0)

    def _array_in_all_turns(self, into: FunctionGraph, flow: Tensor) -> Tensor:
        """Give an array that has the form of one of the insides: a gradient uses no more of it."""
        first = first_flow(flow)
        if first in self.function.arguments:
            position = self.function.arguments.index(first)
            if position < self._count:
                return into.capture(self._node.outputs[position])
            return into.capture(self._node.inputs[position])
        return again(into, first)

    def _judge(self, function: FunctionGraph) -> list[Tensor]:
        turn = self._turn_argument(function)
        self._arguments(function, [*self._variables, *self._summed])
        return [raw.Less(turn, self._turns)]

    def _turn(self, function: FunctionGraph) -> list[Tensor]:
        """Build one turn backwards: from the gradients after a turn to those before it."""
        turn = self._turn_argument(function)
        after = self._arguments(function, self._variables)
        self._position = raw.Sub(raw.Sub(function.capture(self._turns), 1), turn)
        ys = [self.function.outputs[index] for index in self._variables]
        seeds = list(after)
        for index in range(self._count, len(self._dys)):
            if self._dys[index] is not None:
                ys.append(self.function.outputs[index])
                seeds.append(raw.GatherV2(convert_to_tensor(self._dys[index]), self._position, 0))
        arguments = [self.function.arguments[i] for i in (*self._variables, *self._captured)]
        found = self._gradients(ys, arguments, grad_ys=seeds)
        before = [
            composed.zeros_like(dy) if gradient is None else convert_to_tensor(gradient)
            for dy, gradient in zip(after, found, strict=False)
        ]
        by_captured = dict(zip(self._captured, found[len(after) :], strict=True))
        for index, dx in by_captured.items():
            if isinstance(dx, IndexedSlices) and self._stays_rows(index):
                parts = function.capture(dx.values), function.capture(dx.indices)
                self._slices[index] = IndexedSlices(*parts)
        self._summed = [index for index in self._captured if index not in self._slices]
        used = function.arguments[1 + len(after) :]
        del function.arguments[1 + len(after) :]
        sums = self._arguments(function, self._summed)
        function.arguments.extend(used)  # what is captured comes last
        for index, so_far in zip(self._summed, sums, strict=True):
            gradient = by_captured[index]
            before.append(so_far if gradient is None else _sum(so_far, convert_to_tensor(gradient)))
        return [raw.AddV2(turn, 1), *before]

    def _stays_rows(self, index: int) -> bool:
        """Tell whether rows are not added to something dense, zeros included, as in TensorFlow."""
        return index >= self._count or isinstance(self._dys[index], IndexedSlices)


def _sum(total: Tensor, gradient: Tensor) -> Tensor:
    return raw.AddN([total, gradient]) if is_flow(gradient) else raw.AddV2(total, gradient)
