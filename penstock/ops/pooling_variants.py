"""Max pooling in its rarer forms: with the window as inputs, and with the maxima's places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import pooling_kernels, shape_rules as rules
from penstock.ops.pooling import max_pool, max_pool_grad, max_pool_grad_grad
from penstock.ops.pooling_common import (
    PADDING,
    POOLED_TYPES,
    max_second,
    pool_shape,
    pooled,
    settings,
    shape_of,
)
from penstock.ops.pooling_kernels import moving_windows

__all__ = ["SPECS"]

_REAL = attr("type", allowed=REAL_NUMBERS)


def _tensor_sized(c: ShapeContext, name: str) -> Shape:
    """The rule of pooling whose ksize and strides are inputs."""
    shape = rules.with_rank(c, name, 4)
    ksize, strides = c.value("ksize"), c.value("strides")
    if ksize is None or strides is None:
        return None
    return pooled(c, shape, ksize.tolist(), strides.tolist())


_V2_TYPES = {"padding": PADDING, "data_format": attr("string", "NHWC", allowed={"NHWC", "NCHW"})}


def _v2(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a kernel with sizes as attrs into one that takes them as its last two inputs."""

    def sized(xp: Any, *inputs: Any, padding: str) -> Any:
        *images, ksize, strides = inputs
        return kernel(xp, *images, ksize=ksize.tolist(), strides=strides.tolist(), padding=padding)

    return sized


def _max_v2_gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    image, ksize, strides = node.inputs
    grad = ops.MaxPoolGradV2(image, node.outputs[0], dy, ksize, strides, **settings(node))
    return [grad, None, None]


MAX_POOL_V2 = OpSpec(
    "MaxPoolV2",
    inputs=["input: T", "ksize: int32", "strides: int32"],
    outputs=["output: T"],
    attrs={"T": attr("type", dtypes.float32, allowed=POOLED_TYPES), **_V2_TYPES},
    doc="MaxPool with the window as inputs.",
    shape=lambda c: _tensor_sized(c, "input"),
    kernel=_v2(max_pool),
    grad=_max_v2_gradient,
    static=["ksize", "strides"],
)


def _v2_gradient(name: str, real: Any, shape: Any, kernel: Any, next_op: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=[
            "orig_input: T", "orig_output: T", "grad: T", "ksize: int32", "strides: int32",
        ],
        outputs=["output: T"],
        attrs={**_V2_TYPES, "T": real},
        doc=f"{name[:-2]} with the window as inputs.",
        shape=shape,
        kernel=_v2(kernel),
        grad=max_second(next_op),
        static=["ksize", "strides"],
    )  # fmt: skip


MAX_POOL_GRAD_V2 = _v2_gradient(
    "MaxPoolGradV2",
    attr("type", dtypes.float32, allowed=REAL_NUMBERS),
    shape_of("orig_input", 4),
    max_pool_grad,
    "MaxPoolGradGradV2",
)
MAX_POOL_GRAD_GRAD_V2 = _v2_gradient(
    "MaxPoolGradGradV2",
    _REAL,
    lambda c: _tensor_sized(c, "orig_input"),
    max_pool_grad_grad,
    "MaxPoolGradV2",
)


def _max_pool_with_argmax(
    xp: Any, input: Any,
    *, ksize: Any, strides: Any, padding: str, Targmax: Any, include_batch_in_index: bool,
) -> tuple[Any, Any]:  # fmt: skip
    windows = moving_windows(input.shape, ksize, strides, padding)
    per_image = input[0].size if len(input) else 0
    places = xp.arange(input.size, dtype=Targmax.as_numpy_dtype).reshape(input.shape)
    if not include_batch_in_index:
        places = xp.broadcast_to(places[:1], input.shape) if per_image else places
    return pooling_kernels.max_pool_with(xp, input, places, windows)


def _take_at(xp: Any, input: Any, grad: Any, argmax: Any, *, include_batch_in_index: bool) -> Any:
    if include_batch_in_index:
        return xp.take(grad.reshape(-1), argmax)
    rows = grad.reshape(len(grad), -1)
    chosen = xp.take_along_axis(rows, argmax.reshape(len(grad), -1), axis=1)
    return chosen.reshape(argmax.shape)


def _with_argmax_gradient(ops: Any, node: Any, dy: Any, dargmax: Any) -> list[Any]:
    settings = {name: node.attrs[name] for name in ("ksize", "strides", "padding")}
    return [
        ops.MaxPoolGradWithArgmax(
            node.inputs[0],
            dy,
            node.outputs[1],
            include_batch_in_index=node.attrs["include_batch_in_index"],
            **settings,
        )
    ]


_INDEX = {dtypes.int32, dtypes.int64}
_WINDOW = {
    "ksize": attr("list(int)", minimum=4),
    "strides": attr("list(int)", minimum=4),
    "padding": PADDING,
    "include_batch_in_index": False,
}

MAX_POOL_WITH_ARGMAX = OpSpec(
    "MaxPoolWithArgmax",
    inputs=["input: T"],
    outputs=["output: T", "argmax: Targmax"],
    attrs={
        "ksize": attr("list(int)", minimum=4),
        "strides": attr("list(int)", minimum=4),
        "Targmax": attr("type", dtypes.int64, allowed=_INDEX),
        "padding": PADDING,
        "include_batch_in_index": False,
        "T": _REAL,
    },
    doc="MaxPool, and where each maximum stands in its image, or for `include_batch_in_index` in "
    "the whole input, flattened.",
    shape=lambda c: [pool_shape("input", 4)(c)] * 2,
    kernel=_max_pool_with_argmax,
    grad=_with_argmax_gradient,
)

MAX_POOL_GRAD_WITH_ARGMAX = OpSpec(
    "MaxPoolGradWithArgmax",
    inputs=["input: T", "grad: T", "argmax: Targmax"],
    outputs=["output: T"],
    attrs={**_WINDOW, "Targmax": attr("type", allowed=_INDEX), "T": _REAL},
    doc="Zeros like `input`, with each of `grad` added where `argmax` says.",
    shape=shape_of("input", 4),
    grad=Undefined("TensorFlow has no second derivative of MaxPoolWithArgmax; use MaxPool"),
)

MAX_POOL_GRAD_GRAD_WITH_ARGMAX = OpSpec(
    "MaxPoolGradGradWithArgmax",
    inputs=["input: T", "grad: T", "argmax: Targmax"],
    outputs=["output: T"],
    attrs={**_WINDOW, "Targmax": attr("type", allowed=_INDEX), "T": _REAL},
    doc="The entries of `grad` at the places in `argmax`.",
    shape=lambda c: pooled(c, rules.with_rank(c, "input", 4), c.attrs["ksize"], c.attrs["strides"]),
    kernel=_take_at,
    grad=Undefined("TensorFlow has no third derivative of MaxPoolWithArgmax; use MaxPool"),
)

SPECS = (
    MAX_POOL_V2,
    MAX_POOL_GRAD_V2,
    MAX_POOL_GRAD_GRAD_V2,
    MAX_POOL_WITH_ARGMAX,
    MAX_POOL_GRAD_WITH_ARGMAX,
    MAX_POOL_GRAD_GRAD_WITH_ARGMAX,
)
