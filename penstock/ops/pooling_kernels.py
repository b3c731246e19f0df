"""What pooling computes: maxima and means under sliding windows, one axis after the other.

Both can be taken axis by axis: the maximum of a square is the maximum of its rows' maxima. So a
window of 3 x 3 costs 3 + 3 slices, and gradients go back the same way. Of equal elements the first
one, row by row, is the maximum's place: taking the last axis first and keeping what came first
along each axis gives just that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from penstock.ops.windows import Window, pad_axes, place, tap, windows_over

__all__ = [
    "average_pool",
    "average_pool_grad",
    "max_pool",
    "max_pool_grad",
    "max_pool_with",
    "moving_windows",
]


def moving_windows(
    shape: Sequence[int], ksize: Sequence[int], strides: Sequence[int], padding: str
) -> list[Window]:
    """List the windows of a pooling that do something, last axis first."""
    windows = windows_over(shape, ksize, strides, padding)
    return [window for window in reversed(windows) if not window.is_still]


def _lowest(dtype: Any) -> Any:
    return np.iinfo(dtype).min if dtype.kind in "iu" else -np.inf


def _taps(xp: Any, x: Any, window: Window, fill: Any) -> list[Any]:
    padded = pad_axes(xp, x, [window], fill)
    return [tap(padded, [window], [number]) for number in range(window.taps)]


def _is_whole(window: Window) -> bool:
    """Whether the window takes a single step, so that the axis is reduced as a whole."""
    return window.steps == 1 and window.dilation == 1


def _seen(x: Any, window: Window) -> Any:
    """Cut the axis to the elements that a window of a single step sees."""
    keep = [slice(None)] * x.ndim
    keep[window.axis] = slice(0, window.taps - window.before)
    return x[tuple(keep)]


def max_pool(xp: Any, x: Any, windows: Sequence[Window]) -> Any:
    """Take the maximum under each step of the windows."""
    for window in windows:
        if _is_whole(window):
            x = xp.max(_seen(x, window), axis=window.axis, keepdims=True)
        else:
            x = reduce(xp.maximum, _taps(xp, x, window, _lowest(x.dtype)))
    return x


def _first_best(xp: Any, parts: Sequence[Any], others: Sequence[Any]) -> tuple[Any, Any]:
    """Give the largest of the parts, the first of equal ones, and the other that stands by it."""
    best, chosen = parts[0], others[0]
    for part, other in zip(parts[1:], others[1:], strict=True):
        better = part > best
        best, chosen = xp.where(better, part, best), xp.where(better, other, chosen)
    return best, chosen


def max_pool_with(xp: Any, x: Any, companion: Any, windows: Sequence[Window]) -> tuple[Any, Any]:
    """Take the maximum under each step, and the entry of `companion` at the maximum's place."""
    for window in windows:
        parts = _taps(xp, x, window, _lowest(x.dtype))
        x, companion = _first_best(xp, parts, _taps(xp, companion, window, 0))
    return x, companion


def max_pool_grad(xp: Any, x: Any, dy: Any, windows: Sequence[Window]) -> Any:
    """Give each step's gradient to the place of its maximum."""
    winners = []
    for window in windows:
        parts = _taps(xp, x, window, _lowest(x.dtype))
        x, winner = _first_best(xp, parts, range(window.taps))
        winners.append(winner)
    for window, winner in zip(reversed(windows), reversed(winners), strict=True):
        dy = sum(
            place(xp, xp.where(winner == number, dy, 0), window, number)
            for number in range(window.taps)
        )
    return dy


def _counts(windows: Sequence[Window], rank: int, dtype: Any) -> Any:
    """Count the elements under each step that are no padding; it broadcasts over the other axes."""
    counts = np.ones((1,) * rank)
    for window in windows:
        starts = np.arange(window.steps) * window.stride - window.before
        inside = np.minimum(starts + window.taps, window.size) - np.maximum(starts, 0)
        shape = [1] * rank
        shape[window.axis] = window.steps
        counts = counts * inside.reshape(shape)
    return counts.astype(dtype)


def average_pool(xp: Any, x: Any, windows: Sequence[Window]) -> Any:
    """Take the mean under each step; padding does not count."""
    dtype = x.dtype
    counts = _counts(windows, x.ndim, dtype)
    for window in windows:
        if _is_whole(window):
            x = xp.sum(_seen(x, window), axis=window.axis, keepdims=True, dtype=dtype)
        else:
            x = reduce(xp.add, _taps(xp, x, window, 0))
    return x / counts


def average_pool_grad(xp: Any, dy: Any, windows: Sequence[Window]) -> Any:
    """Share each step's gradient among the elements under it."""
    dy = dy / _counts(windows, dy.ndim, dy.dtype)
    for window in windows:
        dy = sum(place(xp, dy, window, number) for number in range(window.taps))
    return dy
