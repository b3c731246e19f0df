"""The gradient of a node that calls a function: a call of the function's gradient.

Each function that the node may call, such as the branches of an If, is differentiated as a graph
of its own. What its gradient uses of the function's insides, the node gives as further outputs, so
that nothing is computed, and nothing random drawn, a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.autodiff.again import again, is_cheap
from penstock.autodiff.between import ancestors
from penstock.autodiff.derived_calls import become_call
from penstock.autodiff.handles import is_differentiable, zeros_for
from penstock.autodiff.rows import add_gradient_argument, are_rows, rows_of_branch, shape_of
from penstock.core import nest
from penstock.functions.branches import add_outputs, make_call, trace_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_copy import own_functions
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.functions import DerivedSpec
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops import composed
from penstock.ops.tensor_array_gradients import first_flow, is_flow

__all__ = ["call_gradients"]


class _CalledInside:
    """How a function's gradient gets at its insides: they become outputs of the calling node."""

    def __init__(self, node: Node, position: int) -> None:
        self.function: FunctionGraph = node.functions[position]
        self._node = node
        self._position = position

    def take(self, into: FunctionGraph, tensor: Tensor) -> Tensor:
        """Give the tensor of the gradient that stands for one of the function."""
        arguments = self.function.arguments
        if tensor in arguments:
            first = self._node.spec.first_argument
            return into.capture(self._node.inputs[first + arguments.index(tensor)])
        if is_cheap(tensor):
            return again(into, tensor)
        if is_flow(tensor) and (first := first_flow(tensor)) is not tensor:
            return into.capture(first)  # of an array, a gradient uses the form alone
        if tensor.op.type == "TensorArrayV3":
            return again(into, tensor)
        return into.capture(add_outputs(self._node, self._position, [tensor])[0])


def call_gradients(gradients: Any, node: Node, *dys: Any) -> Sequence[Any]:
    """Build the gradients of the inputs of a node that calls a function.

    Args:
      gradients: `tf.gradients`.
      node: the node.
      *dys: gradients of its outputs.

    Returns:
      A gradient, or None, for each input.
    """
    if isinstance(node.spec, DerivedSpec):
        become_call(gradients, node)
    function = node.functions[0]
    if function.python_gradient is not None:
        users = function.python_gradient(node, *_complete(node, dys))
        return list(users) if isinstance(users, (list, tuple)) else [users]
    if function.gradient is not None:
        return _call_gradient(function.gradient, node, _complete(node, dys))
    given = [index for index, dy in enumerate(dys) if dy is not None]
    calls, first = node.spec.calls, node.spec.first_argument
    assert calls is not None
    seeds = [_seed(dys[index], calls) for index in given]
    wanted = _wanted(node.functions, given)
    if not wanted:
        return [None] * len(node.inputs)
    branches = [
        _Branch(gradients, node, position, body, given, seeds, wanted)
        for position, body in enumerate(own_functions(node))
    ]
    by_argument = zip(*[branch.found for branch in branches], strict=True)
    by_rows = [are_rows(found, calls) for found in by_argument]
    for branch in branches:
        branch.finish(branches, by_rows, calls)
    selector = None if calls is Calls.ONCE else node.inputs[0]
    inputs = [part for seed in seeds for part in nest.flatten(seed, expand_composites=True)]
    bodies = [branch.function for branch in branches]
    outputs = iter(
        make_call(default_graph(), bodies, inputs, _NAMES[calls], selector, calls).outputs
    )
    found: list[Any] = [None] * len(node.inputs)
    for index, is_by_rows in zip(wanted, by_rows, strict=True):
        source = node.inputs[first + index]
        if is_by_rows:
            found[first + index] = IndexedSlices(next(outputs), next(outputs), shape_of(source))
        else:
            found[first + index] = next(outputs)
    return found


_NAMES = {Calls.ONCE: "SymbolicGradient", Calls.CHOICE: "If", Calls.INDEX: "Case"}


def _complete(node: Node, dys: Sequence[Any]) -> list[Any]:
    """Put zeros where an output has no gradient."""
    return [
        composed.zeros_like(tensor, optimize=False) if dy is None else dy
        for tensor, dy in zip(node.outputs, dys, strict=True)
    ]


def _call_gradient(gradient: FunctionGraph, node: Node, dys: list[Any]) -> list[Any]:
    """Call the function that is given as the gradient of the one that a node calls."""
    first = node.spec.first_argument
    inputs = [*node.inputs[first:], *map(convert_to_tensor, dys)]
    count = len(gradient.arguments) - len(gradient.captured)
    if len(inputs) != count:
        raise ValueError(
            f"The gradient function {gradient.name!r} of {node.functions[0].name!r} must take "
            f"{len(inputs)} arguments, the function's and a gradient for each of its outputs, but "
            f"takes {count}."
        )
    made = make_call(default_graph(), [gradient], inputs, "SymbolicGradient")
    return [None] * first + list(made.outputs)


def _wanted(bodies: Sequence[FunctionGraph], given: list[int]) -> list[int]:
    """Find the arguments on which an output that has a gradient depends, in some branch."""
    wanted: set[int] = set()
    for body in bodies:
        reached = ancestors([body.outputs[index] for index in given])
        wanted.update(
            position
            for position, argument in enumerate(body.arguments)
            if argument in reached and is_differentiable(argument)
        )
    return sorted(wanted)


def _seed(dy: Any, calls: Calls) -> Any:
    """Give the gradient of an output as it goes into the branches: rows go in as rows."""
    return (
        dy if isinstance(dy, IndexedSlices) and calls is not Calls.ONCE else convert_to_tensor(dy)
    )


class _Branch:
    """The gradient of one of the functions that a node may call.

    Attributes:
      function: the gradient's function.
      found: the gradient by each wanted argument, as the function finds it.
    """

    def __init__(
        self,
        gradients: Any,
        node: Node,
        position: int,
        body: FunctionGraph,
        given: list[int],
        seeds: Sequence[Any],
        wanted: list[int],
    ) -> None:
        self.found: list[Any] = []
        self._arguments = [body.arguments[position] for position in wanted]

        def build(grown: FunctionGraph) -> list[Tensor]:
            ys = [body.outputs[index] for index in given]
            dys = [
                add_gradient_argument(grown, seed, f"dy_{index}")
                for index, seed in enumerate(seeds)
            ]
            self.found = gradients(ys, self._arguments, grad_ys=dys)
            return []

        inside = _CalledInside(node, position)
        self.function = trace_function(default_graph(), f"{body.name}_grad", build, inside)

    def finish(self, branches: Sequence[_Branch], by_rows: Sequence[bool], calls: Calls) -> None:
        """Build the outputs; where the gradients are by rows, values and numbers of these."""
        outputs: list[Tensor] = []
        with self.function.as_default():
            for index, argument in enumerate(self._arguments):
                dx = self.found[index]
                if by_rows[index]:
                    found = [branch.found[index] for branch in branches]
                    rows = rows_of_branch(argument, dx, found, calls)
                    outputs.extend([rows.values, rows.indices])
                elif dx is None:
                    outputs.append(zeros_for(argument, optimize=not is_flow(argument)))
                else:
                    outputs.append(convert_to_tensor(dx))
            self.function.outputs = [self.function.capture(output) for output in outputs]
