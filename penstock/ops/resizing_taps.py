"""Which pixels, and with which weights, make a pixel of an image in another size.

Resizing works along one axis at a time: each output pixel is a weighted sum of a few input pixels,
its *taps*. The gradient is the same with the roles exchanged: each input pixel is a sum over the
few output pixels it went into, which on processors is many times faster than adding these up one
by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Sampling", "Taps", "apply_taps"]

_MOST_TAPS = 64  # beyond, a compiled program of one term per tap would be too long

_TABLE = 1024  # TensorFlow rounds the place between two pixels to one of so many


@dataclass(frozen=True)
class Taps:
    """The input pixels of each output pixel along one axis.

    Attributes:
      places: integers [outputs, taps], which input pixels count.
      weights: float32 [outputs, taps].
    """

    places: np.ndarray
    weights: np.ndarray

    def transposed(self, size: int) -> Taps:
        """Give the output pixels into which each of `size` input pixels goes."""
        outputs, taps = np.nonzero(self.weights)
        inputs = self.places[outputs, taps]
        order = np.argsort(inputs, kind="stable")
        inputs, outputs, taps = inputs[order], outputs[order], taps[order]
        counts = np.bincount(inputs, minlength=size)
        rank = np.arange(len(inputs)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.zeros((size, max(counts.max(initial=0), 1)), np.int64)
        weights = np.zeros(places.shape, np.float32)
        places[inputs, rank] = outputs
        weights[inputs, rank] = self.weights[outputs, taps]
        return Taps(places, weights)

    def dense(self, size: int) -> np.ndarray:
        """Give the matrix [outputs, size] that does the same."""
        matrix = np.zeros((len(self.places), size), np.float32)
        np.add.at(matrix, (np.arange(len(self.places))[:, None], self.places), self.weights)
        return matrix


@dataclass(frozen=True)
class Sampling:
    """Where along an axis the output pixels lie.

    Attributes:
      size: the number of input pixels.
      outputs: the number of output pixels.
      align_corners: whether the first and the last pixels of both lie upon each other.
      half_pixel_centers: whether pixels are points in the middles of squares.
    """

    size: int
    outputs: int
    align_corners: bool = False
    half_pixel_centers: bool = False

    @property
    def scale(self) -> np.float32:
        """How far output pixels are apart."""
        if self.align_corners and self.outputs > 1:
            return np.float32(self.size - 1) / np.float32(self.outputs - 1)
        return np.float32(self.size) / np.float32(self.outputs)

    def positions(self) -> np.ndarray:
        """Give the places of the output pixels, in input pixels; float32 as TensorFlow."""
        steps = np.arange(self.outputs, dtype=np.float32)
        half = np.float32(0.5)
        if self.half_pixel_centers:
            return (steps + half) * self.scale - half
        return steps * self.scale

    def nearest(self) -> Taps:
        """Each output pixel is a copy."""
        steps = np.arange(self.outputs, dtype=np.float32)
        if self.half_pixel_centers:
            steps = steps + np.float32(0.5)
        at = steps * self.scale
        at = np.floor(at + np.float32(0.5)) if self.align_corners else np.floor(at)
        places = np.clip(at.astype(np.int64), 0, self.size - 1)[:, None]
        return Taps(places, np.ones(places.shape, np.float32))

    def linear(self) -> Taps:
        """Each output pixel lies between two."""
        at = self.positions()
        below = np.floor(at)
        upper = at - below
        places = [
            np.maximum(below.astype(np.int64), 0),
            np.minimum(np.ceil(at).astype(np.int64), self.size - 1),
        ]
        return Taps(np.stack(places, 1), np.stack([np.float32(1) - upper, upper], 1))

    def cubic(self) -> Taps:
        """Each output pixel lies on a piecewise cubic curve through four.

        With `half_pixel_centers` the curve is Keys's, and pixels beyond the border do not count;
        otherwise the border's pixel stands for those.

        Source: Keys, "Cubic convolution interpolation for digital image processing", 1981.
        """
        sharpness = -0.5 if self.half_pixel_centers else -0.75
        at = self.positions()
        below = np.floor(at)
        near = np.rint((at - below) * np.float32(_TABLE)) / _TABLE
        weights = np.stack(
            [
                _far_weight(near + 1, sharpness),
                _near_weight(near, sharpness),
                _near_weight(1 - near, sharpness),
                _far_weight(2 - near, sharpness),
            ],
            1,
        )
        wanted = below.astype(np.int64)[:, None] + np.arange(-1, 3)
        places = np.clip(wanted, 0, self.size - 1)
        if self.half_pixel_centers:
            weights = np.where(places == wanted, weights, 0)
            weights = weights / weights.sum(1, keepdims=True)
        return Taps(places, weights.astype(np.float32))

    def areas(self) -> Taps:
        """Each output pixel is the mean over the stretch that it covers."""
        scale = self.scale
        starts = np.arange(self.outputs, dtype=np.float32) * scale
        ends = np.arange(1, self.outputs + 1, dtype=np.float32) * scale
        first = np.floor(starts).astype(np.int64)
        count = int((np.ceil(ends).astype(np.int64) - first).max(initial=1))
        places = first[:, None] + np.arange(count)
        covered = np.minimum(places + 1, ends[:, None]) - np.maximum(places, starts[:, None])
        weights = np.maximum(covered, 0) / scale
        return Taps(np.clip(places, 0, self.size - 1), weights.astype(np.float32))


def _near_weight(distance: np.ndarray, sharpness: float) -> Any:
    """Give the cubic kernel at distances from 0 to 1."""
    return ((sharpness + 2) * distance - (sharpness + 3)) * distance**2 + 1


def _far_weight(distance: np.ndarray, sharpness: float) -> Any:
    """Give the cubic kernel at distances from 1 to 2."""
    return sharpness * (((distance - 5) * distance + 8) * distance - 4)


def apply_taps(xp: Any, x: Any, axis: int, taps: Taps) -> Any:
    """Sum along an axis over the taps of each output pixel.

    Args:
      xp: NumPy or jax.numpy.
      x: the images.
      axis: along which.
      taps: the input pixels of each output pixel.

    Returns:
      `x` with the number of output pixels along `axis`.
    """
    count = taps.places.shape[1]
    if count > _MOST_TAPS:
        matrix = taps.dense(x.shape[axis]).astype(x.dtype)
        return xp.moveaxis(xp.tensordot(x, matrix, axes=((axis,), (1,))), -1, axis)
    before = (slice(None),) * axis
    after = (-1,) + (1,) * (x.ndim - axis - 1)
    total = 0
    for tap in range(count):
        weights = taps.weights[:, tap].astype(x.dtype).reshape(after)
        total = total + x[(*before, taps.places[:, tap])] * weights
    return total
