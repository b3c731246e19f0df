"""Windows with gaps between the elements they see, by moving space to the batch.

A window with gaps of `rate` sees, of a line, every rate-th element only. So the line is dealt out
to `rate` lines of their own in the batch, each is treated without gaps, and they are put together
again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Shape
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.arrays_ordering import (
    batch_to_space_nd,
    required_space_to_batch_paddings,
    space_to_batch_nd,
)
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["DilatedWindow", "with_space_to_batch"]

Windowed = Callable[[Tensor, Any, str], Tensor]


class DilatedWindow:
    """A windowed function with gaps, made ready for inputs of a static shape.

    Args:
      shape: the inputs' static shape.
      dilation_rate: int32 [n], the distances along n spatial axes.
      padding: ``"SAME"`` or ``"VALID"``.
      op: called as ``op(input, n, padding)``; gives a tensor of the same batch.
      filter_shape: sizes of the window along the spatial axes, and maybe more; for SAME.
      spatial_dims: the spatial axes, in rising order; those after the batch by default.
      data_format: says where the channels are, as NHWC; last by default.
    """

    def __init__(
        self,
        shape: Shape,
        dilation_rate: Any,
        padding: str,
        op: Windowed,
        filter_shape: Any = None,
        spatial_dims: Any = None,
        data_format: str | None = None,
    ) -> None:
        rate = convert_to_tensor(dilation_rate, dtypes.int32, name="dilation_rate")
        self._op = op
        self._padding = padding
        self._rate = rate
        self._count = _known_length(rate)
        self._axes = _spatial_axes(spatial_dims, self._count, data_format)
        known = constant_value(rate)
        if known is not None and np.any(known < 1):
            raise ValueError(f"Dilation rates must be at least 1, but are {known.tolist()}.")
        self._gapless = known is not None and bool(np.all(known == 1))
        self._blocks: tuple[Any, Any, Any] | None = None
        if self._gapless:
            return
        taps = rate if known is None else known
        self._base = _base_paddings(padding, filter_shape, self._count, taps)
        sizes = [None] if shape is None else [shape[axis] for axis in self._axes]
        if None not in sizes:
            self._blocks = self._made_to_fit(np.array(sizes, np.int32))

    def _made_to_fit(self, sizes: Any) -> tuple[Any, Any, Any]:
        """Give block shape, paddings and crops for spatial axes of these sizes."""
        paddings, crops = required_space_to_batch_paddings(
            input_shape=sizes, base_paddings=self._base, block_shape=self._rate
        )
        return (
            _for_leading_axes(self._rate, 1, self._axes),
            _for_leading_axes(paddings, 0, self._axes),
            _for_leading_axes(crops, 0, self._axes),
        )

    @property
    def settled(self) -> bool:
        """Whether sizes of the inputs' spatial axes are built in."""
        return self._blocks is not None

    def __call__(self, x: Tensor) -> Tensor:
        """Build the function's output for `x`."""
        if self._gapless:
            return self._op(x, self._count, self._padding)
        fitted = self._blocks
        if fitted is None:
            sizes = composed.shape(x)
            fitted = self._made_to_fit(stack([sizes[axis] for axis in self._axes]))
        blocks, paddings, crops = fitted
        result = self._op(space_to_batch_nd(x, blocks, paddings), self._count, "VALID")
        return batch_to_space_nd(result, blocks, crops)


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
      dilation_rate: as are the others, see `DilatedWindow`.

    Returns:
      What `op` gives, as if it had been called with gaps.

    Raises:
      ValueError: if a rate is below 1, the axes do not rise, or the padding is unknown.
    """
    x = convert_to_tensor(input, name="input")
    window = DilatedWindow(
        x.static_shape, dilation_rate, padding, op, filter_shape, spatial_dims, data_format
    )
    return window(x)


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
