"""Convolutions over images and volumes, and their gradients by input and by filter.

The records' kernels are the definition; the compiling tier has its own, built on XLA's
convolution.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, convolution_kernels
from penstock.ops.convolution_kernels import (
    channels_last,
    convolution_windows,
    from_channels_last,
)
from penstock.ops.convolution_shapes import convolution_shape, depthwise_shape, sizes_given
from penstock.ops.windows import channels_first

__all__ = ["SPECS"]

_FLOAT = attr("type", allowed=FLOATING)
_SETTINGS = (
    "strides",
    "padding",
    "use_cudnn_on_gpu",
    "data_format",
    "dilations",
    "explicit_paddings",
)


# Kernels.


def _wide(x: Any) -> Any:
    """Take 16-bit floats to 32 bits, in which sums over many products keep their digits."""
    return x.astype("float32") if x.dtype.itemsize < 4 else x


def _forward_kernel(compute: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(
        xp: Any, input: Any, filter: Any, *, strides: Any, padding: str, data_format: str,
        dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        x = channels_last(xp, input, data_format)
        windows = convolution_windows(
            x.shape[1:-1], filter.shape[:-2], strides=strides, padding=padding,
            data_format=data_format, dilations=dilations, explicit_paddings=explicit_paddings,
        )  # fmt: skip
        y = compute(xp, _wide(x), _wide(filter), windows)
        return from_channels_last(xp, y, data_format).astype(input.dtype)

    return kernel


def _input_kernel(compute: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(
        xp: Any, input_sizes: Any, filter: Any, out_backprop: Any, *, strides: Any, padding: str,
        data_format: str, dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        sizes = [int(size) for size in input_sizes]
        if channels_first(data_format):
            sizes = [sizes[0], *sizes[2:], sizes[1]]
        windows = convolution_windows(
            sizes[1:-1], filter.shape[:-2], strides=strides, padding=padding,
            data_format=data_format, dilations=dilations, explicit_paddings=explicit_paddings,
        )  # fmt: skip
        dy = _wide(channels_last(xp, out_backprop, data_format))
        dx = compute(xp, sizes, _wide(filter), dy, windows)
        return from_channels_last(xp, dx, data_format).astype(out_backprop.dtype)

    return kernel


def _filter_kernel(compute: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(
        xp: Any, input: Any, filter_sizes: Any, out_backprop: Any, *, strides: Any, padding: str,
        data_format: str, dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        x = channels_last(xp, input, data_format)
        sizes = [int(size) for size in filter_sizes]
        windows = convolution_windows(
            x.shape[1:-1], sizes[:-2], strides=strides, padding=padding,
            data_format=data_format, dilations=dilations, explicit_paddings=explicit_paddings,
        )  # fmt: skip
        dy = _wide(channels_last(xp, out_backprop, data_format))
        return compute(xp, _wide(x), sizes, dy, windows).astype(input.dtype)

    return kernel


# Gradients: the three ops of a family are each other's.


def _settings(node: Any) -> dict[str, Any]:
    return {name: node.attrs[name] for name in _SETTINGS if name in node.attrs}


def _forward_grad(names: tuple[str, str, str], one_shape_node: bool) -> Callable[..., Any]:
    _, by_input, by_filter = names

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        x, filters = node.inputs
        settings = _settings(node)
        if one_shape_node:
            x_shape, filter_shape = composed.shape_n([x, filters])
            dx = getattr(ops, by_input)(x_shape, filters, dy, **settings)
        else:
            dx = getattr(ops, by_input)(composed.shape(x), filters, dy, **settings)
            filter_shape = composed.shape(filters)
        return [dx, getattr(ops, by_filter)(x, filter_shape, dy, **settings)]

    return grad


def _input_grad(names: tuple[str, str, str]) -> Callable[..., Any]:
    forward, _, by_filter = names

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        _, filters, out_backprop = node.inputs
        settings = _settings(node)
        dfilter = getattr(ops, by_filter)(dy, composed.shape(filters), out_backprop, **settings)
        return [None, dfilter, getattr(ops, forward)(dy, filters, **settings)]

    return grad


def _filter_grad(names: tuple[str, str, str]) -> Callable[..., Any]:
    forward, by_input, _ = names

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        x, _, out_backprop = node.inputs
        settings = _settings(node)
        dx = getattr(ops, by_input)(composed.shape(x), dy, out_backprop, **settings)
        return [dx, None, getattr(ops, forward)(x, dy, **settings)]

    return grad


# Records.


def _image_attrs() -> dict[str, Any]:
    return {
        "T": _FLOAT,
        "strides": attr("list(int)"),
        "use_cudnn_on_gpu": True,
        "padding": attr("string", allowed={"SAME", "VALID", "EXPLICIT"}),
        "explicit_paddings": attr("list(int)", []),
        "data_format": attr("string", "NHWC", allowed={"NHWC", "NCHW"}),
        "dilations": attr("list(int)", [1, 1, 1, 1]),
    }


def _volume_attrs() -> dict[str, Any]:
    return {
        "T": _FLOAT,
        "strides": attr("list(int)", minimum=5),
        "padding": attr("string", allowed={"SAME", "VALID"}),
        "data_format": attr("string", "NDHWC", allowed={"NDHWC", "NCDHW"}),
        "dilations": attr("list(int)", [1, 1, 1, 1, 1]),
    }


def _depthwise_attrs() -> dict[str, Any]:
    attrs = _image_attrs()
    del attrs["use_cudnn_on_gpu"], attrs["explicit_paddings"]
    return {**attrs, "padding": attr("string", allowed={"SAME", "VALID"})}


def _family(
    names: tuple[str, str, str],
    doc: str,
    rank: int,
    attrs: dict[str, Any],
    shape: Callable[[ShapeContext], Shape],
    kernels: tuple[Any, Any, Any],
    *,
    one_shape_node: bool = False,
    size_type: dict[str, Any] | None = None,
) -> tuple[OpSpec, OpSpec, OpSpec]:
    """Make a convolution and its two gradients."""
    forward, by_input, by_filter = names
    sizes = "Tshape" if size_type else "int32"
    return (
        OpSpec(
            forward,
            inputs=["input: T", "filter: T"],
            outputs=["output: T"],
            attrs=attrs,
            doc=doc,
            shape=shape,
            kernel=_forward_kernel(kernels[0]),
            grad=_forward_grad(names, one_shape_node),
        ),
        OpSpec(
            by_input,
            inputs=[f"input_sizes: {sizes}", "filter: T", "out_backprop: T"],
            outputs=["output: T"],
            attrs={**attrs, **(size_type or {})},
            doc=f"The gradient of {forward} by its input, whose shape is `input_sizes`.",
            shape=sizes_given("input_sizes", rank),
            kernel=_input_kernel(kernels[1]),
            grad=_input_grad(names),
            static=["input_sizes"],
        ),
        OpSpec(
            by_filter,
            inputs=["input: T", "filter_sizes: int32", "out_backprop: T"],
            outputs=["output: T"],
            attrs=attrs,
            doc=f"The gradient of {forward} by its filter, whose shape is `filter_sizes`.",
            shape=sizes_given("filter_sizes", rank),
            kernel=_filter_kernel(kernels[2]),
            grad=_filter_grad(names),
            static=["filter_sizes"],
        ),
    )


_DENSE = (
    convolution_kernels.convolution,
    convolution_kernels.convolution_backprop_input,
    convolution_kernels.convolution_backprop_filter,
)
_BY_CHANNEL = (
    convolution_kernels.depthwise,
    convolution_kernels.depthwise_backprop_input,
    convolution_kernels.depthwise_backprop_filter,
)

SPECS = (
    *_family(
        ("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"),
        "Sums over the window at each step of a 4-D input times a filter [height, width, in, out].",
        4,
        _image_attrs(),
        convolution_shape(4),
        _DENSE,
        one_shape_node=True,
    ),
    *_family(
        ("Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"),
        "Sums over the window at each step of a 5-D input times a filter "
        "[depth, height, width, in, out].",
        5,
        _volume_attrs(),
        convolution_shape(5),
        _DENSE,
        size_type={
            "Tshape": attr("type", dtypes.int32, allowed={dtypes.int32, dtypes.int64}),
        },
    ),
    *_family(
        (
            "DepthwiseConv2dNative",
            "DepthwiseConv2dNativeBackpropInput",
            "DepthwiseConv2dNativeBackpropFilter",
        ),
        "Conv2D of each channel for itself, by a filter [height, width, in, multiplier].",
        4,
        _depthwise_attrs(),
        depthwise_shape,
        _BY_CHANNEL,
    ),
)
