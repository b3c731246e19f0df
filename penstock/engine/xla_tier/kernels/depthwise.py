"""Depthwise convolutions: by cuDNN on GPUs, and tap by tap on processors.

XLA has no fast code for convolutions in groups on processors; their gradient by the filter, above
all, can take seconds. Each channel for itself, a convolution is a sum over few taps, each of which
is one product of shifted images with a row of the filter: one loop that processors run at the
speed of memory, from ten to a thousand times faster.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import jax.numpy as jnp
from jax import lax

from penstock.engine.xla_tier.kernels import convolution
from penstock.ops.convolution_kernels import convolution_windows, depthwise
from penstock.ops.windows import Window, channels_first, pad_axes, tap

__all__ = ["KERNELS"]

_MOST_TAPS = 64  # beyond, a program of one term per tap would be too long

_grouped, _grouped_by_input, _grouped_by_filter = convolution.BY_CHANNEL


def _tap_by_tap(
    compute: Callable[..., Any],
    grouped: Callable[..., Any],
    arrays: Sequence[Any],
    sizes: Sequence[int],
    filter_shape: Sequence[int],
    settings: dict[str, Any],
) -> Any:
    """Give `compute(*arrays, windows)` on processors, `grouped(*arrays)` elsewhere.

    Args:
      compute: sums over taps.
      grouped: calls XLA's convolution in groups.
      arrays: what both take.
      sizes: of the images, [batch, height, width, channels].
      filter_shape: [height, width, channels, multiplier].
      settings: the attrs of the node.
    """
    short = math.prod(filter_shape[:2]) <= _MOST_TAPS
    precise = arrays[0].dtype.itemsize >= 4
    if channels_first(settings["data_format"]) or not (short and precise):
        return grouped(*arrays)
    windows = convolution_windows(sizes[1:3], filter_shape[:2], **settings)
    return lax.platform_dependent(
        *arrays, cpu=lambda *given: compute(*given, windows), default=grouped
    )


def _kernel(xp: Any, input: Any, filter: Any, *, strides: Any, padding: str,
            data_format: str, dilations: Any, explicit_paddings: Any = ()) -> Any:  # fmt: skip
    settings = _settings(strides, padding, data_format, dilations, explicit_paddings)
    return _tap_by_tap(
        lambda x, filter, windows: depthwise(jnp, x, filter, windows),
        lambda x, filter: _grouped(jnp, x, filter, **settings),
        [input, filter],
        input.shape,
        filter.shape,
        settings,
    )


def _by_input(xp: Any, input_sizes: Any, filter: Any, out_backprop: Any, *, strides: Any,
              padding: str, data_format: str, dilations: Any,
              explicit_paddings: Any = ()) -> Any:  # fmt: skip
    settings = _settings(strides, padding, data_format, dilations, explicit_paddings)
    return _tap_by_tap(
        _back_to_input,
        lambda filter, dy: _grouped_by_input(jnp, input_sizes, filter, dy, **settings),
        [filter, out_backprop],
        [int(size) for size in input_sizes],
        filter.shape,
        settings,
    )


def _by_filter(xp: Any, input: Any, filter_sizes: Any, out_backprop: Any, *, strides: Any,
               padding: str, data_format: str, dilations: Any,
               explicit_paddings: Any = ()) -> Any:  # fmt: skip
    settings = _settings(strides, padding, data_format, dilations, explicit_paddings)
    shape = tuple(int(size) for size in filter_sizes)
    return _tap_by_tap(
        lambda x, dy, windows: _back_to_filter(x, dy, shape, windows),
        lambda x, dy: _grouped_by_filter(jnp, x, filter_sizes, dy, **settings),
        [input, out_backprop],
        input.shape,
        shape,
        settings,
    )


def _settings(strides: Any, padding: str, data_format: str, dilations: Any, explicit: Any) -> Any:
    return {
        "strides": strides,
        "padding": padding,
        "data_format": data_format,
        "dilations": dilations,
        "explicit_paddings": explicit,
    }


def _taps(windows: Sequence[Window]) -> list[tuple[int, ...]]:
    return list(product(*(range(window.taps) for window in windows)))


def _back_to_input(filter: Any, dy: Any, windows: Sequence[Window]) -> Any:
    """Convolve the gradient, with zeros between its steps, with the filter turned around."""
    *_, channels, multiplier = filter.shape
    widths = [(0, 0, 0)]
    for window in windows:
        reach = (window.taps - 1) * window.dilation
        before = reach - window.before
        spread = (window.steps - 1) * window.stride + 1
        widths.append((before, window.size + reach - before - spread, window.stride - 1))
    spread_out = lax.pad(dy, jnp.zeros((), dy.dtype), [*widths, (0, 0, 0)])
    rows = filter.reshape(*filter.shape[:2], channels * multiplier)
    total: Any = 0
    for numbers in _taps(windows):
        seen = [slice(None)]
        for window, number in zip(windows, numbers, strict=True):
            start = (window.taps - 1 - number) * window.dilation
            seen.append(slice(start, start + window.size))
        total = total + spread_out[tuple(seen)] * rows[numbers]
    if multiplier == 1:
        return total
    return jnp.sum(total.reshape(*total.shape[:-1], channels, multiplier), axis=-1)


def _back_to_filter(x: Any, dy: Any, shape: Sequence[int], windows: Sequence[Window]) -> Any:
    """Sum the products of images and gradient for all taps in one loop over both."""
    channels, multiplier = shape[-2:]
    padded = pad_axes(jnp, x, windows, 0)
    if multiplier > 1:
        padded, dy = padded[..., None], dy.reshape(*dy.shape[:-1], channels, multiplier)
    products = [tap(padded, windows, numbers) * dy for numbers in _taps(windows)]
    zeros = [jnp.zeros((), dy.dtype) for _ in products]

    def add(totals: Any, terms: Any) -> Any:
        return [total + term for total, term in zip(totals, terms, strict=True)]

    return jnp.stack(lax.reduce(products, zeros, add, (0, 1, 2))).reshape(shape)


KERNELS = {
    "DepthwiseConv2dNative": _kernel,
    "DepthwiseConv2dNativeBackpropInput": _by_input,
    "DepthwiseConv2dNativeBackpropFilter": _by_filter,
}
