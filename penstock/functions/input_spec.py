"""What a layer asks of its input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.core.shapes import as_static, describe, is_compatible

__all__ = ["InputSpec"]


class InputSpec:
    """What a layer asks of its input; whatever is left out may be anything.

    Args:
      dtype: its dtype.
      shape: its static shape, with None for open sizes.
      ndim: its number of axes.
      max_ndim: the most axes it may have.
      min_ndim: the fewest.
      axes: from an axis to its size.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
    ) -> None:
        self.dtype = None if dtype is None else as_dtype(dtype)
        self.shape = shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = dict(axes or {})

    def check(self, layer: str, tensor: Any) -> None:
        """Hold a tensor against the specification; `layer` is the layer's name.

        Raises:
          ValueError: if they do not fit.
        """
        shape = tensor.static_shape
        wanted = self._unmet(shape)
        if wanted is None and self.dtype is not None and tensor.dtype is not self.dtype:
            wanted = f"dtype {self.dtype.name}, not {tensor.dtype.name}"
        if wanted is not None:
            raise ValueError(
                f"The input of layer {layer!r} must have {wanted}; {tensor.name!r} was given, of "
                f"shape {describe(shape)}."
            )

    def _unmet(self, shape: Any) -> str | None:
        """Say what of the specification a static shape does not fulfil."""
        if shape is None:
            asked = self.ndim, self.min_ndim, self.max_ndim
            return "a known number of axes" if any(n is not None for n in asked) else None
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            return f"{self.ndim} axes, not {rank}"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"at most {self.max_ndim} axes, not {rank}"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"at least {self.min_ndim} axes, not {rank}"
        for axis, size in self.axes.items():
            if size is not None and shape[axis] not in (size, None):
                return f"size {size} along axis {axis}, not {shape[axis]}"
        if self.shape is not None and not is_compatible(as_static(self.shape), shape):
            return f"the shape {describe(as_static(self.shape))}"
        return None

    def __repr__(self) -> str:
        named = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        given = [f"{name}={getattr(self, name)}" for name in named if getattr(self, name)]
        return f"InputSpec({', '.join(given)})"
