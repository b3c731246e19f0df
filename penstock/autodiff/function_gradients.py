"""Gradients of functions of a graph, asked for by themselves: `SymbolicGradient`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.autodiff.gradients import gradients
from penstock.functions.branches import captured_by, make_call, trace_function
from penstock.functions.functional import as_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Tensor
from penstock.ops import composed

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
    own = len(function.arguments) - len(captured_by(function, 0))
    if len(inputs) != own + len(function.outputs):
        raise ValueError(
            f"The gradient of {function.name!r} takes its {own} arguments and a gradient for each "
            f"of its {len(function.outputs)} outputs, but was given {len(inputs)} inputs."
        )
    graph = default_graph()
    name = name or "SymbolicGradient"
    tensors = [convert_to_tensor(value) for value in inputs]
    if function.gradient is not None:
        return list(make_call(graph, [function.gradient], tensors, name).outputs)

    def build(body: FunctionGraph) -> list[Tensor]:
        arguments = [
            body.add_argument(tensor.dtype, tensor.static_shape, f"input_{index}")
            for index, tensor in enumerate(tensors)
        ]
        xs, dys = arguments[:own], arguments[own:]
        ys = make_call(body, [function], xs, function.name).outputs
        found = gradients(list(ys), xs, grad_ys=dys)
        return [
            composed.zeros_like(x) if gradient is None else convert_to_tensor(gradient)
            for x, gradient in zip(xs, found, strict=True)
        ]

    body = trace_function(graph, f"{function.name}_grad", build)
    return list(make_call(graph, [body], tensors, name).outputs)


def symbolic_gradient(
    input: Sequence[Any],  # noqa: A002  TensorFlow's name
    Tout: Any,  # noqa: N803
    f: Any,
    name: str | None = None,
) -> list[Tensor]:
    """Build the gradient of a function; see `Gradient`. `Tout` is what its arguments say."""
    return Gradient(input, f, name)
