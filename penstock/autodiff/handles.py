"""Gradients by what a function is given: by a variable, it is given the handle."""

from __future__ import annotations

from penstock.autodiff.between import TRAINABLE
from penstock.core.dtypes import resource
from penstock.graph.build import raw
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.ops.resource_state import handle_data

__all__ = ["is_differentiable", "zeros_for"]


def is_differentiable(argument: Tensor) -> bool:
    """Tell whether there can be a gradient by an argument; none by the handle of an array."""
    if argument.dtype is resource:
        return handle_data(argument)[0] is not None
    return argument.dtype in TRAINABLE


def zeros_for(tensor: Tensor, optimize: bool = False) -> Tensor:
    """Build the gradient by a tensor, or by the variable that it leads to, of what ignores it."""
    if tensor.dtype is resource:
        dtype = handle_data(tensor)[0]
        return composed.zeros(raw.VariableShape(tensor), dtype)  # type: ignore[no-any-return]
    return composed.zeros_like(tensor, optimize=optimize)  # type: ignore[no-any-return]
