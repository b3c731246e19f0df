"""Reductions: a tensor with some of its axes summed up, multiplied, averaged, or searched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import reduction_gradients as gradients
from penstock.ops.arrays_common import INDEX, INDEX_AS_INT32

__all__ = ["SPECS"]


def _reduced_shape(c: ShapeContext) -> Shape:
    shape = c.shape("input")
    if shape is None:
        return None
    axes = c.value("reduction_indices")
    keep = c.attrs["keep_dims"]
    if axes is None:
        return (None,) * len(shape) if keep else None
    rank = len(shape)
    if any(not -rank <= axis < rank for axis in axes.ravel()):
        raise c.mismatch(f"axes from {-rank} to {rank - 1} (they are {axes.tolist()})")
    gone = {int(axis) % rank for axis in axes.ravel()}
    if keep:
        return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


def _axes(indices: Any) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.ravel(indices))


def _accumulator(x: Any) -> Any:
    """Give the dtype to add up in: a wider one for the floats that lose digits quickly."""
    return "float32" if x.dtype.name in ("float16", "bfloat16") else x.dtype


def _sum(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    total = xp.sum(x, axis=_axes(indices), keepdims=keep_dims, dtype=_accumulator(x))
    return total.astype(x.dtype)


def _prod(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    product = xp.prod(x, axis=_axes(indices), keepdims=keep_dims, dtype=_accumulator(x))
    return product.astype(x.dtype)


def _mean(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    axes = _axes(indices)
    total = xp.sum(x, axis=axes, keepdims=keep_dims, dtype=_accumulator(x))
    count = np.prod([x.shape[axis] for axis in axes], dtype=np.int64)
    if x.dtype.kind in "iu":  # cut off towards zero
        count = x.dtype.type(count)
        return (xp.sign(total) * (xp.abs(total) // count)).astype(x.dtype)
    return (total / count.astype(total.real.dtype)).astype(x.dtype)


def _lowest(x: Any) -> Any:
    return np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf


def _highest(x: Any) -> Any:
    return np.iinfo(x.dtype).max if x.dtype.kind in "iu" else np.inf


def _max(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    if x.size == 0:
        return xp.max(x, axis=_axes(indices), keepdims=keep_dims, initial=_lowest(x))
    return xp.max(x, axis=_axes(indices), keepdims=keep_dims)


def _min(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    if x.size == 0:
        return xp.min(x, axis=_axes(indices), keepdims=keep_dims, initial=_highest(x))
    return xp.min(x, axis=_axes(indices), keepdims=keep_dims)


def _euclidean_norm(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    length = xp.abs(x).astype("float64" if x.dtype.itemsize > 4 else "float32")
    return xp.sqrt(xp.sum(length * length, axis=_axes(indices), keepdims=keep_dims)).astype(x.dtype)


def _reduction(name: str, doc: str, kernel: Callable[..., Any], grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T", "reduction_indices: Tidx"],
        outputs=["output: T"],
        attrs={"keep_dims": False, "T": NUMBERS, "Tidx": INDEX_AS_INT32},
        doc=doc,
        shape=_reduced_shape,
        kernel=kernel,
        grad=grad,
        static=["reduction_indices"],
    )


def _logical_reduction(name: str, doc: str, kernel: Callable[..., Any]) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: bool", "reduction_indices: Tidx"],
        outputs=["output: bool"],
        attrs={"keep_dims": False, "Tidx": INDEX_AS_INT32},
        doc=doc,
        shape=_reduced_shape,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
        static=["reduction_indices"],
    )


# The place of the extreme


def _without_axis(c: ShapeContext) -> Shape:
    shape = c.shape("input")
    axis = c.value("dimension")
    if shape is None:
        return None
    if axis is None:
        return (None,) * (len(shape) - 1)
    rank = len(shape)
    if not -rank <= axis < rank:
        raise c.mismatch(f"an axis from {-rank} to {rank - 1} (it is {axis})")
    axis = int(axis) % rank
    return shape[:axis] + shape[axis + 1 :]


def _place(name: str, doc: str, kernel: Callable[..., Any]) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T", "dimension: Tidx"],
        outputs=["output: output_type"],
        attrs={
            "T": NUMBERS,
            "Tidx": INDEX_AS_INT32,
            "output_type": attr("type", dtypes.int64, allowed=INDEX),
        },
        doc=doc,
        shape=_without_axis,
        kernel=lambda xp, x, axis, *, output_type: kernel(xp, x, int(axis)).astype(
            output_type.as_numpy_dtype
        ),
        grad=NOT_DIFFERENTIABLE,
        static=["dimension"],
    )


# Running sums and products


def _running(
    xp: Any, x: Any, axis: Any, exclusive: bool, reverse: bool, accumulate: Any, first: int
) -> Any:
    axis = int(axis)
    if reverse:
        x = xp.flip(x, axis)
    result = accumulate(x, axis=axis, dtype=_accumulator(x)).astype(x.dtype)
    if exclusive and x.shape[axis]:
        start = xp.full_like(xp.take(x, xp.asarray([0]), axis=axis), first)
        most = (slice(None),) * (axis % x.ndim) + (slice(0, -1),)
        result = xp.concatenate([start, result[most]], axis=axis)
    return xp.flip(result, axis) if reverse else result


def _scan(name: str, doc: str, kernel: Callable[..., Any], grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "axis: Tidx"],
        outputs=["out: T"],
        attrs={"exclusive": False, "reverse": False, "T": NUMBERS, "Tidx": INDEX_AS_INT32},
        doc=doc,
        shape=lambda c: c.shape("x"),
        kernel=kernel,
        grad=grad,
        static=["axis"],
    )


def _cumsum(xp: Any, x: Any, axis: Any, *, exclusive: bool, reverse: bool) -> Any:
    return _running(xp, x, axis, exclusive, reverse, xp.cumsum, 0)


def _cumprod(xp: Any, x: Any, axis: Any, *, exclusive: bool, reverse: bool) -> Any:
    return _running(xp, x, axis, exclusive, reverse, xp.cumprod, 1)


SPECS = (
    _reduction("Sum", "The sum over the axes.", _sum, gradients.sum_grad),
    _reduction("Prod", "The product over the axes.", _prod, gradients.prod_grad),
    _reduction("Mean", "The mean over the axes.", _mean, gradients.mean_grad),
    _reduction("Max", "The greatest over the axes.", _max, gradients.extreme_grad),
    _reduction("Min", "The smallest over the axes.", _min, gradients.extreme_grad),
    _reduction(
        "EuclideanNorm",
        "The square root of the sum of squares over the axes.",
        _euclidean_norm,
        NOT_DIFFERENTIABLE,
    ),
    _logical_reduction(
        "Any",
        "Whether one is true over the axes.",
        lambda xp, x, indices, *, keep_dims: xp.any(x, axis=_axes(indices), keepdims=keep_dims),
    ),
    _logical_reduction(
        "All",
        "Whether all are true over the axes.",
        lambda xp, x, indices, *, keep_dims: xp.all(x, axis=_axes(indices), keepdims=keep_dims),
    ),
    _place("ArgMax", "Where the greatest is, first.", lambda xp, x, axis: xp.argmax(x, axis)),
    _place("ArgMin", "Where the smallest is, first.", lambda xp, x, axis: xp.argmin(x, axis)),
    _scan("Cumsum", "The sums of all up to each.", _cumsum, gradients.cumsum_grad),
    _scan("Cumprod", "The products of all up to each.", _cumprod, gradients.cumprod_grad),
)
