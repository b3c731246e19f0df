"""The branches of a choice: each traced from a function, all of one structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import nest
from penstock.functions.branches import trace_function
from penstock.functions.control_flow_contexts import ControlFlowContext
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor

__all__ = ["Branch", "check_same", "packed"]


class Branch:
    """A branch's body, and the nest of what its function returned.

    A node among the results stands for itself as TensorFlow has it: by the tensor that chose the
    branch, after the node.

    Args:
      function: builds the branch.
      name: its name scope.
      label: what messages call it.
      selector: the tensor that chooses the branch.
      context: what TensorFlow notes of the branch, if it does.

    Attributes:
      body: the graph.
      structure: the nest.
      label: what messages call it.
    """

    def __init__(
        self,
        function: Callable[[], Any],
        name: str,
        label: str,
        selector: Tensor,
        context: ControlFlowContext | None = None,
    ) -> None:
        self.structure: Any = None
        self.label = label
        self._function = function
        self._selector = selector
        self._context = context
        self.body: FunctionGraph = trace_function(default_graph(), name, self._build)

    def _build(self, body: FunctionGraph) -> list[Tensor]:
        if self._context is not None:
            body._set_control_flow_context(self._context)
        result = self._function()
        leaves = nest.flatten(result, expand_composites=True)
        if not leaves or any(leaf is None for leaf in leaves):
            raise ValueError(
                f"{self.label} must return at least one tensor or node, and no None, but returned "
                f"{result!r}. What is only run there can be returned as tf.group(...)."
            )
        outputs = [self._tensor_of(body, leaf) for leaf in leaves]
        self.structure = nest.pack_sequence_as(result, outputs, expand_composites=True)
        return outputs

    def _tensor_of(self, body: FunctionGraph, leaf: Any) -> Tensor:
        if not isinstance(leaf, Node):
            return convert_to_tensor(leaf)
        with body.control_dependencies([leaf]):
            chosen: Tensor = raw.Identity(self._selector)
        return chosen


def check_same(branches: Sequence[Branch], error: type[Exception]) -> None:
    """Hold the branches of a choice against each other.

    Raises:
      ValueError: if they differ in structure or dtype; or the `error` given.
      TypeError: if nests are of different types.
    """
    for branch in branches[1:]:
        _check_pair(branches[0], branch, error)


def _check_pair(first: Branch, other: Branch, kind: type[Exception]) -> None:
    both = f"{first.label} and {other.label}"
    try:
        nest.assert_same_structure(first.structure, other.structure, expand_composites=True)
    except (TypeError, ValueError) as error:
        raise (kind if isinstance(error, ValueError) else TypeError)(
            f"{both} must return the same nest, but differ: {error}"
        ) from None
    outputs = (first.body.outputs, other.body.outputs)
    if len(outputs[0]) != len(outputs[1]):
        raise kind(
            f"{both} must return as many tensors, but return {len(outputs[0])} and "
            f"{len(outputs[1])}."
        )
    for one, tensor in zip(*outputs, strict=True):
        if one.dtype.base_dtype is not tensor.dtype.base_dtype:
            raise kind(
                f"Outputs of {both} must have the same type, but {one.name!r}, made at "
                f"{one.op.line}, is {one.dtype.name}, and {tensor.name!r}, made at "
                f"{tensor.op.line}, is {tensor.dtype.name}. Use tf.cast."
            )


def packed(structure: Any, outputs: Sequence[Tensor], strict: bool) -> Any:
    """Give what a choice returns: the nest of its branches, with its node's outputs.

    Args:
      structure: the nest.
      outputs: the outputs, or what stands for them.
      strict: whether a list of one result stays a list.
    """
    result = nest.pack_sequence_as(structure, list(outputs), expand_composites=True)
    if not strict and type(result) in (list, tuple) and len(result) == 1:
        return result[0]
    return result
