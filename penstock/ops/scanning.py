"""What repeats a step along the first axis of arrays, for kernels that are given one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Scan", "scan_in_python"]

# From (step, first carry, rows, reverse) to (last carry, what each turn gave): as `lax.scan` does.
Scan = Callable[[Callable[[Any, Any], tuple[Any, Any]], Any, Any, bool], tuple[Any, Any]]


def scan_in_python(
    step: Callable[[Any, Any], tuple[Any, Any]], carry: Any, rows: Any, reverse: bool
) -> tuple[Any, Any]:
    """Apply `step` row by row, as `jax.lax.scan` does; the rows are a tuple of arrays."""
    count = len(rows[0])
    given: list[Any] = [None] * count
    for number in reversed(range(count)) if reverse else range(count):
        carry, given[number] = step(carry, tuple(row[number] for row in rows))
    return carry, np.stack(given)
