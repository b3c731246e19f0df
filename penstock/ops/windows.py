"""Windows that slide over a tensor: how many steps fit, what padding adds, which elements meet.

A *window* moves along one axis: it has a number of *taps* (the elements it sees at one place), and
takes *steps*, each `stride` elements further. Pooling and convolution look at the same thing from
the side of the taps: one tap, over all steps, is a strided slice of the padded axis. So they are
written here as sums or maxima over few slices, which NumPy and XLA both do fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from penstock.core.errors import InvalidArgumentError

__all__ = [
    "Window",
    "channels_first",
    "dilated",
    "output_size",
    "pad_axes",
    "padding_along",
    "place",
    "spatial",
    "tap",
    "windows_over",
]


def output_size(
    size: int | None,
    taps: int | None,
    stride: int,
    padding: str,
    dilation: int = 1,
    explicit: tuple[int, int] = (0, 0),
) -> int | None:
    """Count the steps of a window along an axis; None where a size that matters is unknown.

    Args:
      size: of the axis.
      taps: how many elements the window sees.
      stride: elements from step to step.
      padding: ``"SAME"``, as many steps as the axis has strides; ``"VALID"``, the window never
        leaves the axis; ``"EXPLICIT"``, the axis is padded by `explicit` first.
      dilation: distance between neighbouring taps.
      explicit: padding before and after the axis.

    Returns:
      The count; negative if the window is longer than the axis.
    """
    if size is None:
        return None
    if padding == "SAME":
        return -(-size // stride)
    if taps is None:
        return None
    size += sum(explicit)
    reach = (taps - 1) * dilation + 1
    return (size - reach) // stride + 1 if size >= reach else size - reach


def padding_along(
    size: int, taps: int, stride: int, padding: str, dilation: int, explicit: tuple[int, int]
) -> tuple[int, int]:
    """Give the padding before and after an axis; SAME puts an odd element after it."""
    if padding == "EXPLICIT":
        return explicit
    if padding == "VALID":
        return 0, 0
    reach = (taps - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


@dataclass(frozen=True, slots=True)
class Window:
    """A window along one axis.

    Attributes:
      axis: which one.
      size: of the axis, without padding.
      taps: how many elements the window sees.
      stride: elements from step to step.
      dilation: distance between neighbouring taps.
      before: elements of padding in front.
      after: elements of padding behind.
      steps: how many places the window visits.
    """

    axis: int
    size: int
    taps: int
    stride: int
    dilation: int
    before: int
    after: int
    steps: int

    @property
    def is_still(self) -> bool:
        """Whether it sees each element alone, so that nothing happens along the axis."""
        return self.taps == 1 and self.stride == 1 and not self.before and not self.after

    @property
    def padded_size(self) -> int:
        """The size of the axis with its padding."""
        return self.before + self.size + self.after

    def region(self, number: int) -> slice:
        """Give the slice of the padded axis that tap `number` meets over all steps."""
        start = number * self.dilation
        return slice(start, start + (self.steps - 1) * self.stride + 1, self.stride)


def windows_over(
    sizes: Sequence[int],
    taps: Sequence[int],
    strides: Sequence[int],
    padding: str,
    dilations: Sequence[int] = (),
    explicit: Sequence[int] = (),
    first_axis: int = 0,
) -> list[Window]:
    """Make the windows along consecutive axes.

    Args:
      sizes: of the axes, without padding.
      taps: of the windows.
      strides: of the windows.
      padding: ``"SAME"``, ``"VALID"`` or ``"EXPLICIT"``.
      dilations: of the windows; all 1 if empty.
      explicit: padding before and after the first axis, the second, …; for EXPLICIT.
      first_axis: the number of the first axis.

    Raises:
      InvalidArgumentError: if a window is longer than its axis.
    """
    found = []
    for place_, (size, count, stride) in enumerate(zip(sizes, taps, strides, strict=True)):
        dilation = dilations[place_] if dilations else 1
        own = (explicit[2 * place_], explicit[2 * place_ + 1]) if explicit else (0, 0)
        before, after = padding_along(size, count, stride, padding, dilation, own)
        steps = output_size(size, count, stride, padding, dilation, own)
        assert steps is not None
        axis = first_axis + place_
        if steps < 0:
            raise InvalidArgumentError(
                None,
                None,
                f"A window must fit into what it moves over, but along axis {axis} it sees {count} "
                f"elements, {dilation} apart, of {size}. Use padding 'SAME', or a smaller window.",
            )
        found.append(Window(axis, size, count, stride, dilation, before, after, steps))
    return found


def channels_first(data_format: str) -> bool:
    """Whether the channels stand before the spatial axes, as in NCHW."""
    return data_format.startswith("NC")


def spatial(values: Sequence[Any], data_format: str) -> list[Any]:
    """Pick the entries for the spatial axes from a list with one entry per axis."""
    return list(values[2:] if channels_first(data_format) else values[1:-1])


def pad_axes(xp: Any, x: Any, windows: Sequence[Window], fill: Any) -> Any:
    """Pad `x` as the windows want it, with `fill`."""
    widths = [(0, 0)] * x.ndim
    for window in windows:
        widths[window.axis] = (window.before, window.after)
    if all(width == (0, 0) for width in widths):
        return x
    return xp.pad(x, widths, constant_values=fill)


def tap(padded: Any, windows: Sequence[Window], numbers: Sequence[int]) -> Any:
    """Give what the taps of these numbers, one per window, meet over all steps."""
    regions = [slice(None)] * padded.ndim
    for window, number in zip(windows, numbers, strict=True):
        regions[window.axis] = window.region(number)
    return padded[tuple(regions)]


def dilated(xp: Any, x: Any, axis: int, stride: int) -> Any:
    """Put `stride` - 1 zeros between the neighbours along an axis."""
    if stride == 1 or x.shape[axis] == 0:
        return x
    widths = [(0, 0)] * (x.ndim + 1)
    widths[axis + 1] = (0, stride - 1)
    spread = xp.pad(xp.expand_dims(x, axis + 1), widths)
    merged = (*x.shape[:axis], x.shape[axis] * stride, *x.shape[axis + 1 :])
    keep = [slice(None)] * x.ndim
    keep[axis] = slice(0, (x.shape[axis] - 1) * stride + 1)
    return spread.reshape(merged)[tuple(keep)]


def place(xp: Any, values: Any, window: Window, number: int) -> Any:
    """Put one value per step back to where tap `number` met it: zeros elsewhere, padding cut off.

    This is the transpose of padding an axis and taking a tap of it.
    """
    start = number * window.dilation
    spread = dilated(xp, values, window.axis, window.stride)
    widths = [(0, 0)] * values.ndim
    behind = window.padded_size - start - spread.shape[window.axis]
    widths[window.axis] = (start, behind)
    keep = [slice(None)] * values.ndim
    keep[window.axis] = slice(window.before, window.before + window.size)
    return xp.pad(spread, widths)[tuple(keep)]
