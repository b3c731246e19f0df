"""Pooling over as many axes as the input has, and with gaps in the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.functions.arrays import expand_dims, squeeze
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given, full_sequence
from penstock.nn.convolutions import line_as_image
from penstock.nn.dilated import spatial_settings
from penstock.nn.gaps import with_space_to_batch
from penstock.nn.pooling import avg_pool, avg_pool1d, avg_pool3d, max_pool, max_pool1d, max_pool3d

__all__ = ["avg_pool_v2", "max_pool_v2", "pool"]


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
        first = data_format is not None and data_format.startswith("NC")
        start = 2 if first else 1
        return with_space_to_batch(
            value,
            rates,
            padding,
            _pooling_step(pooling_type, window_shape, steps.tolist(), data_format, scope),
            filter_shape=window_shape,
            spatial_dims=range(start, start + count),
        )


def _pooling_step(
    kind: str, window: Sequence[int], strides: list[int], data_format: str | None, scope: str
) -> Callable[[Tensor, Any, str], Tensor]:
    """Give the function that pools without gaps; lines are pooled as images of height 1."""
    count = len(window)
    build = _POOLS.get((kind, count))
    if build is None:
        raise ValueError(
            f"The pooling must be 'MAX' or 'AVG' over 1, 2 or 3 axes, not {kind!r} over {count}."
        )
    first = data_format is not None and data_format.startswith("NC")
    channels = 1 if first else count + 1
    ksize = full_sequence(list(window), count, channels, "window_shape")
    steps = full_sequence(strides, count, channels, "strides")
    if count > 1:
        return lambda x, _, padding: build(
            x, ksize=ksize, strides=steps, padding=padding, data_format=data_format, name=scope
        )
    image_format, height = line_as_image(data_format)

    def pooled(x: Tensor, _: Any, padding: str) -> Tensor:
        result = build(
            expand_dims(x, height),
            ksize=[1, *ksize],
            strides=[1, *steps],
            padding=padding,
            data_format=image_format,
            name=scope,
        )
        return squeeze(result, [height])

    return pooled
