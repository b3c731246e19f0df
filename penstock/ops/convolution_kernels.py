"""What convolution computes, as a sum over the filter's taps, one matrix product each.

Seen from one tap, a convolution multiplies the elements that the tap meets, over all steps, by
that tap's matrix from input to output channels. The two gradients are its transposes: the one by
the input puts products back to where the tap met them, the one by the filter sums products over
all steps. Arrays have their channels last here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from penstock.ops.windows import Window, channels_first, pad_axes, place, spatial, tap, windows_over

__all__ = [
    "channels_last",
    "convolution",
    "convolution_backprop_filter",
    "convolution_backprop_input",
    "convolution_windows",
    "depthwise",
    "depthwise_backprop_filter",
    "depthwise_backprop_input",
    "from_channels_last",
]


def channels_last(xp: Any, x: Any, data_format: str) -> Any:
    """Move the channels to the end if they stand before the spatial axes."""
    return xp.moveaxis(x, 1, -1) if channels_first(data_format) else x


def from_channels_last(xp: Any, x: Any, data_format: str) -> Any:
    """Undo `channels_last`."""
    return xp.moveaxis(x, -1, 1) if channels_first(data_format) else x


def convolution_windows(
    sizes: Sequence[int],
    filter_sizes: Sequence[int],
    *,
    strides: Sequence[int],
    padding: str,
    data_format: str,
    dilations: Sequence[int],
    explicit_paddings: Sequence[int] = (),
) -> list[Window]:
    """Make the windows over the spatial axes, which stand between batch and channels.

    Args:
      sizes: of the spatial axes.
      filter_sizes: of the filter along them.
      strides: one per axis in the order of `data_format`; so are the other lists.
      padding: ``"SAME"``, ``"VALID"`` or ``"EXPLICIT"``.
      data_format: such as ``"NHWC"``.
      dilations: distances between taps.
      explicit_paddings: padding before and after each axis, for EXPLICIT.
    """
    pairs = list(zip(explicit_paddings[::2], explicit_paddings[1::2], strict=True))
    explicit = [size for pair in spatial(pairs, data_format) for size in pair] if pairs else ()
    return windows_over(
        sizes,
        filter_sizes,
        spatial(strides, data_format),
        padding,
        spatial(dilations, data_format),
        explicit,
        first_axis=1,
    )


def _taps(windows: Sequence[Window]) -> Iterator[tuple[int, ...]]:
    return product(*(range(window.taps) for window in windows))


def _steps(windows: Sequence[Window]) -> tuple[int, ...]:
    return tuple(window.steps for window in windows)


def _put_back(xp: Any, values: Any, windows: Sequence[Window], numbers: Sequence[int]) -> Any:
    for window, number in zip(windows, numbers, strict=True):
        values = place(xp, values, window, number)
    return values


def _in_groups(xp: Any, x: Any, groups: int) -> Any:
    """Give [..., groups * n] as [groups, everything else, n]."""
    return xp.moveaxis(x.reshape(-1, groups, x.shape[-1] // groups), 1, 0)


def _ungrouped(xp: Any, x: Any, shape: Sequence[int]) -> Any:
    return xp.moveaxis(x, 0, 1).reshape(shape)


def convolution(xp: Any, x: Any, filters: Any, windows: Sequence[Window]) -> Any:
    """Convolve.

    Args:
      xp: numpy or jax.numpy.
      x: [batch, *sizes, groups * n].
      filters: [*taps, n, groups * m]; each group of output channels sees its own input channels.
      windows: over the spatial axes.

    Returns:
      [batch, *steps, groups * m].
    """
    groups = x.shape[-1] // filters.shape[-2]
    shape = (len(x), *_steps(windows), filters.shape[-1])
    padded = pad_axes(xp, x, windows, 0)
    total = xp.zeros(shape, x.dtype)
    for numbers in _taps(windows):
        seen = _in_groups(xp, tap(padded, windows, numbers), groups)
        products = xp.matmul(seen, _in_groups(xp, filters[numbers], groups))
        total = total + _ungrouped(xp, products, shape)
    return total


def convolution_backprop_input(
    xp: Any, shape: Sequence[int], filters: Any, dy: Any, windows: Sequence[Window]
) -> Any:
    """Give the gradient of `convolution` by its input, whose shape is `shape`."""
    groups = shape[-1] // filters.shape[-2]
    grouped = _in_groups(xp, dy, groups)
    total = xp.zeros(shape, dy.dtype)
    seen_shape = (len(dy), *_steps(windows), shape[-1])
    for numbers in _taps(windows):
        matrix = xp.swapaxes(_in_groups(xp, filters[numbers], groups), 1, 2)
        seen = _ungrouped(xp, xp.matmul(grouped, matrix), seen_shape)
        total = total + _put_back(xp, seen, windows, numbers)
    return total


def convolution_backprop_filter(
    xp: Any, x: Any, shape: Sequence[int], dy: Any, windows: Sequence[Window]
) -> Any:
    """Give the gradient of `convolution` by its filter, whose shape is `shape`."""
    groups = x.shape[-1] // shape[-2]
    grouped = _in_groups(xp, dy, groups)
    padded = pad_axes(xp, x, windows, 0)
    matrices = []
    for numbers in _taps(windows):
        seen = _in_groups(xp, tap(padded, windows, numbers), groups)
        products = xp.matmul(xp.swapaxes(seen, 1, 2), grouped)
        matrices.append(_ungrouped(xp, products, shape[-2:]))
    return xp.stack(matrices).reshape(shape)


# Depthwise: each input channel has its own filters, and nothing is summed over channels.


def depthwise(xp: Any, x: Any, filters: Any, windows: Sequence[Window]) -> Any:
    """Convolve each channel for itself.

    Args:
      xp: numpy or jax.numpy.
      x: [batch, *sizes, channels].
      filters: [*taps, channels, multiplier].
      windows: over the spatial axes.

    Returns:
      [batch, *steps, channels * multiplier].
    """
    channels, multiplier = filters.shape[-2:]
    padded = pad_axes(xp, x, windows, 0)
    total = xp.zeros((len(x), *_steps(windows), channels, multiplier), x.dtype)
    for numbers in _taps(windows):
        total = total + tap(padded, windows, numbers)[..., None] * filters[numbers]
    return total.reshape(*total.shape[:-2], channels * multiplier)


def depthwise_backprop_input(
    xp: Any, shape: Sequence[int], filters: Any, dy: Any, windows: Sequence[Window]
) -> Any:
    """Give the gradient of `depthwise` by its input, whose shape is `shape`."""
    parted = dy.reshape(*dy.shape[:-1], *filters.shape[-2:])
    total = xp.zeros(shape, dy.dtype)
    for numbers in _taps(windows):
        seen = xp.sum(parted * filters[numbers], axis=-1, dtype=dy.dtype)
        total = total + _put_back(xp, seen, windows, numbers)
    return total


def depthwise_backprop_filter(
    xp: Any, x: Any, shape: Sequence[int], dy: Any, windows: Sequence[Window]
) -> Any:
    """Give the gradient of `depthwise` by its filter, whose shape is `shape`."""
    parted = dy.reshape(*dy.shape[:-1], *shape[-2:])
    steps = tuple(range(dy.ndim - 1))
    padded = pad_axes(xp, x, windows, 0)
    sums = [
        xp.sum(tap(padded, windows, numbers)[..., None] * parted, axis=steps, dtype=dy.dtype)
        for numbers in _taps(windows)
    ]
    return xp.stack(sums).reshape(shape)
