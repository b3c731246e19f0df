"""Gradients of reductions: what arrives is stretched back over the axes that were reduced."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.graph.constant_value import constant_value
from penstock.ops import composed
from penstock.ops.broadcast_gradients import conj

__all__ = [
    "cumprod_grad",
    "cumsum_grad",
    "extreme_grad",
    "mean_grad",
    "prod_grad",
    "reduced_shape",
    "sum_grad",
]

_STATIC_SHAPES = "reduced shapes"  # in a graph's extras: what was worked out for its sums already


def reduced_shape(ops: Any, sizes: Any, axes: Any) -> Any:
    """Build the sizes with those of `axes` replaced by 1.

    Args:
      ops: the raw ops.
      sizes: an int32 tensor, or a list, of sizes.
      axes: a tensor, or a list, of axes; negative ones count from the back.
    """
    sizes = composed.cast(sizes, dtypes.int32)
    axes = composed.cast(axes, dtypes.int32)
    rank = composed.size(sizes)
    axes = (axes + rank) % rank
    count = composed.shape(axes)
    every = composed.range_of(0, rank)
    return ops.DynamicStitch([every, axes], [sizes, ops.Fill(count, 1)])


def _stretching(ops: Any, sizes: Any, reduced: Any) -> Any:
    """Build how often each axis is repeated to come from the reduced sizes to the full ones."""
    return sizes // ops.Maximum(reduced, 1)


def _static_axes(node: Any) -> Any:
    """Give the axes as a tuple, if they and all sizes are known."""
    axes = constant_value(node.inputs[1])
    return None if axes is None else tuple(int(axis) for axis in axes.ravel())


def _settled(ops: Any, node: Any, axes: tuple[int, ...]) -> tuple[Any, Any]:
    """Give the kept shape and the repetitions as numbers; they are worked out once a graph."""
    known = node.graph.extras.setdefault(_STATIC_SHAPES, {})
    sizes = list(node.inputs[0].static_shape)
    key = (tuple(sizes), axes)
    if key not in known:
        kept = constant_value(reduced_shape(ops, sizes, list(axes))).tolist()
        known[key] = (kept, constant_value(_stretching(ops, sizes, kept)).tolist())
    return known[key]


def sum_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Repeat dy over the axes that were summed."""
    x = node.inputs[0]
    sizes = x.static_shape
    axes = None if sizes is None else _static_axes(node)
    if axes is not None and axes == tuple(range(len(sizes))):
        dy = ops.Reshape(dy, [1] * len(sizes))
        if None in sizes:
            return [ops.Tile(dy, composed.shape(x)), None]
        return [ops.Tile(dy, composed.constant(list(sizes), dtypes.int32)), None]
    if axes is not None and None not in sizes:
        kept, repetitions = _settled(ops, node, axes)
        return [ops.Tile(ops.Reshape(dy, kept), repetitions), None]
    shape = composed.shape(x)
    with shape.graph.colocate_with(shape):
        kept = reduced_shape(ops, shape, node.inputs[1])
        repetitions = _stretching(ops, shape, kept)
    return [ops.Tile(ops.Reshape(dy, kept), repetitions), None]


def _product(ops: Any, sizes: Any) -> Any:
    return ops.Prod(sizes, composed.constant([0], dtypes.int32))


def mean_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Repeat dy over the axes, divided by how many elements were averaged."""
    total = sum_grad(ops, node, dy)[0]
    x, y = node.inputs[0], node.outputs[0]
    shapes = x.static_shape, y.static_shape
    if all(shape is not None and None not in shape for shape in shapes):
        counts = [1, 1]
        for index, shape in enumerate(shapes):
            for size in shape:
                counts[index] *= size
        factor = counts[0] // max(counts[1], 1)
        return [total / composed.constant(factor, total.dtype), None]
    before, after = composed.shape(x), composed.shape(y)
    factor = _stretching(ops, _product(ops, before), _product(ops, after))
    return [total / composed.cast(factor, total.dtype), None]


def extreme_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Share dy among the elements that were the greatest, or the smallest."""
    x, axes = node.inputs
    kept = reduced_shape(ops, composed.shape(x), axes)
    y = ops.Reshape(node.outputs[0], kept)
    dy = ops.Reshape(dy, kept)
    chosen = composed.cast(ops.Equal(y, x), dy.dtype)
    count = ops.Reshape(ops.Sum(chosen, axes), kept)
    return [chosen / count * dy, None]


def prod_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Multiply dy by the product of all others, which needs no division by what may be zero."""
    x, axes = node.inputs
    shape = composed.shape(x)
    flat_axes = ops.Reshape(axes, [-1])
    kept = reduced_shape(ops, shape, axes)
    repetitions = _stretching(ops, shape, kept)
    dy = ops.Tile(ops.Reshape(dy, kept), repetitions)
    with dy.graph.device("/cpu:0"):
        rank = composed.rank(x)
        reduced = (composed.cast(flat_axes, dtypes.int32) + rank) % rank
        others = ops.ListDiff(composed.range_of(0, rank), reduced).out
        order = ops.ConcatV2([reduced, others], 0, name="concat")
        reduced_size = _product(ops, ops.GatherV2(shape, reduced, 0))
        others_size = _product(ops, ops.GatherV2(shape, others, 0))
    moved = ops.Transpose(x, order, name="transpose")
    moved_shape = composed.shape(moved)
    flat = ops.Reshape(moved, [reduced_size, others_size])
    before = ops.Cumprod(flat, 0, exclusive=True)
    after = ops.Cumprod(flat, 0, exclusive=True, reverse=True)
    products = ops.Reshape(conj(ops, before) * conj(ops, after), moved_shape)
    back = ops.Transpose(products, ops.InvertPermutation(order), name="transpose")
    return [ops.Reshape(dy * back, shape), None]


def cumsum_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Sum dy up from the other end."""
    flags = {"exclusive": node.attrs["exclusive"], "reverse": not node.attrs["reverse"]}
    return [ops.Cumsum(dy, node.inputs[1], **flags), None]


def cumprod_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Sum the products with dy up from the other end; an element divides out of its products."""
    x, axis = node.inputs
    exclusive, reverse = node.attrs["exclusive"], node.attrs["reverse"]
    products = ops.Cumprod(x, axis, exclusive=exclusive, reverse=reverse)
    total = ops.Cumsum(products * dy, axis, exclusive=exclusive, reverse=not reverse)
    return [total / x, None]
