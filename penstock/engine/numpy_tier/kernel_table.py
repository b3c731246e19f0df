"""The one table of the NumPy tier's own kernels."""

from __future__ import annotations

from penstock.engine.contract import KernelTable

__all__ = ["KERNELS"]

KERNELS: KernelTable = {}
