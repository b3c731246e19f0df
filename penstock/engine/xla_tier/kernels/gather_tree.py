"""The paths through the beams of a search, as two scans along time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from penstock.engine.xla_tier.checks import require_of
from penstock.engine.xla_tier.scanning import scan
from penstock.ops.gather_tree import check_parents, paths

__all__ = ["KERNELS"]


def _gather_tree(xp: Any, step_ids: Any, parent_ids: Any, lengths: Any, end_token: Any) -> Any:
    count, _, beams = parent_ids.shape

    def holds() -> Any:
        counts = (jnp.arange(1, count + 1)[:, None] <= lengths)[1:, :, None]
        inside = (parent_ids[1:] >= 0) & (parent_ids[1:] < beams)
        return jnp.all(inside | ~counts)

    require_of(
        (parent_ids, lengths),
        check_parents,
        holds,
        f"parent_ids must be numbers of beams, [0, {beams}).",
    )
    if not step_ids.size:
        return step_ids
    return paths(jnp, scan, step_ids, parent_ids, lengths, end_token)


KERNELS: dict[str, Callable[..., Any]] = {"GatherTree": _gather_tree}
