"""Histograms as TensorBoard shows them: buckets that grow by a tenth away from zero."""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np

from penstock.formats.event_messages import HistogramProto

__all__ = ["histogram_of"]

_SMALLEST, _LARGEST, _GROWTH = 1e-12, 1e20, 1.1


@functools.cache
def _limits() -> np.ndarray:
    """The upper limits of all buckets, the last one that of what is larger still."""
    positive = []
    limit = _SMALLEST
    while limit < _LARGEST:
        positive.append(limit)
        limit *= _GROWTH
    most = sys.float_info.max
    return np.array([-most, *(-limit for limit in reversed(positive)), 0.0, *positive, most])


def histogram_of(values: np.ndarray) -> Any:
    """Count values by bucket.

    Args:
      values: finite numbers in any shape.

    Returns:
      A `HistogramProto`; of neighboring buckets without values only the last is in it.
    """
    limits = _limits()
    flat = values.reshape(-1).astype(np.float64)
    places = np.searchsorted(limits, flat, side="right")
    counts = np.bincount(np.minimum(places, len(limits) - 1), minlength=len(limits))
    # Of a run of empty buckets, the last one stands for all.
    kept = (counts > 0) | np.append(counts[1:] > 0, True)
    if not flat.size:
        return HistogramProto(
            min=limits[-1], max=limits[0], bucket_limit=[limits[-1]], bucket=[0.0]
        )
    return HistogramProto(
        min=flat.min(),
        max=flat.max(),
        num=flat.size,
        sum=np.add.accumulate(flat)[-1],  # one by one, in their order, as TensorFlow adds
        sum_squares=np.add.accumulate(flat * flat)[-1],
        bucket_limit=limits[kept],
        bucket=counts[kept].astype(np.float64),
    )
