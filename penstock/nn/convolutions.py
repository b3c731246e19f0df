"""Convolutions over lines, images and volumes."""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays import expand_dims, squeeze
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given, full_sequence, split_padding, window_steps

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "line_as_image",
]


def conv2d(
    input: Any,  # noqa: A002
    filter: Any = None,  # noqa: A002
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Convolve images with a filter.

    The output at [b, i, j, k] is the sum over di, dj, q of
    ``input[b, stride * i + di, stride * j + dj, q] * filter[di, dj, q, k]``.

    Args:
      input: images, [batch, height, width, channels] or as `data_format` says.
      filter: [height, width, channels, outputs], of the dtype of `input`.
      strides: steps of the window: a number, two for height and width, or four for all axes.
      padding: ``"SAME"``: the output has as many steps as fit, zeros around the input;
        ``"VALID"``: no padding; or a list of four pairs of sizes.
      use_cudnn_on_gpu: has no effect; cuDNN is used where XLA finds it best.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      dilations: distances between the elements that the filter sees, as `strides`.
      name: the node's name.
      filters: the new name of `filter`.

    Returns:
      [batch, height', width', outputs], or as `data_format` says.

    Raises:
      ValueError: if a list has another length, or the sizes are known not to fit.
    """
    filter = first_given("filter", filter, "filters", filters)  # noqa: A001
    padding, explicit = split_padding(padding)
    return raw.Conv2D(
        input,
        filter,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        name=name,
        **window_steps(strides, dilations, 2, data_format or "NHWC"),
    )


def line_as_image(data_format: str | None) -> tuple[str, int]:
    """Give the images' format in which lines [batch, width, channels] are of height 1.

    Returns:
      The data format, and the axis of the height.

    Raises:
      ValueError: if the format is unknown.
    """
    if data_format in (None, "NHWC", "NWC"):
        return "NHWC", 1
    if data_format in ("NCHW", "NCW"):
        return "NCHW", 2
    raise ValueError(f"The data format of lines must be 'NWC' or 'NCW', not {data_format!r}.")


def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: Any = None,  # noqa: A002
    dilations: Any = None,
) -> Tensor:
    """Convolve lines with a filter.

    Args:
      value: lines, [batch, width, channels] or as `data_format` says.
      filters: [width, channels, outputs].
      stride: steps of the window: a number, or a list of one or of three.
      padding: ``"SAME"`` or ``"VALID"``.
      use_cudnn_on_gpu: has no effect.
      data_format: ``"NWC"``, or ``"NCW"`` with the channels second.
      name: a name for what is built.
      input: the new name of `value`.
      dilations: distances between the elements that the filter sees, as `stride`.

    Returns:
      [batch, width', outputs], or as `data_format` says.

    Raises:
      ValueError: if the data format is unknown, or the sizes are known not to fit.
    """
    value = first_given("value", value, "input", input)
    with name_scope(name, "conv1d", [value, filters]) as scope:
        data_format, height = line_as_image(data_format)
        channels = 1 if height == 2 else 2
        strides = [1, *full_sequence(stride, 1, channels, "stride")]
        gaps = [1, *full_sequence(dilations, 1, channels, "dilations")]
        image, taps = expand_dims(value, height), expand_dims(filters, 0)
        result = raw.Conv2D(
            image,
            taps,
            strides=strides,
            padding=padding,
            use_cudnn_on_gpu=use_cudnn_on_gpu,
            data_format=data_format,
            dilations=gaps,
            name=scope,
        )
        return squeeze(result, [height])


def conv3d(
    input: Any,  # noqa: A002
    filter: Any = None,  # noqa: A002
    strides: Any = None,
    padding: str | None = None,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Convolve volumes with a filter.

    Args:
      input: volumes, [batch, depth, height, width, channels] or as `data_format` says.
      filter: [depth, height, width, channels, outputs].
      strides: five steps of the window, one per axis.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"``, or ``"NCDHW"`` with the channels second.
      dilations: five distances between the elements that the filter sees.
      name: the node's name.
      filters: the new name of `filter`.

    Returns:
      [batch, depth', height', width', outputs], or as `data_format` says.
    """
    return raw.Conv3D(
        input,
        first_given("filter", filter, "filters", filters),
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )
