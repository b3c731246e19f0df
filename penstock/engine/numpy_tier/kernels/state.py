"""Reads of a variable by index, which check the indices: one out of range is an error here."""

from __future__ import annotations

from typing import Any

from penstock.ops.library import LIBRARY
from penstock.ops.scatter_state import check_indices

__all__ = ["KERNELS"]


def _gather(xp: Any, resource: Any, indices: Any, *, batch_dims: int) -> Any:
    check_indices(xp, indices, resource.shape[batch_dims])
    return LIBRARY["ResourceGather"].kernel(xp, resource, indices, batch_dims=batch_dims)  # type: ignore[misc]


def _gather_nd(xp: Any, resource: Any, indices: Any) -> Any:
    for axis in range(indices.shape[-1]):
        check_indices(xp, indices[..., axis], resource.shape[axis])
    return LIBRARY["ResourceGatherNd"].kernel(xp, resource, indices)  # type: ignore[misc]


KERNELS = {"ResourceGather": _gather, "ResourceGatherNd": _gather_nd}
