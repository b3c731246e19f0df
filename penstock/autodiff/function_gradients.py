"""Gradients of functions of a graph, asked for by themselves: `SymbolicGradient`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.autodiff.derived_calls import gradient_function
from penstock.autodiff.gradients import gradients
from penstock.functions.branches import make_call
from penstock.functions.functional import as_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor

__all__ = ["Gradient", "symbolic_gradient"]


def Gradient(inputs: Sequence[Any], f: Any, name: str | None = None) -> list[Tensor]:  # noqa: N802
    """Build the gradient of a function.

    Args:
      inputs: the function's arguments, then a gradient for each of its outputs.
      f: the function, as `Defun` gives it.
      name: the node's name.

    Returns:
      A gradient for each argument; zeros for one that the outputs do not depend on.

    Raises:
      ValueError: if the number of inputs is not that.
    """
    function = as_function(f)
    graph = default_graph()
    tensors = [convert_to_tensor(value) for value in inputs]
    made = gradient_function(gradients, graph, function, tensors)
    return list(make_call(graph, [made], tensors, name or "SymbolicGradient").outputs)


def symbolic_gradient(
    input: Sequence[Any],  # noqa: A002  TensorFlow's name
    Tout: Any,  # noqa: N803
    f: Any,
    name: str | None = None,
) -> list[Tensor]:
    """Build the gradient of a function; see `Gradient`. `Tout` is what its arguments say."""
    return Gradient(input, f, name)
