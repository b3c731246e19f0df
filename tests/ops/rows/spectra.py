"""Rows of the Fourier transforms."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, normal

_Z = complexes(2, 3, 4, 3)
_X = normal(2, 4, 4, 4)
_HALF = complexes(2, 4, 4, 3)


def _over(function, count):
    return lambda x: function(x, axes=tuple(range(-count, 0)))


def _sized(function, count):
    return lambda x, sizes: function(x, s=sizes, axes=tuple(range(-count, 0)))


def _lengths(*sizes):
    return np.array(sizes, np.int32)


_SUFFIXES = {1: "", 2: "2D", 3: "3D"}

ROWS = [
    *(Row(name + suffix, [_Z], _over(function, count), dtypes=("complex64", "complex128"),
          grad=True, rtol=1e-4)
      for count, suffix in _SUFFIXES.items()
      for name, function in (("FFT", np.fft.fftn), ("IFFT", np.fft.ifftn))),
    *(Row("RFFT" + suffix, [_X, _lengths(*[4] * count)], _sized(np.fft.rfftn, count),
          grad=[0] if count < 3 else False, second=False, rtol=1e-4)
      for count, suffix in _SUFFIXES.items()),
    *(Row("IRFFT" + suffix, [_HALF, _lengths(*[4] * count)], _sized(np.fft.irfftn, count),
          grad=[0] if count == 1 else False, second=False, rtol=1e-4)
      for count, suffix in _SUFFIXES.items()),
    Row("RFFT", [normal(2, 5), _lengths(5)], _sized(np.fft.rfftn, 1), grad=[0], second=False,
        rtol=1e-4, label="odd"),
    Row("RFFT", [normal(2, 5), _lengths(8)], _sized(np.fft.rfftn, 1), rtol=1e-4, label="longer"),
    Row("RFFT2D", [normal(2, 3, 5), _lengths(3, 5)], _sized(np.fft.rfftn, 2), grad=[0],
        second=False, rtol=1e-4, label="odd"),
    Row("IRFFT", [complexes(2, 3), _lengths(5)], _sized(np.fft.irfftn, 1), rtol=1e-4, label="odd"),
    Row("RFFT", [normal(2, 5), _lengths(0)], lambda x, sizes: np.zeros((2, 0)), label="empty"),
]  # fmt: skip
