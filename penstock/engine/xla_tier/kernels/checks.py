"""Checks of values in compiled code: conditions that the run verifies when it is done."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from penstock.core.array_text import summarize as first_of
from penstock.engine.xla_tier.checks import require

__all__ = ["KERNELS"]


def _assert(xp: Any, condition: Any, data: Any, *, summarize: int) -> None:
    told = [first_of(value, summarize) for value in data if isinstance(value, np.ndarray)]
    require(condition, f"assertion failed: {' '.join(f'[{text}]' for text in told)}")


def _check_numerics(xp: Any, tensor: Any, *, message: str) -> Any:
    require(jnp.all(jnp.isfinite(tensor)), f"{message} : Tensor had Inf or NaN values.")
    return tensor


KERNELS = {"Assert": _assert, "CheckNumerics": _check_numerics}
