"""Pooling: the maximum or the mean of each window over an image or a volume, and its gradients.

`ksize` and `strides` have one entry per axis, so which axes hold the image is in them already, and
`data_format` says nothing that the kernels need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import FLOATING, REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, pooling_kernels
from penstock.ops.pooling_common import (
    POOLED_TYPES,
    max_second,
    pool_shape,
    settings,
    shape_of,
    window_attrs,
)
from penstock.ops.pooling_kernels import moving_windows

__all__ = ["SPECS", "max_pool", "max_pool_grad", "max_pool_grad_grad"]

_FLOAT = attr("type", allowed=FLOATING)
_REAL = attr("type", allowed=REAL_NUMBERS)
_SHORT_FLOAT = FLOATING - {dtypes.float64}


def _size_given(rank: int) -> Callable[[ShapeContext], Shape]:
    """Make the rule: the shape whose sizes are the input `orig_input_shape`."""

    def rule(c: ShapeContext) -> Shape:
        shape = c.shape_value("orig_input_shape")
        if shape is None:
            return (None,) * rank
        if len(shape) != rank:
            raise c.mismatch(f"orig_input_shape to have {rank} sizes")
        return shape

    return rule


def max_pool(xp: Any, input: Any, *, ksize: Any, strides: Any, padding: str) -> Any:
    windows = moving_windows(input.shape, ksize, strides, padding)
    return pooling_kernels.max_pool(xp, input, windows)


def max_pool_grad(
    xp: Any, orig_input: Any, orig_output: Any, grad: Any,
    *, ksize: Any, strides: Any, padding: str,
) -> Any:  # fmt: skip
    windows = moving_windows(orig_input.shape, ksize, strides, padding)
    return pooling_kernels.max_pool_grad(xp, orig_input, grad, windows)


def max_pool_grad_grad(
    xp: Any, orig_input: Any, orig_output: Any, grad: Any,
    *, ksize: Any, strides: Any, padding: str,
) -> Any:  # fmt: skip
    windows = moving_windows(orig_input.shape, ksize, strides, padding)
    return pooling_kernels.max_pool_with(xp, orig_input, grad, windows)[1]


def _average_pool(xp: Any, value: Any, *, ksize: Any, strides: Any, padding: str) -> Any:
    windows = moving_windows(value.shape, ksize, strides, padding)
    return pooling_kernels.average_pool(xp, value, windows)


def _average_pool_grad(
    xp: Any, orig_input_shape: Any, grad: Any, *, ksize: Any, strides: Any, padding: str
) -> Any:
    sizes = [int(size) for size in orig_input_shape]
    return pooling_kernels.average_pool_grad(
        xp, grad, moving_windows(sizes, ksize, strides, padding)
    )


def _max_gradient(op: str) -> Callable[..., Any]:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        build = getattr(ops, op)
        return [build(node.inputs[0], node.outputs[0], dy, **settings(node))]

    return grad


def _average_gradient(op: str) -> Callable[..., Any]:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        build = getattr(ops, op)
        return [build(composed.shape(node.inputs[0]), dy, **settings(node))]

    return grad


def _average_second(op: str) -> Callable[..., Any]:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        return [ops.StopGradient(node.inputs[0]), getattr(ops, op)(dy, **settings(node))]

    return grad


def _max_pool_records(rank: int) -> tuple[OpSpec, OpSpec, OpSpec]:
    """Make max pooling over `rank` axes, its gradient, and the gradient of that."""
    if rank == 4:
        prefix, image = "MaxPool", "T"
        attrs = window_attrs(4, first={"T": attr("type", dtypes.float32, allowed=POOLED_TYPES)})
        types = {"T": attr("type", dtypes.float32, allowed=REAL_NUMBERS)}
    else:
        prefix, image = "MaxPool3D", "TInput"
        attrs = window_attrs(5, T=attr("type", allowed=_SHORT_FLOAT))
        types = dict.fromkeys(("T", image), attr("type", dtypes.float32, allowed=_SHORT_FLOAT))
    forward = OpSpec(
        prefix,
        inputs=["input: T"],
        outputs=["output: T"],
        attrs=attrs,
        doc="The largest element under each step of the window; padding does not count.",
        shape=pool_shape("input", rank),
        kernel=max_pool,
        grad=_max_gradient(prefix + "Grad"),
    )
    grad = OpSpec(
        prefix + "Grad",
        inputs=[f"orig_input: {image}", f"orig_output: {image}", "grad: T"],
        outputs=["output: T"],
        attrs=window_attrs(rank, **types),
        doc=f"The gradient of {prefix}: each step's goes to the first of its largest elements.",
        shape=shape_of("orig_input", rank),
        kernel=max_pool_grad,
        grad=max_second(prefix + "GradGrad"),
    )
    second = OpSpec(
        prefix + "GradGrad",
        inputs=["orig_input: T", "orig_output: T", "grad: T"],
        outputs=["output: T"],
        attrs=window_attrs(rank, T=_REAL),
        doc=f"For each step of the window, `grad` where {prefix} found its largest element.",
        shape=pool_shape("orig_input", rank),
        kernel=max_pool_grad_grad,
        grad=max_second(prefix + "Grad"),
    )
    return forward, grad, second


def _average_pool_records(rank: int) -> tuple[OpSpec, OpSpec]:
    prefix, value = ("AvgPool", "value") if rank == 4 else ("AvgPool3D", "input")
    forward = OpSpec(
        prefix,
        inputs=[f"{value}: T"],
        outputs=["output: T"],
        attrs=window_attrs(rank, T=_FLOAT),
        doc="The mean of the elements under each step of the window; padding does not count.",
        shape=pool_shape(value, rank),
        kernel=_average_pool,
        grad=_average_gradient(prefix + "Grad"),
    )
    grad = OpSpec(
        prefix + "Grad",
        inputs=["orig_input_shape: int32", "grad: T"],
        outputs=["output: T"],
        attrs=window_attrs(rank, T=_FLOAT),
        doc=f"The gradient of {prefix}: each step's is shared among the elements under it.",
        shape=_size_given(rank),
        kernel=_average_pool_grad,
        grad=_average_second(prefix),
        static=["orig_input_shape"],
    )
    return forward, grad


SPECS = (
    *_max_pool_records(4),
    *_max_pool_records(5),
    *_average_pool_records(4),
    *_average_pool_records(5),
)
