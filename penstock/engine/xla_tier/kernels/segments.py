"""Segment ops and counts, which NumPy computes by adding in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from penstock.engine.xla_tier.checks import require_in_range, require_of
from penstock.ops import segments, sequences
from penstock.ops.sequences import NEGATIVE_COUNTED, check_counted

__all__ = ["KERNELS"]

_METHODS = {"add": "add", "multiply": "multiply", "maximum": "max", "minimum": "min"}


def _combine(how: str, data: Any, ids: Any, count: int) -> Any:
    """Combine the rows that have one id; ids that name no segment are left out."""
    rest = data.shape[ids.ndim :]
    start = jnp.full((count, *rest), segments.first_value(how, data.dtype), data.dtype)
    places = jnp.reshape(jnp.where(ids < 0, count, ids), -1)
    rows = jnp.reshape(data, (-1, *rest))
    return getattr(start.at[places], _METHODS[how])(rows, mode="drop")


def _count(places: Any, weights: Any, bins: int) -> Any:
    return jnp.bincount(places, weights, length=bins)


def _checked_unsorted(kernel: Callable[..., Any]) -> Callable[..., Any]:
    def compute(xp: Any, data: Any, segment_ids: Any, num_segments: Any) -> Any:
        lowest = np.iinfo(segment_ids.dtype).min  # rows of negative ids are left out
        require_in_range(segment_ids, int(num_segments), "the segments", "segment_ids", int(lowest))
        return kernel(xp, data, segment_ids, num_segments)

    return compute


def _checked_bincount(xp: Any, arr: Any, size: Any, weights: Any) -> Any:
    require_of((arr,), check_counted, lambda: (arr >= 0).all(), NEGATIVE_COUNTED)
    return _COUNTS["Bincount"](xp, arr, size, weights)


_SEGMENTS = segments.make_kernels(_combine)
_COUNTS = sequences.make_kernels(_count)

KERNELS: dict[str, Callable[..., Any]] = {
    **_SEGMENTS,
    **{
        name: _checked_unsorted(kernel)
        for name, kernel in _SEGMENTS.items()
        if name.startswith("Unsorted")
    },
    **_COUNTS,
    "Bincount": _checked_bincount,
}
