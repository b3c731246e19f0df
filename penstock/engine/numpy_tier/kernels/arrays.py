"""Array ops that check their indices: an index out of range is an error here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.ops.array_values import ArrayValue
from penstock.ops.index_range import check_range
from penstock.ops.library import LIBRARY

__all__ = ["KERNELS"]


def _gather(xp: Any, params: Any, indices: Any) -> Any:
    check_range(np.asarray(indices), params.shape[0], "the rows of params")
    return np.take(params, indices, 0)


def _gather_v2(xp: Any, params: Any, indices: Any, axis: Any, *, batch_dims: int) -> Any:
    indices = np.asarray(indices)
    check_range(indices, params.shape[int(axis)], f"the range of axis {int(axis)} of params")
    return LIBRARY["GatherV2"].kernel(xp, params, indices, axis, batch_dims=batch_dims)


def _check_points(shape: Any, indices: Any) -> None:
    depth = indices.shape[-1]
    if depth > len(shape):
        raise InvalidArgumentError(
            None,
            None,
            f"A point of {depth} numbers cannot lie in a tensor of {len(shape)} axes: its shape "
            f"is {tuple(shape)}.",
        )
    check_range(np.asarray(indices), tuple(shape[:depth]), "the shape of the tensor")


def _gather_nd(xp: Any, params: Any, indices: Any) -> Any:
    _check_points(params.shape, indices)
    return LIBRARY["GatherNd"].kernel(xp, params, indices)


def _scatter_nd(xp: Any, indices: Any, updates: Any, shape: Any) -> Any:
    _check_points(shape.tolist(), indices)
    return LIBRARY["ScatterNd"].kernel(xp, indices, updates, shape)


def _tensor_scatter(name: str) -> Callable[..., Any]:
    kernel = LIBRARY[name].kernel

    def compute(xp: Any, x: Any, indices: Any, updates: Any) -> Any:
        _check_points(x.shape, indices)
        return kernel(xp, x, indices, updates)

    return compute


def _pack(xp: Any, values: Any, *, axis: int) -> Any:
    if not isinstance(values[0], ArrayValue):
        return LIBRARY["Pack"].kernel(xp, values, axis=axis)
    lists = np.empty(len(values), object)
    lists[:] = values
    return lists


def _sparse_reshape(xp: Any, indices: Any, shape: Any, new_shape: Any) -> Any:
    moved, sizes = LIBRARY["SparseReshape"].kernel(xp, indices, shape, new_shape)
    if np.prod(shape) != np.prod(sizes) or np.sum(new_shape == -1) > 1:
        raise InvalidArgumentError(
            None,
            None,
            f"Input to reshape is a sparse tensor with {np.prod(shape)} dense values, which do "
            f"not fill the requested shape {new_shape.tolist()}.",
        )
    return moved, sizes


KERNELS: dict[str, Callable[..., Any]] = {
    "Pack": _pack,
    "Gather": _gather,
    "GatherV2": _gather_v2,
    "GatherNd": _gather_nd,
    "ScatterNd": _scatter_nd,
    "SparseReshape": _sparse_reshape,
    **{
        name: _tensor_scatter(name)
        for name in (
            "TensorScatterUpdate",
            "TensorScatterAdd",
            "TensorScatterSub",
            "ScatterNdNonAliasingAdd",
        )
    },
}
