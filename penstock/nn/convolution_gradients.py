"""The gradients of convolutions, as functions of their own."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import raw
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given, split_padding

__all__ = [
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv3d_backprop_filter",
    "conv3d_backprop_filter_v2",
]


def conv2d_backprop_filter(
    input: Any,  # noqa: A002
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Build the gradient of `conv2d` by its filter.

    Args:
      input: the images that were convolved.
      filter_sizes: the shape of the filter, int32 [4].
      out_backprop: the gradient by the output.
      strides: four steps, one per axis.
      padding: as for `conv2d`.
      use_cudnn_on_gpu: has no effect.
      data_format: as for `conv2d`.
      dilations: four distances, one per axis.
      name: the node's name.

    Returns:
      A tensor of the shape `filter_sizes`.
    """
    padding, explicit = split_padding(padding)
    return raw.Conv2DBackpropFilter(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,  # noqa: A002
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Build the gradient of `conv2d` by its input.

    Args:
      input_sizes: the shape of the input, int32 [4].
      filter: the filter.
      out_backprop: the gradient by the output.
      strides: four steps, one per axis.
      padding: as for `conv2d`.
      use_cudnn_on_gpu: has no effect.
      data_format: as for `conv2d`.
      dilations: four distances, one per axis.
      name: the node's name.
      filters: the new name of `filter`.

    Returns:
      A tensor of the shape `input_sizes`.
    """
    padding, explicit = split_padding(padding)
    return raw.Conv2DBackpropInput(
        input_sizes,
        first_given("filter", filter, "filters", filters),
        out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def conv3d_backprop_filter_v2(
    input: Any,  # noqa: A002
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: str,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Build the gradient of `conv3d` by its filter.

    Args:
      input: the volumes that were convolved.
      filter_sizes: the shape of the filter, int32 [5].
      out_backprop: the gradient by the output.
      strides: five steps, one per axis.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: as for `conv3d`.
      dilations: five distances, one per axis.
      name: the node's name.

    Returns:
      A tensor of the shape `filter_sizes`.
    """
    return raw.Conv3DBackpropFilterV2(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


conv3d_backprop_filter = conv3d_backprop_filter_v2
