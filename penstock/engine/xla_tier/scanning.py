"""XLA's loop along the first axis of arrays, for kernels that are given what repeats a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

__all__ = ["scan"]


def scan(step: Callable[..., Any], carry: Any, rows: Any, reverse: bool) -> tuple[Any, Any]:
    """Apply `step` row by row; see `penstock.ops.scanning`."""
    return jax.lax.scan(step, carry, rows, reverse=reverse)
