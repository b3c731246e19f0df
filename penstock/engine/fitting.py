"""Shapes that only a run can tell, held against the record's shape rule.

A rule sees a node when it is made, with as much as is known then. Where that was not all, the rule
is asked again with the shapes that came: what it refuses must not run, though NumPy might well
broadcast it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError, OpError
from penstock.core.shapes import is_fully_defined
from penstock.graph.kernel_call import Bound
from penstock.graph.node import Node, Tensor
from penstock.graph.shape_context import ShapeContext, ShapeMismatch
from penstock.ops.array_values import CompoundValue

__all__ = ["fitting"]

# How many kinds of shapes a node remembers as such that fit.
_REMEMBERED = 64


def fitting(node: Node, call: Bound) -> Bound:
    """Make `call`, a node's bound kernel, refuse inputs whose shapes do not fit.

    Returns:
      `call` itself if the graph settled the shapes of all inputs, or the op is one of Penstock's
      own, whose kernel is given what fits.
    """
    if node.type.startswith("_") or all(
        is_fully_defined(tensor.static_shape) for tensor in node.inputs
    ):
        return call
    fit: set[tuple[Any, ...]] = set()

    def checked(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        shapes = tuple([getattr(value, "shape", None) for value in values])
        if shapes in fit:
            return call(xp, values)
        mismatch = _mismatch(node, values)
        if mismatch is not None:
            with contextlib.suppress(ArithmeticError, LookupError, TypeError, ValueError):
                call(xp, values)  # a kernel that refuses it itself knows better what to advise
            raise mismatch
        if len(fit) < _REMEMBERED:
            fit.add(shapes)
        return call(xp, values)

    return checked


def _mismatch(node: Node, values: Sequence[Any]) -> OpError | None:
    """Ask the node's shape rule again; gives the error if it refuses what came."""
    inputs = tuple(map(_as_it_came, node.inputs, values))
    try:
        node.spec.shape(ShapeContext(node.spec, inputs, node.attrs))
    except ShapeMismatch as mismatch:
        return InvalidArgumentError(
            None,
            None,
            f"{mismatch} Feed other shapes, or reshape or transpose an input, so that they fit.",
        )
    return None


def _as_it_came(tensor: Tensor, value: Any) -> Tensor:
    """Make a stand-in for an input, of which the graph knows what only the run told.

    What stands for several tensors, such as the turns of a loop that differ in shape, or behind a
    handle, has no shape of its own that the rule could be about.
    """
    dtype = tensor.dtype.base_dtype
    if dtype is dtypes.resource or isinstance(value, CompoundValue) or not hasattr(value, "shape"):
        return tensor
    if value.dtype == object and dtype is not dtypes.string:
        return tensor
    known = Tensor(tensor.op, tensor.value_index, tensor.dtype, tuple(value.shape))
    known.folded = value if isinstance(value, (np.ndarray, np.generic)) else None
    return known
