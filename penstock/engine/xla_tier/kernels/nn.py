"""Neural network ops that XLA says in another way than NumPy."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from penstock.ops.ranking import check_count

__all__ = ["KERNELS"]


def _top_k_v2(xp: Any, input: Any, k: Any) -> tuple[Any, Any]:
    check_count(input.shape[-1], int(k))
    values, indices = lax.top_k(input, int(k))
    return values, indices.astype(jnp.int32)


def _top_k(xp: Any, input: Any, *, k: int) -> tuple[Any, Any]:
    return _top_k_v2(xp, input, k)


def _put_at(xp: Any, input: Any, grad: Any, argmax: Any, *, include_batch_in_index: bool) -> Any:
    """Add each of `grad` where `argmax` says; places outside of the image are left out."""
    rows = (1, -1) if include_batch_in_index else (len(input), -1)
    places, updates = argmax.reshape(rows), grad.reshape(rows)
    flat = jnp.zeros(input.shape, grad.dtype).reshape(rows)
    return (
        flat.at[jnp.arange(rows[0])[:, None], places].add(updates, mode="drop").reshape(input.shape)
    )


KERNELS = {
    "TopK": _top_k,
    "TopKV2": _top_k_v2,
    "MaxPoolGradWithArgmax": _put_at,
}
