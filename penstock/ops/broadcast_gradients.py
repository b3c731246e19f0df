"""Gradients of ops that stretch their inputs: a gradient is summed over what was stretched.

A *stretch* is a pair of functions, one per input of the op: each takes a gradient of the
output's shape and builds that of the input's shape. TensorFlow builds this in two ways, which
give different nodes: most ops go by the shapes as tensors; a few (`settled`) look at the static
shapes first, and leave out the sum where nothing was stretched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core.shapes import broadcast
from penstock.graph.indexed_slices import IndexedSlices
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


def settled(ops: Any, x: Any, y: Any, dy: Any) -> tuple[Reduce, Reduce]:
    """Build the axes along which x and y are stretched, from static shapes where they are full.

    TensorFlow works the axes out by a node, the first time that a graph has a pair of shapes.
    """
    if isinstance(dy, IndexedSlices):
        return stretch(ops, x, y)
    shapes = x.static_shape, y.static_shape
    if any(shape is None or None in shape for shape in shapes):
        return _by_tensors(ops, ops.Shape(x), ops.Shape(y))
    seen = x.graph.extras.setdefault("stretched shapes", set())
    if shapes not in seen:
        seen.add(shapes)
        ops.BroadcastGradientArgs(*map(list, shapes))
    whole = broadcast(*shapes)
    functions: list[Reduce] = []
    for axes, shape in zip(_axes_of(*shapes), shapes, strict=True):
        same = shape == whole
        functions.append((lambda gradient: gradient) if same else _summing(ops, axes, list(shape)))
    return functions[0], functions[1]


def _axes_of(first: Sequence[int], second: Sequence[int]) -> tuple[list[int], list[int]]:
    """List the axes to sum a gradient over, for each of two shapes that are stretched together."""
    axes: tuple[list[int], list[int]] = ([], [])
    if first == second:
        return axes
    rank = max(len(first), len(second))
    padded = ([1] * (rank - len(sizes)) + list(sizes) for sizes in (first, second))
    for axis, (m, n) in enumerate(zip(*padded, strict=True)):
        if m == 1:
            axes[0].append(axis)
        if n == 1:
            axes[1].append(axis)
    return axes


def _stretched_axes(xp: Any, s0: Any, s1: Any) -> tuple[Any, Any]:
    first, second = ([int(size) for size in np.ravel(sizes)] for sizes in (s0, s1))
    return tuple(xp.asarray(axes, dtype=s0.dtype) for axes in _axes_of(first, second))


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
