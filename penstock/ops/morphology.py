"""Morphology on images: the largest sum of image and filter under a sliding window."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from penstock.core.dtypes import REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules
from penstock.ops.pooling_common import PADDING
from penstock.ops.windows import Window, output_size, pad_axes, place, tap, windows_over

__all__ = ["SPECS"]

_ATTRS = {
    "T": attr("type", allowed=REAL_NUMBERS),
    "strides": attr("list(int)", minimum=4),
    "rates": attr("list(int)", minimum=4),
    "padding": PADDING,
}
_NONE_SECOND = "TensorFlow has no second derivative of Dilation2D"


def _dilated_shape(c: ShapeContext) -> Shape:
    image, taps = rules.with_rank(c, "input", 4), rules.with_rank(c, "filter", 3)
    strides, rates = c.attrs["strides"], c.attrs["rates"]
    if len(strides) != 4 or len(rates) != 4 or min(*strides, *rates) < 1:
        raise c.mismatch(f"four strides and four rates of at least 1, not {strides} and {rates}")
    if None not in (image[3], taps[2]) and image[3] != taps[2]:
        raise c.mismatch("as many channels in the filter as in the input")
    sizes = [
        output_size(image[axis], taps[axis - 1], strides[axis], c.attrs["padding"], rates[axis])
        for axis in (1, 2)
    ]
    if any(size is not None and size < 0 for size in sizes):
        raise c.mismatch("an image no smaller than the filter with its gaps")
    channels = taps[2] if image[3] is None else image[3]
    return (image[0], *sizes, channels)


def _windows(input: Any, filter: Any, strides: Any, rates: Any, padding: str) -> list[Window]:
    taps = filter.shape[:2]
    return windows_over(input.shape[1:3], taps, strides[1:3], padding, rates[1:3], first_axis=1)


def _lowest(dtype: Any) -> Any:
    return np.iinfo(dtype).min if dtype.kind in "iu" else -np.inf


def _sums(xp: Any, input: Any, filter: Any, windows: Sequence[Window]) -> list[Any]:
    """Give image plus filter for each tap; what is padded can never be the largest."""
    lowest = _lowest(input.dtype)
    padded = pad_axes(xp, input, windows, lowest)
    inside = pad_axes(xp, xp.ones((1, *input.shape[1:3], 1), bool), windows, False)
    sums = []
    for numbers in product(*(range(size) for size in filter.shape[:2])):
        total = tap(padded, windows, numbers) + filter[numbers]
        sums.append(xp.where(tap(inside, windows, numbers), total, lowest))
    return sums


def _dilation(
    xp: Any,
    input: Any,
    filter: Any,
    *,
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
) -> Any:
    windows = _windows(input, filter, strides, rates, padding)
    best, *others = _sums(xp, input, filter, windows)
    for other in others:
        best = xp.maximum(best, other)
    return best


def _winners(xp: Any, input: Any, filter: Any, windows: Sequence[Window]) -> Any:
    """Tell which tap is the first with the largest sum."""
    best, *others = _sums(xp, input, filter, windows)
    winner = xp.zeros(best.shape, xp.int32)
    for number, other in enumerate(others, 1):
        better = other > best
        best, winner = xp.where(better, other, best), xp.where(better, number, winner)
    return winner


def _back_to_input(
    xp: Any,
    input: Any,
    filter: Any,
    out_backprop: Any,
    *,
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
) -> Any:
    windows = _windows(input, filter, strides, rates, padding)
    winner = _winners(xp, input, filter, windows)
    total = xp.zeros(input.shape, input.dtype)
    for row in range(filter.shape[0]):
        line = 0
        for column in range(filter.shape[1]):
            won = winner == row * filter.shape[1] + column
            line = line + place(xp, xp.where(won, out_backprop, 0), windows[1], column)
        total = total + place(xp, line, windows[0], row)
    return total


def _back_to_filter(
    xp: Any,
    input: Any,
    filter: Any,
    out_backprop: Any,
    *,
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
) -> Any:
    windows = _windows(input, filter, strides, rates, padding)
    winner = _winners(xp, input, filter, windows)
    count = filter.shape[0] * filter.shape[1]
    parts = [
        xp.sum(xp.where(winner == number, out_backprop, 0), axis=(0, 1, 2), dtype=filter.dtype)
        for number in range(count)
    ]
    return xp.stack(parts).reshape(filter.shape)


def _gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    settings = {name: node.attrs[name] for name in ("strides", "rates", "padding")}
    return [
        ops.Dilation2DBackpropInput(*node.inputs, dy, **settings),
        ops.Dilation2DBackpropFilter(*node.inputs, dy, **settings),
    ]


DILATION_2D = OpSpec(
    "Dilation2D",
    inputs=["input: T", "filter: T"],
    outputs=["output: T"],
    attrs=_ATTRS,
    doc="The largest sum of image and filter under each step of a window: grey-scale dilation.",
    shape=_dilated_shape,
    kernel=_dilation,
    grad=_gradient,
)

DILATION_2D_BACKPROP_INPUT = OpSpec(
    "Dilation2DBackpropInput",
    inputs=["input: T", "filter: T", "out_backprop: T"],
    outputs=["in_backprop: T"],
    attrs=_ATTRS,
    doc="The gradient of Dilation2D by its input.",
    shape=rules.same_as("input"),
    kernel=_back_to_input,
    grad=Undefined(_NONE_SECOND),
)

DILATION_2D_BACKPROP_FILTER = OpSpec(
    "Dilation2DBackpropFilter",
    inputs=["input: T", "filter: T", "out_backprop: T"],
    outputs=["filter_backprop: T"],
    attrs=_ATTRS,
    doc="The gradient of Dilation2D by its filter.",
    shape=rules.same_as("filter"),
    kernel=_back_to_filter,
    grad=Undefined(_NONE_SECOND),
)

SPECS = (DILATION_2D, DILATION_2D_BACKPROP_INPUT, DILATION_2D_BACKPROP_FILTER)
