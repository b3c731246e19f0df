"""Checks of values in compiled code: conditions that the run verifies when it is done."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from penstock.engine.xla_tier.checks import require

__all__ = ["KERNELS"]


def _assert(xp: Any, condition: Any, data: Any, *, summarize: int) -> None:
    require(condition, "assertion failed")


def _check_numerics(xp: Any, tensor: Any, *, message: str) -> Any:
    require(jnp.all(jnp.isfinite(tensor)), message)
    return tensor


KERNELS = {"Assert": _assert, "CheckNumerics": _check_numerics}
