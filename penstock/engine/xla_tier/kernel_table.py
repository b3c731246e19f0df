"""The one table of the XLA tier's own kernels."""

from __future__ import annotations

from penstock.engine.contract import KernelTable
from penstock.engine.xla_tier.kernels import convolution, nn, random, scatter_state, training

__all__ = ["KERNELS"]

KERNELS: KernelTable = {
    **convolution.KERNELS,
    **nn.KERNELS,
    **random.KERNELS,
    **scatter_state.KERNELS,
    **training.KERNELS,
}
