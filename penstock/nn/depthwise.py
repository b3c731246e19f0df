"""Convolutions of each channel for itself, and with a mixing of channels after."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given
from penstock.nn.gaps import with_space_to_batch
from penstock.ops import composed

__all__ = [
    "depthwise_conv2d",
    "depthwise_conv2d_backprop_filter",
    "depthwise_conv2d_backprop_input",
    "depthwise_conv2d_native",
    "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input",
    "separable_conv2d",
]


def depthwise_conv2d_native(
    input: Any,  # noqa: A002
    filter: Any,  # noqa: A002
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Convolve each channel of images with filters of its own, as one node.

    Args:
      input: [batch, height, width, channels], or as `data_format` says.
      filter: [height, width, channels, multiplier].
      strides: four steps of the window, one per axis.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      dilations: four distances between the elements that the filter sees.
      name: the node's name.

    Returns:
      [batch, height', width', channels * multiplier], or as `data_format` says.
    """
    return raw.DepthwiseConv2dNative(
        input,
        filter,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def depthwise_conv2d_native_backprop_input(
    input_sizes: Any,
    filter: Any,  # noqa: A002
    out_backprop: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Build the gradient of `depthwise_conv2d_native` by its input, whose shape is `input_sizes`.

    Args:
      input_sizes: the shape of the input, int32 [4].
      filter: the filter.
      out_backprop: the gradient by the output.
      strides: as for the convolution; so are the next three.
      padding: as for the convolution.
      data_format: as for the convolution.
      dilations: as for the convolution.
      name: the node's name.
    """
    return raw.DepthwiseConv2dNativeBackpropInput(
        input_sizes,
        filter,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def depthwise_conv2d_native_backprop_filter(
    input: Any,  # noqa: A002
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Build the gradient of `depthwise_conv2d_native` by its filter, of shape `filter_sizes`.

    Args:
      input: the images that were convolved.
      filter_sizes: the shape of the filter, int32 [4].
      out_backprop: the gradient by the output.
      strides: as for the convolution; so are the next three.
      padding: as for the convolution.
      data_format: as for the convolution.
      dilations: as for the convolution.
      name: the node's name.
    """
    return raw.DepthwiseConv2dNativeBackpropFilter(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


depthwise_conv2d_backprop_input = depthwise_conv2d_native_backprop_input
depthwise_conv2d_backprop_filter = depthwise_conv2d_native_backprop_filter


def depthwise_conv2d(
    input: Any,  # noqa: A002
    filter: Any,  # noqa: A002
    strides: Any,
    padding: str,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Convolve each channel of images with filters of its own, with strides or with gaps.

    Args:
      input: [batch, height, width, channels], or as `data_format` says.
      filter: [height, width, channels, multiplier].
      strides: four steps of the window, one per axis.
      padding: ``"SAME"`` or ``"VALID"``.
      rate: distances between the elements that the filter sees, one for height, one for width.
      name: a name for what is built.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      dilations: the new name of `rate`.

    Returns:
      [batch, height', width', channels * multiplier], or as `data_format` says.
    """
    rate = first_given("rate", rate, "dilations", dilations)
    with name_scope(name, "depthwise", [input, filter]) as scope:
        image = convert_to_tensor(input, name="tensor_in")
        taps = convert_to_tensor(filter, name="filter_in")
        return with_space_to_batch(
            image,
            [1, 1] if rate is None else rate,
            padding,
            lambda x, _, inner: depthwise_conv2d_native(
                x, taps, strides, inner, data_format, name=scope
            ),
            filter_shape=composed.shape(taps),
            data_format=data_format,
        )


def separable_conv2d(
    input: Any,  # noqa: A002
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: str,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Convolve each channel of images for itself, then mix the channels at each pixel.

    Args:
      input: [batch, height, width, channels], or as `data_format` says.
      depthwise_filter: [height, width, channels, multiplier].
      pointwise_filter: [1, 1, channels * multiplier, outputs].
      strides: four steps of the first window, one per axis.
      padding: ``"SAME"`` or ``"VALID"``.
      rate: distances between the elements that the first filter sees, for height and width.
      name: a name for what is built.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      dilations: the new name of `rate`.

    Returns:
      [batch, height', width', outputs], or as `data_format` says.

    Raises:
      ValueError: if the pointwise filter is known to see more than a pixel.
    """
    rate = first_given("rate", rate, "dilations", dilations)
    with name_scope(name, "separable_conv2d", [input, depthwise_filter, pointwise_filter]) as scope:
        image = convert_to_tensor(input, name="tensor_in")
        taps = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        mixing = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        mixing.shape.assert_is_compatible_with([1, 1, None, None])
        mixed = with_space_to_batch(
            image,
            [1, 1] if rate is None else rate,
            padding,
            lambda x, _, inner: depthwise_conv2d_native(
                x, taps, strides, inner, data_format, name="depthwise"
            ),
            filter_shape=composed.shape(taps),
            data_format=data_format,
        )
        return raw.Conv2D(
            mixed,
            mixing,
            strides=[1, 1, 1, 1],
            padding="VALID",
            data_format=data_format,
            name=scope,
        )
