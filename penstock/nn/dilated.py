"""Convolution over lines, images or volumes, whichever the filter is for, with strides or gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given
from penstock.nn.convolutions import conv1d, conv2d, conv3d
from penstock.nn.gaps import DilatedWindow, with_space_to_batch

__all__ = [
    "Convolver",
    "atrous_conv2d",
    "convolution",
    "spatial_settings",
]


class Convolver:
    """A convolution made ready for inputs and filters of a static shape, for a layer to call.

    Args:
      shape: the inputs' static shape.
      filter_shape: the filters', fully known.
      padding: ``"SAME"`` or ``"VALID"``.
      strides: steps of the window, one per spatial axis.
      dilation_rate: distances between the elements that the filter sees.
      data_format: such as ``"NHWC"``.
    """

    def __init__(
        self,
        shape: Shape,
        filter_shape: Sequence[int],
        padding: str,
        strides: Sequence[int],
        dilation_rate: Sequence[int],
        data_format: str,
    ) -> None:
        count = len(filter_shape) - 2
        spatial_settings(count, strides, dilation_rate)
        self._build = _builder(count, data_format, None)
        self._strides = list(strides)
        self._filters: Any = None
        self._window = DilatedWindow(
            shape, dilation_rate, padding, self._convolved, list(filter_shape), None, data_format
        )

    @property
    def settled(self) -> bool:
        """Whether sizes of the inputs' spatial axes are built in."""
        return self._window.settled

    def _convolved(self, x: Tensor, count: int, padding: str) -> Tensor:
        return self._build(x, self._filters, self._strides, padding)

    def __call__(self, x: Tensor, filters: Any) -> Tensor:
        """Build the convolution of `x` with `filters`."""
        self._filters = filters
        return self._window(x)


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


def _builder(count: int, data_format: str | None, scope: str | None) -> Callable[..., Tensor]:
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
