"""Gradients of ops that stretch their inputs: a gradient is summed over what was stretched.

A *stretch* is a pair of functions, one per input of the op: each takes a gradient of the
output's shape and builds that of the input's shape. TensorFlow builds this in two ways, which
give different nodes: most ops go by the shapes as tensors; a few (`settled`) look at the static
shapes first, and leave out the sum where nothing was stretched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.graph.constant_value import constant_value
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec
from penstock.ops import composed
from penstock.ops.arrays_common import INDEX_AS_INT32

__all__ = ["SPECS", "conj", "settled", "stretch", "unstretched"]

Reduce = Callable[[Any], Any]


def conj(ops: Any, x: Any) -> Any:
    """Build the complex conjugate; a real tensor is its own."""
    return ops.Conj(x) if x.dtype.is_complex else x


def unstretched(x: Any, y: Any, dy: Any) -> bool:
    """Tell whether the three are known to have one shape."""
    shape = x.static_shape
    if shape is None or None in shape:
        return False
    return shape == y.static_shape and shape == getattr(dy, "static_shape", None)


def _summing(ops: Any, axes: Any, shape: Any) -> Reduce:
    return lambda gradient: ops.Reshape(ops.Sum(gradient, axes), shape)


def stretch(ops: Any, x: Any, y: Any) -> tuple[Reduce, Reduce]:
    """Build the axes along which x and y are stretched, from their shapes as tensors."""
    return _by_tensors(ops, composed.shape(x), composed.shape(y))


def _by_tensors(ops: Any, shape_x: Any, shape_y: Any) -> tuple[Reduce, Reduce]:
    axes_x, axes_y = ops.BroadcastGradientArgs(shape_x, shape_y)
    return _summing(ops, axes_x, shape_x), _summing(ops, axes_y, shape_y)


def settled(ops: Any, x: Any, y: Any) -> tuple[Reduce, Reduce]:
    """Build the axes along which x and y are stretched, from static shapes where they are full."""
    shapes = x.static_shape, y.static_shape
    if any(shape is None or None in shape for shape in shapes):
        return _by_tensors(ops, ops.Shape(x), ops.Shape(y))
    found = ops.BroadcastGradientArgs(*(list(shape) for shape in shapes))
    functions: list[Reduce] = []
    for axes, shape in zip(found, shapes, strict=True):
        known = constant_value(axes)
        functions.append(_summing(ops, known, list(shape)) if known.size else lambda g: g)
    return functions[0], functions[1]


def _stretched_axes(xp: Any, s0: Any, s1: Any) -> tuple[Any, Any]:
    first, second = ([int(size) for size in np.ravel(sizes)] for sizes in (s0, s1))
    axes: tuple[list[int], list[int]] = ([], [])
    if first != second:
        rank = max(len(first), len(second))
        first, second = ([1] * (rank - len(sizes)) + sizes for sizes in (first, second))
        for axis, (m, n) in enumerate(zip(first, second, strict=True)):
            if m == 1:
                axes[0].append(axis)
            if n == 1:
                axes[1].append(axis)
    return xp.asarray(axes[0], dtype=s0.dtype), xp.asarray(axes[1], dtype=s0.dtype)


BROADCAST_GRADIENT_ARGS = OpSpec(
    "BroadcastGradientArgs",
    inputs=["s0: T", "s1: T"],
    outputs=["r0: T", "r1: T"],
    attrs={"T": INDEX_AS_INT32},
    doc="The axes along which tensors of the shapes s0 and s1 are stretched to a common shape.",
    shape=lambda c: [(None,), (None,)],
    kernel=_stretched_axes,
    grad=NOT_DIFFERENTIABLE,
    static=["s0", "s1"],
)

SPECS = (BROADCAST_GRADIENT_ARGS,)
