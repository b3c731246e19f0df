"""Transposed convolutions: the gradients of convolutions by their input, used to enlarge.

Zeiler et al., "Deconvolutional networks", 2010.
"""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays import expand_dims, squeeze
from penstock.functions.arrays_joining import concat
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given, full_sequence, window_steps
from penstock.nn.convolutions import line_as_image

__all__ = [
    "atrous_conv2d_transpose",
    "conv1d_transpose",
    "conv2d_transpose",
    "conv3d_transpose",
    "conv_transpose",
]


def conv2d_transpose(
    value: Any = None,
    filter: Any = None,  # noqa: A002
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,  # noqa: A002
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """Build the transpose of `conv2d`: what it makes of an output is as large as its input.

    Args:
      value: [batch, height, width, channels], or as `data_format` says.
      filter: [height, width, outputs, channels].
      output_shape: the shape of the result, int32 [4].
      strides: how much larger the result is: a number, two, or four for all axes.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      name: a name for what is built.
      input: the new name of `value`.
      filters: the new name of `filter`.
      dilations: distances between the elements that the filter sees, as `strides`.

    Returns:
      A tensor of shape `output_shape`.

    Raises:
      ValueError: if a list has another length.
    """
    value = first_given("value", value, "input", input)
    filter = first_given("filter", filter, "filters", filters)  # noqa: A001
    with name_scope(name, "conv2d_transpose", [value, filter, output_shape]) as scope:
        steps = window_steps(strides, dilations, 2, data_format or "NHWC")
        return raw.Conv2DBackpropInput(
            output_shape, filter, value, padding=padding, name=scope, **steps
        )


def conv1d_transpose(
    input: Any,  # noqa: A002
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Build the transpose of `conv1d`.

    Args:
      input: [batch, width, channels], or as `data_format` says.
      filters: [width, outputs, channels].
      output_shape: the shape of the result, int32 [3].
      strides: how much longer the result is: a number, or a list of one or of three.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NWC"``, or ``"NCW"`` with the channels second.
      dilations: distances between the elements that the filter sees, as `strides`.
      name: a name for what is built.

    Returns:
      A tensor of shape `output_shape`.

    Raises:
      ValueError: if the data format is unknown.
    """
    with name_scope(name, "conv1d_transpose", [input, filters, output_shape]) as scope:
        data_format, height = line_as_image(data_format)
        channels = 1 if height == 2 else 2
        steps = [1, *full_sequence(strides, 1, channels, "strides")]
        gaps = [1, *full_sequence(dilations, 1, channels, "dilations")]
        image, taps = expand_dims(input, height), expand_dims(filters, 0)
        sizes = output_shape if hasattr(output_shape, "value_index") else list(output_shape)
        result = raw.Conv2DBackpropInput(
            concat([sizes[:height], [1], sizes[height:]], 0),
            taps,
            image,
            strides=steps,
            padding=padding,
            data_format=data_format,
            dilations=gaps,
            name=scope,
        )
        return squeeze(result, [height])


def conv3d_transpose(
    value: Any,
    filter: Any = None,  # noqa: A002
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    input: Any = None,  # noqa: A002
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """Build the transpose of `conv3d`.

    Args:
      value: [batch, depth, height, width, channels], or as `data_format` says.
      filter: [depth, height, width, outputs, channels].
      output_shape: the shape of the result, int32 [5].
      strides: how much larger the result is: a number, three, or five for all axes.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"``, or ``"NCDHW"`` with the channels second.
      name: a name for what is built.
      input: the new name of `value`.
      filters: the new name of `filter`.
      dilations: distances between the elements that the filter sees, as `strides`.

    Returns:
      A tensor of shape `output_shape`.

    Raises:
      ValueError: if a list has another length.
    """
    value = first_given("value", value, "input", input)
    filter = first_given("filter", filter, "filters", filters)  # noqa: A001
    with name_scope(name, "conv3d_transpose", [value, filter, output_shape]) as scope:
        steps = window_steps(strides, dilations, 3, data_format or "NDHWC")
        return raw.Conv3DBackpropInputV2(
            output_shape, filter, value, padding=padding, name=scope, **steps
        )


def conv_transpose(
    input: Any,  # noqa: A002
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Build the transpose of a convolution over one, two or three axes, as `output_shape` says.

    Args:
      input: [batch, space..., channels], or as `data_format` says.
      filters: [space..., outputs, channels].
      output_shape: the shape of the result, int32.
      strides: how much larger the result is.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: with the channels last by default.
      dilations: distances between the elements that the filter sees.
      name: a name for what is built.

    Returns:
      A tensor of shape `output_shape`.

    Raises:
      ValueError: if the number of axes is unknown, or another.
    """
    with name_scope(name, "conv_transpose", [input, filters, output_shape]) as scope:
        spatial = _length(output_shape) - 2
        if spatial == 1:
            return conv1d_transpose(
                input, filters, output_shape, strides, padding, data_format, dilations, scope
            )
        if spatial not in (2, 3):
            raise ValueError(
                f"output_shape must have 3, 4 or 5 entries, for lines, images or volumes, but "
                f"{output_shape!r} has {spatial + 2}."
            )
        build = conv2d_transpose if spatial == 2 else conv3d_transpose
        return build(
            input, filters, output_shape, strides, padding, data_format, scope, dilations=dilations
        )


def _length(output_shape: Any) -> int:
    static = getattr(output_shape, "static_shape", None)
    if not hasattr(output_shape, "value_index"):
        return len(output_shape)
    if static is None or len(static) != 1 or static[0] is None:
        raise ValueError("output_shape must be a vector of known length.")
    return static[0]


def atrous_conv2d_transpose(
    value: Any,
    filters: Any,
    output_shape: Any,
    rate: int,
    padding: str,
    name: str | None = None,
) -> Tensor:
    """Build the transpose of `atrous_conv2d`.

    Args:
      value: [batch, height, width, channels].
      filters: [height, width, outputs, channels].
      output_shape: the shape of the result, int32 [4].
      rate: the distance between the elements that the filter sees.
      padding: ``"SAME"`` or ``"VALID"``.
      name: a name for what is built.

    Returns:
      A tensor of shape `output_shape`.

    Raises:
      ValueError: if the rate is below 1, the padding unknown, or the sizes do not fit.
    """
    with name_scope(name, "atrous_conv2d_transpose", [value, filters, output_shape]):
        value = convert_to_tensor(value, name="value")
        filters = convert_to_tensor(filters, name="filters")
        if rate < 1:
            raise ValueError(f"The rate must be at least 1, but is {rate}.")
        if rate == 1:
            return conv2d_transpose(value, filters, output_shape, [1, 1, 1, 1], padding)
        sizes = output_shape
        if not hasattr(sizes, "value_index"):
            convert_to_tensor(sizes, name="output_shape")  # unused, but TensorFlow makes it
            sizes = [int(size) for size in sizes]
        before, after = _atrous_padding(filters, rate, padding)
        high = sizes[1] + before[0] + after[0]
        wide = sizes[2] + before[1] + after[1]
        rest_high = (rate - high % rate) % rate
        rest_wide = (rate - wide % rate) % rate
        blocks = [rate, rate]
        batches = raw.SpaceToBatchND(value, blocks, [[0, rest_high], [0, rest_wide]])
        inner = [
            rate * rate * sizes[0],
            (high + rest_high) // rate,
            (wide + rest_wide) // rate,
            sizes[3],
        ]
        result = raw.Conv2DBackpropInput(
            inner, filters, batches, strides=[1, 1, 1, 1], padding="VALID", data_format="NHWC"
        )
        crops = [[before[0], after[0] + rest_high], [before[1], after[1] + rest_wide]]
        return raw.BatchToSpaceND(result, blocks, crops)


def _atrous_padding(filters: Tensor, rate: int, padding: str) -> tuple[list[int], list[int]]:
    """Give the zeros before and after height and width that `atrous_conv2d` would have added."""
    if padding == "VALID":
        return [0, 0], [0, 0]
    if padding != "SAME":
        raise ValueError(f"The padding must be 'SAME' or 'VALID', not {padding!r}.")
    taps = filters.shape.as_list()[:2]
    total = [(size - 1) * rate for size in taps]
    before = [each // 2 for each in total]
    return before, [each - first for each, first in zip(total, before, strict=True)]
