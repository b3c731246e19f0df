"""Sparse updates of optimizers, for XLA: rows by gather and scatter.

A repeated index is applied in turn, as in the NumPy tier: the n-th pass of a loop takes the n-th
place at which each index stands. Without repetition there is one pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from penstock.engine.xla_tier.kernels.scatter_state import checked
from penstock.ops.training import RULES, sparse_kernel

__all__ = ["KERNELS"]


def _turns(indices: Any) -> Any:
    """Count, for each place, how often its index stands before it."""
    order = jnp.argsort(indices, stable=True)
    in_order = indices[order]
    places = jnp.arange(indices.size)
    starts = jnp.concatenate([jnp.array([True]), in_order[1:] != in_order[:-1]])
    first = lax.cummax(jnp.where(starts, places, 0))
    return jnp.zeros_like(places).at[order].set(places - first)


def _in_turn(xp: Any, states: Any, indices: Any, step: Callable[..., Any]) -> tuple[Any, ...]:
    if not indices.size:
        return tuple(states)
    size = states[0].shape[0]
    rows = checked(indices, size)
    turns = jnp.where(rows < size, _turns(rows), 0)  # what is left out takes no passes
    passes = jnp.max(turns) + 1
    everywhere = jnp.arange(indices.size)

    def go_on(carried: Any) -> Any:
        return carried[0] < passes

    def one_pass(carried: Any) -> Any:
        turn, current = carried
        new_rows = step([state.at[rows].get(mode="clip") for state in current], everywhere)
        targets = jnp.where(turns == turn, rows, size)
        return turn + 1, tuple(
            state.at[targets].set(new, mode="drop")
            for state, new in zip(current, new_rows, strict=True)
        )

    return lax.while_loop(go_on, one_pass, (jnp.zeros_like(passes), tuple(states)))[1]


KERNELS = {
    f"{prefix}{row.name}": sparse_kernel(row, _in_turn)
    for row in RULES
    for form, prefix in (("R", "SparseApply"), ("H", "ResourceSparseApply"))
    if form in row.forms
}
