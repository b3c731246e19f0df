"""The branches of a choice: each traced from a function, all of one structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import nest
from penstock.functions.branches import trace_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor

__all__ = ["Branch", "check_same", "packed"]


class Branch:
    """A branch's body, and the nest of what its function returned.

    Args:
      function: builds the branch.
      name: its name scope.
      label: what messages call it.

    Attributes:
      body: the graph.
      structure: the nest, with None for nodes.
      label: what messages call it.
    """

    def __init__(self, function: Callable[[], Any], name: str, label: str) -> None:
        self.structure: Any = None
        self.label = label
        self._function = function
        self.body: FunctionGraph = trace_function(default_graph(), name, self._build)

    def _build(self, body: FunctionGraph) -> list[Tensor]:
        result = self._function()
        leaves: list[Tensor | None] = []
        outputs = []
        for leaf in nest.flatten(result, expand_composites=True):
            if leaf is None or isinstance(leaf, Node):
                if leaf is not None:
                    body.controls.append(leaf)
                leaves.append(None)
                continue
            tensor = convert_to_tensor(leaf)
            outputs.append(tensor)
            leaves.append(tensor)
        self.structure = nest.pack_sequence_as(result, leaves, expand_composites=True)
        return outputs


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
                f"Outputs of {both} must have the same type, but {one.name!r} is "
                f"{one.dtype.name} and {tensor.name!r} is {tensor.dtype.name}. Use tf.cast."
            )


def packed(structure: Any, node: Node, outputs: Sequence[Tensor], strict: bool) -> Any:
    """Give what a choice returns: the nest of its branches, with its node's outputs.

    Args:
      structure: the nest, with None for nodes.
      node: the choice's node, given where a branch returned a node.
      outputs: its outputs, or what stands for them.
      strict: whether a list of one result stays a list.
    """
    remaining = iter(outputs)
    leaves = [
        node if leaf is None else next(remaining)
        for leaf in nest.flatten(structure, expand_composites=True)
    ]
    result = nest.pack_sequence_as(structure, leaves, expand_composites=True)
    if not strict and type(result) in (list, tuple) and len(result) == 1:
        return result[0]
    return result
