"""Gradients of ops that stretch their inputs: a gradient is summed over what was stretched.

A *stretch* is a pair of functions, one per input of the op: each takes a gradient of the
output's shape and builds that of the input's shape. TensorFlow builds this in two ways, which
give different nodes: most ops go by the shapes as tensors; a few (`settled`) look at the static
shapes first, and leave out the sum where nothing was stretched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.graph.constant_value import constant_value
from penstock.ops import composed

__all__ = ["conj", "settled", "stretch", "unstretched"]

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
