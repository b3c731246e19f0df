"""The one table of the NumPy tier's own kernels."""

from __future__ import annotations

from penstock.engine.binding import KernelTable
from penstock.engine.numpy_tier.kernels import (
    arithmetic,
    arrays,
    checkpoints,
    checks,
    nn,
    parsing,
    python_calls,
    random,
    readers,
    remapping,
    special,
    state,
    summaries,
    summary_writers,
)

__all__ = ["KERNELS"]

KERNELS: KernelTable = {
    **arithmetic.KERNELS,
    **arrays.KERNELS,
    **checkpoints.KERNELS,
    **checks.KERNELS,
    **nn.KERNELS,
    **parsing.KERNELS,
    **python_calls.KERNELS,
    **random.KERNELS,
    **readers.KERNELS,
    **remapping.KERNELS,
    **special.KERNELS,
    **state.KERNELS,
    **summaries.KERNELS,
    **summary_writers.KERNELS,
}
