"""Special functions, from JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax
from jax.scipy import special

__all__ = ["KERNELS"]


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a kernel; half floats are computed as float32."""

    def compute(xp: Any, x: Any) -> Any:
        wide = x.astype(jnp.float32) if x.dtype.itemsize == 2 else jnp.asarray(x)
        return function(wide).astype(x.dtype)

    return compute


def _several(function: Callable[..., Any]) -> Callable[..., Any]:
    def compute(xp: Any, *arguments: Any) -> Any:
        return function(*jnp.broadcast_arrays(*arguments))

    return compute


KERNELS: dict[str, Callable[..., Any]] = {
    "BesselI0e": _unary(special.i0e),
    "BesselI1e": _unary(special.i1e),
    "Betainc": _several(special.betainc),
    "Digamma": _unary(special.digamma),
    "Erf": _unary(lax.erf),
    "Erfc": _unary(lax.erfc),
    "Igamma": _several(special.gammainc),
    "IgammaGradA": _several(lax.igamma_grad_a),
    "Igammac": _several(special.gammaincc),
    "Lgamma": _unary(lax.lgamma),
    "Polygamma": _several(lax.polygamma),
    "Zeta": _several(special.zeta),
}
