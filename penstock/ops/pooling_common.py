"""What the records of pooling share: attrs, static shapes, and gradients of gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.windows import output_size

__all__ = [
    "PADDING",
    "POOLED_TYPES",
    "max_second",
    "pool_shape",
    "pooled",
    "settings",
    "shape_of",
    "window_attrs",
]

PADDING = attr("string", allowed={"SAME", "VALID"})
POOLED_TYPES = REAL_NUMBERS - {dtypes.uint32, dtypes.uint64} | {dtypes.qint8}


def pooled(c: ShapeContext, shape: Shape, ksize: Sequence[int], strides: Sequence[int]) -> Shape:
    """Give the shape after pooling; the batch axis takes no part."""
    if shape is None:
        return (None,) * len(ksize)
    if not len(ksize) == len(strides) == len(shape):
        raise c.mismatch(
            f"one entry of ksize = {list(ksize)} and of strides = {list(strides)} per axis"
        )
    if min(ksize) < 1 or min(strides) < 1:
        raise c.mismatch(f"ksize = {list(ksize)} and strides = {list(strides)} of at least 1")
    sizes = [shape[0]]
    for size, taps, stride in zip(shape[1:], ksize[1:], strides[1:], strict=True):
        steps = output_size(size, taps, stride, c.attrs["padding"])
        if steps is not None and steps < 0:
            raise c.mismatch(f"axes no shorter than the window ksize = {list(ksize)}")
        sizes.append(steps)
    return tuple(sizes)


def pool_shape(name: str, rank: int) -> Callable[[ShapeContext], Shape]:
    def rule(c: ShapeContext) -> Shape:
        shape = rules.with_rank(c, name, rank)
        return pooled(c, shape, c.attrs["ksize"], c.attrs["strides"])

    return rule


def shape_of(name: str, rank: int) -> Callable[[ShapeContext], Shape]:
    return lambda c: rules.with_rank(c, name, rank)


def window_attrs(rank: int, *, first: dict[str, Any] | None = None, **last: Any) -> dict[str, Any]:
    """Declare the attrs of a pooling over `rank` axes, between those that stand around them."""
    formats = {"NHWC", "NCHW"} if rank == 4 else {"NDHWC", "NCDHW"}
    default = "NHWC" if rank == 4 else "NDHWC"
    return {
        **(first or {}),
        "ksize": attr("list(int)", minimum=rank),
        "strides": attr("list(int)", minimum=rank),
        "padding": PADDING,
        "data_format": attr("string", default, allowed=formats),
        **last,
    }


def settings(node: Any) -> dict[str, Any]:
    """Give the attrs that say how a node pools, for another op that pools the same way."""
    names = ("ksize", "strides", "padding", "data_format")
    return {name: node.attrs[name] for name in names if name in node.attrs}


def max_second(op: str) -> Callable[..., Any]:
    """Make the gradient of a max-pooling gradient, which is linear in its third input alone."""

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        zeros = [composed.zeros(composed.shape(x), x.dtype.base_dtype) for x in node.inputs[:2]]
        sizes = node.inputs[3:]
        again = getattr(ops, op)(*node.inputs[:2], dy, *sizes, **settings(node))
        return [*zeros, again, *[None] * len(sizes)]

    return grad
