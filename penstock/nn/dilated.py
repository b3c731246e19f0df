"""Convolution over any number of axes, and windows with gaps, by moving space to the batch.

A window with gaps of `rate` sees, of a line, every rate-th element only. So the line is dealt out
to `rate` lines of their own in the batch, each is treated without gaps, and they are put together
again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.arrays_ordering import (
    batch_to_space_nd,
    required_space_to_batch_paddings,
    space_to_batch_nd,
)
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given
from penstock.nn.convolutions import conv1d, conv2d, conv3d
from penstock.ops import composed

__all__ = ["atrous_conv2d", "convolution", "spatial_settings", "with_space_to_batch"]

Windowed = Callable[[Tensor, Any, str], Tensor]


def with_space_to_batch(
    input: Any,  # noqa: A002
    dilation_rate: Any,
    padding: str,
    op: Windowed,
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: str | None = None,
) -> Tensor:
    """Apply a windowed function with gaps between the elements that the window sees.

    Args:
      input: [batch, space..., channels], or as `data_format` says.
      dilation_rate: int32 [n], the distances along n spatial axes.
      padding: ``"SAME"`` or ``"VALID"``.
      op: called as ``op(input, n, padding)``; gives a tensor of the same batch.
      filter_shape: sizes of the window along the spatial axes, and maybe more; for SAME.
      spatial_dims: the spatial axes, in rising order; those after the batch by default.
      data_format: says where the channels are, as NHWC; last by default.

    Returns:
      What `op` gives, as if it had been called with gaps.

    Raises:
      ValueError: if a rate is below 1, the axes do not rise, or the padding is unknown.
    """
    input = convert_to_tensor(input, name="input")  # noqa: A001
    rate = convert_to_tensor(dilation_rate, dtypes.int32, name="dilation_rate")
    count = _known_length(rate)
    axes = _spatial_axes(spatial_dims, count, data_format)
    known = constant_value(rate)
    if known is not None:
        if np.any(known < 1):
            raise ValueError(f"Dilation rates must be at least 1, but are {known.tolist()}.")
        if np.all(known == 1):
            return op(input, count, padding)
    base = _base_paddings(padding, filter_shape, count, rate if known is None else known)
    sizes = _spatial_sizes(input, axes)
    paddings, crops = required_space_to_batch_paddings(
        input_shape=sizes, base_paddings=base, block_shape=rate
    )
    blocks = _for_leading_axes(rate, 1, axes)
    paddings = _for_leading_axes(paddings, 0, axes)
    crops = _for_leading_axes(crops, 0, axes)
    result = op(space_to_batch_nd(input, blocks, paddings), count, "VALID")
    return batch_to_space_nd(result, blocks, crops)


def _known_length(rate: Tensor) -> int:
    shape = rate.static_shape
    if shape is None or len(shape) != 1 or shape[0] is None:
        raise ValueError("dilation_rate must be a vector of known length.")
    return shape[0]


def _spatial_axes(given: Any, count: int, data_format: str | None) -> list[int]:
    first = 2 if data_format is not None and data_format.startswith("NC") else 1
    axes = list(range(first, first + count)) if given is None else [int(axis) for axis in given]
    if len(axes) != count or axes != sorted(set(axes)) or any(axis < 1 for axis in axes):
        raise ValueError(
            f"spatial_dims must be {count} axes in rising order, the batch not among them, but is "
            f"{given!r}."
        )
    return axes


def _base_paddings(padding: str, filter_shape: Any, count: int, rate: Any) -> Any:
    """Give what the padding asks for around the input, before blocks are made to fit."""
    if padding == "VALID":
        return np.zeros([count, 2], np.int32)
    if padding != "SAME":
        raise ValueError(f"The padding must be 'SAME' or 'VALID', not {padding!r}.")
    if filter_shape is None:
        raise ValueError("SAME padding needs the filter_shape.")
    taps = convert_to_tensor(filter_shape, name="filter_shape")
    known = constant_value(taps)
    extra = ((taps if known is None else known)[:count] - 1) * rate
    start = extra // 2
    end = extra - start
    return stack([[start[axis], end[axis]] for axis in range(count)])


def _spatial_sizes(x: Tensor, axes: Sequence[int]) -> Any:
    shape = x.static_shape
    if shape is not None and all(shape[axis] is not None for axis in axes):
        return np.array([shape[axis] for axis in axes], np.int32)
    sizes = composed.shape(x)
    return stack([sizes[axis] for axis in axes])


def _for_leading_axes(values: Tensor, fill: int, axes: Sequence[int]) -> Any:
    """Give an entry to each axis from 1 to the last spatial one: `fill` to those in between."""
    known = constant_value(values)
    source = values if known is None else known
    parts: list[Any] = []
    last, start = 0, 0
    while start < len(axes):
        stop = start + 1
        while stop < len(axes) and axes[stop] == axes[stop - 1] + 1:
            stop += 1
        gap = axes[start] - 1 - last
        if axes[start] > 1 and gap:
            rest = values.shape.as_list()[1:]
            parts.append(np.full([gap, *rest], fill, values.dtype.as_numpy_dtype))
        parts.append(source[start:stop])
        last, start = axes[stop - 1], stop
    return np.concatenate(parts) if known is not None else concat(parts, 0)


def spatial_settings(count: int, strides: Any, dilation_rate: Any) -> tuple[np.ndarray, np.ndarray]:
    """Check strides and dilation rates, one per spatial axis; both are 1 by default.

    Raises:
      ValueError: if a length is another, a number below 1, or both are above 1.
    """
    found = []
    for name, given in (("dilation_rate", dilation_rate), ("strides", strides)):
        values = [1] * count if given is None else list(given)
        if len(values) != count:
            raise ValueError(f"{name} must have {count} entries, but is {given!r}.")
        array = np.array(values, np.int32)
        if np.any(array < 1):
            raise ValueError(f"All entries of {name} must be at least 1, but it is {given!r}.")
        found.append(array)
    rates, steps = found
    if np.any(steps > 1) and np.any(rates > 1):
        raise ValueError(
            f"Strides above 1 do not go with dilation rates above 1, but they are {steps.tolist()} "
            f"and {rates.tolist()}."
        )
    return steps, rates


def convolution(
    input: Any,  # noqa: A002
    filter: Any,  # noqa: A002
    padding: str,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """Convolve lines, images or volumes with a filter, with strides or with gaps.

    Args:
      input: [batch, space..., channels], or as `data_format` says.
      filter: [space..., channels, outputs]; its number of axes settles which it is.
      padding: ``"SAME"`` or ``"VALID"``.
      strides: steps of the window, one per spatial axis; 1 by default.
      dilation_rate: distances between the elements that the filter sees; 1 by default.
      name: a name for what is built.
      data_format: with the channels last by default; NC... with the channels second.
      filters: the new name of `filter`.
      dilations: the new name of `dilation_rate`.

    Returns:
      [batch, space'..., outputs], or as `data_format` says.

    Raises:
      ValueError: if there are other numbers of axes, or both strides and gaps.
    """
    filter = first_given("filter", filter, "filters", filters)  # noqa: A001
    dilation_rate = first_given("dilation_rate", dilation_rate, "dilations", dilations)
    with name_scope(name, "convolution", [input, filter]) as scope:
        image = convert_to_tensor(input, name="input")
        taps = convert_to_tensor(filter, name="filter")
        count = _spatial_count(image, taps)
        rate = _repeated(dilation_rate, count)
        build = _builder(count, data_format, scope)
        if rate is None or all(each == 1 for each in rate):
            return build(image, taps, _repeated(strides, count), padding)
        spatial_settings(count, _repeated(strides, count), rate)
        _check_channels(image, taps, data_format)
        return with_space_to_batch(
            image,
            rate,
            padding,
            lambda x, _, inner: build(x, taps, None, inner),
            filter_shape=taps.shape,
            data_format=data_format,
        )


def _spatial_count(image: Tensor, taps: Tensor) -> int:
    shape = taps.static_shape if taps.static_shape is not None else image.static_shape
    if shape is None:
        raise ValueError("The number of axes of the input or of the filter must be known.")
    own = image.static_shape
    if own is not None and not 3 <= len(own) <= 5:
        raise ValueError(
            f"The input must have 3, 4 or 5 axes: lines, images or volumes; it has {len(own)}."
        )
    return len(shape) - 2


def _repeated(values: Any, count: int) -> Any:
    if values is None:
        return None
    given = list(values) if hasattr(values, "__len__") else [values]
    return given * count if len(given) == 1 else given


def _check_channels(image: Tensor, taps: Tensor, data_format: str | None) -> None:
    if image.static_shape is None or taps.static_shape is None:
        return
    place = 1 if data_format is not None and data_format.startswith("NC") else -1
    channels, own = image.static_shape[place], taps.static_shape[-2]
    if channels is not None and own is not None and channels != own:
        raise ValueError(
            f"The filter must take as many channels as the input has: {channels}, not {own}."
        )


def _builder(count: int, data_format: str | None, scope: str) -> Callable[..., Tensor]:
    """Give what convolves over that many axes, as ``f(input, filter, strides, padding)``."""

    def lines(x: Tensor, taps: Tensor, strides: Any, padding: str) -> Tensor:
        return conv1d(x, taps, strides, padding, data_format=data_format, name=scope)

    def images(x: Tensor, taps: Tensor, strides: Any, padding: str) -> Tensor:
        return conv2d(x, taps, strides, padding, data_format=data_format or "NHWC", name=scope)

    def volumes(x: Tensor, taps: Tensor, strides: Any, padding: str) -> Tensor:
        steps = [1, 1, 1] if strides is None else list(strides)
        first = data_format is not None and data_format.startswith("NC")
        full = [1, 1, *steps] if first else [1, *steps, 1]
        return conv3d(x, taps, full, padding, data_format=data_format or "NDHWC", name=scope)

    return {1: lines, 2: images, 3: volumes}[count]


def atrous_conv2d(
    value: Any, filters: Any, rate: int, padding: str, name: str | None = None
) -> Tensor:
    """Convolve images with a filter that has holes.

    Args:
      value: [batch, height, width, channels].
      filters: [height, width, channels, outputs].
      rate: the distance between the elements that the filter sees.
      padding: ``"SAME"`` or ``"VALID"``.
      name: a name for what is built.

    Returns:
      [batch, height', width', outputs].

    Raises:
      ValueError: if the rate is below 1 or the sizes do not fit.

    Source: Chen et al., "Semantic image segmentation with deep convolutional nets and fully
    connected CRFs", 2015.
    """
    rates = np.broadcast_to(rate, (2,)).tolist()
    return convolution(value, filters, padding, dilation_rate=rates, name=name)
