"""Segment ops and counts, which NumPy computes by adding in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from penstock.ops import segments, sequences

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


KERNELS: dict[str, Callable[..., Any]] = {
    **segments.make_kernels(_combine),
    **sequences.make_kernels(_count),
}
