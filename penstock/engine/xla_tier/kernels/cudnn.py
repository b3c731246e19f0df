"""cuDNN's recurrent networks: XLA repeats a step, instead of having them all one after another."""

from __future__ import annotations

from penstock.engine.binding import KernelTable
from penstock.engine.xla_tier.scanning import scan
from penstock.ops.cudnn_kernels import kernels

__all__ = ["KERNELS"]

KERNELS: KernelTable = kernels(scan)
