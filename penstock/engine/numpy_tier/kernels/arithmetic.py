"""Divisions in which an integer divided by zero is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.ops.binary import DIVISIONS, division_message
from penstock.ops.library import LIBRARY

__all__ = ["KERNELS"]


def _checked(op: str) -> Callable[..., Any]:
    divide: Any = LIBRARY[op].kernel

    def compute(xp: Any, x: Any, y: Any) -> Any:
        if y.dtype.kind in "iu" and not y.all() and x.size:
            raise InvalidArgumentError(None, None, division_message(op))
        return divide(xp, x, y)

    return compute


KERNELS: dict[str, Callable[..., Any]] = {op: _checked(op) for op in DIVISIONS}
