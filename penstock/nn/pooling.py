"""Pooling over lines, images and volumes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.arrays import expand_dims, squeeze
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import channel_axis, first_given, full_sequence
from penstock.nn.convolutions import line_as_image
from penstock.nn.dilated import spatial_settings
from penstock.nn.gaps import with_space_to_batch

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "avg_pool_v2",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_v2",
    "max_pool_with_argmax",
    "pool",
]


def _images(
    build: Callable[..., Tensor],
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None,
    scope: str,
) -> Tensor:
    data_format = data_format or "NHWC"
    channels = channel_axis(data_format, 4)
    return build(
        value,
        ksize=full_sequence(ksize, 2, channels, "ksize"),
        strides=full_sequence(strides, 2, channels, "strides"),
        padding=padding,
        data_format=data_format,
        name=scope,
    )


def max_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,  # noqa: A002
) -> Tensor:
    """Build the largest element under each step of a window over images.

    Args:
      value: [batch, height, width, channels], or as `data_format` says.
      ksize: the size of the window: a number, two for height and width, or four for all axes.
      strides: steps of the window, as `ksize`.
      padding: ``"SAME"`` or ``"VALID"``; what is padded does not count.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      name: a name for what is built.
      input: the new name of `value`.

    Returns:
      [batch, height', width', channels], or as `data_format` says.

    Raises:
      ValueError: if a list has another length, or the window is known not to fit.
    """
    value = first_given("value", value, "input", input)
    with name_scope(name, "MaxPool", [value]) as scope:
        return _images(raw.MaxPool, value, ksize, strides, padding, data_format, scope)


def max_pool2d(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """Build the largest element under each step of a window over images: see `max_pool`."""
    with name_scope(name, "MaxPool2d", [input]) as scope:
        return _images(raw.MaxPool, input, ksize, strides, padding, data_format, scope)


def avg_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,  # noqa: A002
) -> Tensor:
    """Build the mean under each step of a window over images.

    Args:
      value: [batch, height, width, channels], or as `data_format` says.
      ksize: the size of the window: a number, two for height and width, or four for all axes.
      strides: steps of the window, as `ksize`.
      padding: ``"SAME"`` or ``"VALID"``; what is padded does not count.
      data_format: ``"NHWC"``, or ``"NCHW"`` with the channels second.
      name: a name for what is built.
      input: the new name of `value`.

    Returns:
      [batch, height', width', channels], or as `data_format` says.

    Raises:
      ValueError: if a list has another length, or the window is known not to fit.
    """
    value = first_given("value", value, "input", input)
    with name_scope(name, "AvgPool", [value]) as scope:
        return _images(raw.AvgPool, value, ksize, strides, padding, data_format, scope)


avg_pool2d = avg_pool


def _lines(
    build: Callable[..., Tensor],
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None,
    scope: str,
) -> Tensor:
    """Pool lines as images of height 1."""
    data_format, height = line_as_image(data_format)
    channels = 1 if height == 2 else 2
    window = [1, *full_sequence(ksize, 1, channels, "ksize")]
    steps = [1, *full_sequence(strides, 1, channels, "strides")]
    pooled = build(
        expand_dims(value, height),
        ksize=window,
        strides=steps,
        padding=padding,
        data_format=data_format,
        name=scope,
    )
    return squeeze(pooled, height)


def max_pool1d(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """Build the largest element under each step of a window over lines.

    Args:
      input: [batch, width, channels], or as `data_format` says.
      ksize: the size of the window: a number, or a list of one or of three.
      strides: steps of the window, as `ksize`.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NWC"``, or ``"NCW"`` with the channels second.
      name: a name for what is built.

    Returns:
      [batch, width', channels], or as `data_format` says.
    """
    with name_scope(name, "MaxPool1d", [input]) as scope:
        return _lines(raw.MaxPool, input, ksize, strides, padding, data_format, scope)


def avg_pool1d(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """Build the mean under each step of a window over lines; arguments as for `max_pool1d`."""
    with name_scope(name, "AvgPool1D", [input]) as scope:
        return _lines(raw.AvgPool, input, ksize, strides, padding, data_format, scope)


def _volumes(
    build: Callable[..., Tensor],
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None,
    scope: str,
) -> Tensor:
    data_format = data_format or "NDHWC"
    channels = channel_axis(data_format, 5)
    return build(
        value,
        ksize=full_sequence(ksize, 3, channels, "ksize"),
        strides=full_sequence(strides, 3, channels, "strides"),
        padding=padding,
        data_format=data_format,
        name=scope,
    )


def max_pool3d(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """Build the largest element under each step of a window over volumes.

    Args:
      input: [batch, depth, height, width, channels], or as `data_format` says.
      ksize: the size of the window: a number, three, or five for all axes.
      strides: steps of the window, as `ksize`.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"``, or ``"NCDHW"`` with the channels second.
      name: a name for what is built.

    Returns:
      [batch, depth', height', width', channels], or as `data_format` says.
    """
    with name_scope(name, "MaxPool3D", [input]) as scope:
        return _volumes(raw.MaxPool3D, input, ksize, strides, padding, data_format, scope)


def avg_pool3d(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """Build the mean under each step of a window over volumes; arguments as for `max_pool3d`."""
    with name_scope(name, "AvgPool3D", [input]) as scope:
        return _volumes(raw.AvgPool3D, input, ksize, strides, padding, data_format, scope)


def _by_axes(builders: Sequence[Callable[..., Tensor]], value: Any) -> tuple[Any, Any]:
    """Choose the pooling for as many axes as the value has."""
    value = convert_to_tensor(value)
    shape = value.static_shape
    if shape is None or not 3 <= len(shape) <= 5:
        raise ValueError(
            "What is pooled must be known to have 3, 4 or 5 axes: lines, images or volumes."
        )
    return builders[len(shape) - 3], value


def max_pool_v2(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Build the largest element under each step of a window over lines, images or volumes.

    Args:
      input: [batch, space..., channels], or as `data_format` says.
      ksize: the size of the window.
      strides: steps of the window.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: with the channels last by default.
      name: a name for what is built.

    Raises:
      ValueError: unless the input is known to have 3, 4 or 5 axes.
    """
    build, value = _by_axes((max_pool1d, max_pool, max_pool3d), input)
    return build(value, ksize, strides, padding, data_format, name)


def avg_pool_v2(
    input: Any,  # noqa: A002
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Build the mean under each step of a window; arguments as for `max_pool_v2`."""
    build, value = _by_axes((avg_pool1d, avg_pool, avg_pool3d), input)
    return build(value, ksize, strides, padding, data_format, name)


def max_pool_with_argmax(
    input: Any,  # noqa: A002
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str = "NHWC",
    Targmax: Any = None,
    name: str | None = None,
    output_dtype: Any = None,
    include_batch_in_index: bool = False,
) -> Any:
    """Build `max_pool`, and where each maximum stands in its image.

    Args:
      input: [batch, height, width, channels].
      ksize: four sizes of the window, one per axis.
      strides: four steps of the window.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: must be ``"NHWC"``.
      Targmax: the dtype of the places, int32 or int64.
      name: the node's name.
      output_dtype: the new name of `Targmax`.
      include_batch_in_index: whether places count through the whole batch.

    Returns:
      The maxima, and their places in each image flattened, ``(y * width + x) * channels + c``.

    Raises:
      ValueError: if the data format is another.
    """
    if data_format != "NHWC":
        raise ValueError(f"max_pool_with_argmax works on 'NHWC' alone, not {data_format!r}.")
    kind = first_given("Targmax", Targmax, "output_dtype", output_dtype)
    return raw.MaxPoolWithArgmax(
        input,
        ksize=ksize,
        strides=strides,
        padding=padding,
        Targmax=dtypes.int64 if kind is None else as_dtype(kind),
        include_batch_in_index=include_batch_in_index,
        name=name,
    )


_POOLS = {
    ("MAX", 1): raw.MaxPool,
    ("MAX", 2): raw.MaxPool,
    ("MAX", 3): raw.MaxPool3D,
    ("AVG", 1): raw.AvgPool,
    ("AVG", 2): raw.AvgPool,
    ("AVG", 3): raw.AvgPool3D,
}


def pool(
    input: Any,  # noqa: A002
    window_shape: Sequence[int],
    pooling_type: str,
    padding: str,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Pool lines, images or volumes, with strides or with gaps.

    Args:
      input: [batch, space..., channels], or as `data_format` says.
      window_shape: the size of the window, one per spatial axis.
      pooling_type: ``"MAX"`` or ``"AVG"``.
      padding: ``"SAME"`` or ``"VALID"``.
      dilation_rate: distances between the elements that the window sees; 1 by default.
      strides: steps of the window; 1 by default.
      name: a name for what is built.
      data_format: with the channels last by default; NC... with the channels second.
      dilations: the new name of `dilation_rate`.

    Returns:
      [batch, space'..., channels], or as `data_format` says.

    Raises:
      ValueError: if there is no such pooling, or strides and gaps do not go together.
    """
    dilation_rate = first_given("dilation_rate", dilation_rate, "dilations", dilations)
    with name_scope(name, f"{pooling_type.lower()}_pool", [input]) as scope:
        value = convert_to_tensor(input, name="input")
        count = len(window_shape)
        value.shape.assert_has_rank(count + 2)
        steps, rates = spatial_settings(count, strides, dilation_rate)
        if padding == "SAME" and np.any(rates > 1):
            raise ValueError("Pooling with gaps is done with 'VALID' padding alone.")
        if np.any(steps > window_shape):
            raise ValueError("The strides of a pooling must not be beyond its window.")
        build = _POOLS.get((pooling_type, count))
        if build is None:
            raise ValueError(
                f"The pooling must be 'MAX' or 'AVG' over 1, 2 or 3 axes, not {pooling_type!r} "
                f"over {count}."
            )
        first = data_format is not None and data_format.startswith("NC")
        channels = 1 if first else count + 1
        window = full_sequence(list(window_shape), count, channels, "window_shape")
        strides = full_sequence(steps.tolist(), count, channels, "strides")
        start = 2 if first else 1
        settings: dict[str, Any] = {"data_format": data_format}
        if count == 1:
            window, strides = [1, *window], [1, *strides]
            settings = {"data_format": line_as_image(data_format)[0]}

        def pooled(x: Tensor, _: Any, inner: str) -> Tensor:
            x = expand_dims(x, start) if count == 1 else x
            y = build(x, ksize=window, strides=strides, padding=inner, **settings, name=scope)
            return squeeze(y, [start]) if count == 1 else y

        return with_space_to_batch(
            value,
            rates,
            padding,
            pooled,
            filter_shape=window_shape,
            spatial_dims=range(start, start + count),
        )
