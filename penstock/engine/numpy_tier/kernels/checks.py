"""Checks of values: what does not hold is an error here, with what belongs to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.ops.checks import assertion_message, non_finite_message

__all__ = ["KERNELS"]


def _assert(xp: Any, condition: Any, data: Any, *, summarize: int) -> None:
    if not condition:
        raise InvalidArgumentError(None, None, assertion_message(data, summarize))


def _check_numerics(xp: Any, tensor: Any, *, message: str) -> Any:
    if not np.isfinite(tensor).all():
        has_nan, has_infinity = np.isnan(tensor).any(), np.isinf(tensor).any()
        raise InvalidArgumentError(None, None, non_finite_message(message, has_nan, has_infinity))
    return tensor


KERNELS = {"Assert": _assert, "CheckNumerics": _check_numerics}
