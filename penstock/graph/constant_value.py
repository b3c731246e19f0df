"""Values that the graph alone settles, so that shape rules and builders can look at them.

`tf.reshape(x, tf.stack([2, n]))` has a static shape only if somebody works the second argument
out. A tensor's value is settled when it is a constant, the shape of something whose static shape
is known, or computed from such values by an op without state.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.shapes import Shape

if TYPE_CHECKING:
    from penstock.graph.node import Node, Tensor

__all__ = ["constant_value", "shape_from_tensor"]

# Folding serves shapes, axes and paddings: a larger value is not worth computing for them.
_LARGEST = 4096
_DEPTH = 40


def constant_value(tensor: Tensor, depth: int = _DEPTH) -> Any:
    """Give the tensor's value as a NumPy array, or None where only a run can tell.

    The array is the graph's own: do not write to it.
    """
    node = tensor.op
    if node.type == "Const":
        return node.attrs["value"]
    known = tensor.folded
    if known is None and depth and not node.spec.stateful:
        known = _from_static_shape(node)
        if known is None and node.inputs and node.spec.kernel is not None:
            known = _fold(tensor, depth - 1)
        tensor.folded = known
    return known


def _from_static_shape(node: Node) -> Any:
    if node.type not in ("Shape", "Size", "Rank") or not node.inputs:
        return None
    shape = node.inputs[0].static_shape
    if shape is None:
        return None
    if node.type == "Rank":
        return np.array(len(shape), np.int32)
    sizes = [size for size in shape if size is not None]
    if len(sizes) < len(shape):
        return None
    dtype = node.outputs[0].dtype.as_numpy_dtype
    return np.array(math.prod(sizes) if node.type == "Size" else sizes, dtype)


def _fold(tensor: Tensor, depth: int) -> Any:
    node = tensor.op
    if not _is_small(tensor.static_shape) or node.type in ("Placeholder", "PlaceholderWithDefault"):
        return None
    values = []
    for source in node.inputs:
        value = constant_value(source, depth)
        if value is None or value.size > _LARGEST:
            return None
        values.append(value)
    with np.errstate(all="ignore"):
        outputs = node.compute(np, values)
    return np.asarray(outputs[tensor.value_index], tensor.dtype.as_numpy_dtype)


def _is_small(shape: Shape) -> bool:
    return shape is None or math.prod(size or 0 for size in shape) <= _LARGEST


def shape_from_tensor(tensor: Tensor) -> Shape:
    """Read a one-dimensional integer tensor as a shape, with None where a size is not settled."""
    value = constant_value(tensor)
    if value is not None:
        return _shape_from_sizes([int(size) for size in np.ravel(value)]) if value.ndim else None
    node = tensor.op
    if node.type == "Shape":
        return node.inputs[0].static_shape
    if node.type == "ShapeN":
        return node.inputs[tensor.value_index].static_shape
    if node.type == "Pack":
        return _shape_from_sizes([_scalar(source) for source in node.inputs])
    if node.type == "ConcatV2":
        return _concatenated(node.inputs[:-1])
    if node.type == "StridedSlice":
        sliced = _sliced(node)
        if sliced is not None:
            return sliced
    length = tensor.static_shape
    if not length or length[0] is None:
        return None
    return (None,) * length[0]


def _shape_from_sizes(sizes: Sequence[int | None]) -> Shape:
    return tuple(None if size is None or size < 0 else size for size in sizes)


def _scalar(tensor: Tensor) -> int | None:
    value = constant_value(tensor)
    return None if value is None else int(value)


def _concatenated(parts: Sequence[Tensor]) -> Shape:
    sizes: list[int | None] = []
    for part in parts:
        shape = shape_from_tensor(part)
        if shape is None:
            return None
        sizes.extend(shape)
    return tuple(sizes)


def _sliced(node: Node) -> Shape:
    source = shape_from_tensor(node.inputs[0])
    bounds = [constant_value(bound) for bound in node.inputs[1:]]
    plain = not any(
        node.attrs[mask] for mask in ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    )
    if source is None or not plain or any(b is None or b.size != 1 for b in bounds):
        return None
    begin, end, stride = (int(bound.ravel()[0]) for bound in bounds)
    return source[
        slice(
            None if node.attrs["begin_mask"] & 1 else begin,
            None if node.attrs["end_mask"] & 1 else end,
            stride,
        )
    ]
