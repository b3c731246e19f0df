"""Reads of a variable by index, which check the indices: one out of range is an error here."""

from __future__ import annotations

from typing import Any

from penstock.ops.index_range import check_range
from penstock.ops.library import LIBRARY

__all__ = ["KERNELS"]

_GATHER: Any = LIBRARY["ResourceGather"].kernel
_GATHER_ND: Any = LIBRARY["ResourceGatherNd"].kernel


def _gather(xp: Any, resource: Any, indices: Any, *, batch_dims: int) -> Any:
    check_range(indices, resource.shape[batch_dims], "the rows of the variable")
    return _GATHER(xp, resource, indices, batch_dims=batch_dims)


def _gather_nd(xp: Any, resource: Any, indices: Any) -> Any:
    check_range(indices, resource.shape[: indices.shape[-1]], "the shape of the variable")
    return _GATHER_ND(xp, resource, indices)


KERNELS = {"ResourceGather": _gather, "ResourceGatherNd": _gather_nd}
