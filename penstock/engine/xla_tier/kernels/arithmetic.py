"""Arithmetic of integers that has no result: a division by zero, a negative power."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.engine.xla_tier.checks import require
from penstock.ops.binary import DIVISIONS, division_message
from penstock.ops.library import LIBRARY

__all__ = ["KERNELS"]


def _checked(op: str) -> Callable[..., Any]:
    divide: Any = LIBRARY[op].kernel

    def compute(xp: Any, x: Any, y: Any) -> Any:
        if y.dtype.kind in "iu" and x.size:
            require((y != 0).all(), division_message(op))
        return divide(xp, x, y)

    return compute


def _power(xp: Any, x: Any, y: Any) -> Any:
    if y.dtype.kind in "iu":
        require((y >= 0).all(), "Integers cannot be raised to negative powers.")
    return _POWER(xp, x, y)


_POWER: Any = LIBRARY["Pow"].kernel

KERNELS: dict[str, Callable[..., Any]] = {
    "Pow": _power,
    **{op: _checked(op) for op in DIVISIONS},
}
