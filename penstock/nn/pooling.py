"""Pooling over lines, images and volumes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.arrays import expand_dims, squeeze
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import channel_axis, first_given, full_sequence
from penstock.nn.convolutions import line_as_image

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_with_argmax",
]


def _windows(
    build: Callable[..., Tensor],
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str,
    scope: str,
    spatial: int = 2,
) -> Tensor:
    """Pool images, or volumes, which have three spatial axes."""
    channels = channel_axis(data_format, spatial + 2)
    return build(
        value,
        ksize=full_sequence(ksize, spatial, channels, "ksize"),
        strides=full_sequence(strides, spatial, channels, "strides"),
        padding=padding,
        data_format=data_format,
        name=scope,
    )


def _over_images(name: str, op: str, what: str) -> Callable[..., Tensor]:
    build, default_scope = getattr(raw, op), op

    def pool(
        value: Any,
        ksize: Any,
        strides: Any,
        padding: str,
        data_format: str | None = "NHWC",
        name: str | None = None,
        input: Any = None,  # noqa: A002
    ) -> Tensor:
        value = first_given("value", value, "input", input)
        with name_scope(name, default_scope, [value]) as scope:
            return _windows(build, value, ksize, strides, padding, data_format or "NHWC", scope)

    pool.__name__ = pool.__qualname__ = name
    pool.__doc__ = f"""Build the {what} under each step of a window over images.

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
    return pool


max_pool = _over_images("max_pool", "MaxPool", "largest element")
avg_pool = _over_images("avg_pool", "AvgPool", "mean")
avg_pool2d = avg_pool


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
        return _windows(raw.MaxPool, input, ksize, strides, padding, data_format or "NHWC", scope)


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


def _over_volumes(name: str, op: str, what: str) -> Callable[..., Tensor]:
    build, default_scope = getattr(raw, op), op

    def pool(
        input: Any,  # noqa: A002
        ksize: Any,
        strides: Any,
        padding: str,
        data_format: str | None = "NDHWC",
        name: str | None = None,
    ) -> Tensor:
        with name_scope(name, default_scope, [input]) as scope:
            return _windows(build, input, ksize, strides, padding, data_format or "NDHWC", scope, 3)

    pool.__name__ = pool.__qualname__ = name
    pool.__doc__ = f"""Build the {what} under each step of a window over volumes.

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
    return pool


max_pool3d = _over_volumes("max_pool3d", "MaxPool3D", "largest element")
avg_pool3d = _over_volumes("avg_pool3d", "AvgPool3D", "mean")


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
