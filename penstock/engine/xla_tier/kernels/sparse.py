"""Sparse tensors whose elements are added into a dense one, by XLA's scatter."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from penstock.engine.xla_tier.checks import require, require_in_range, require_of
from penstock.ops.index_range import in_range
from penstock.ops.library import LIBRARY
from penstock.ops.sparse_dense import check_places, places_of
from penstock.ops.sparse_numbers import kept_numbers
from penstock.ops.sparse_products import sparse_factors

__all__ = ["KERNELS"]


def _columns(indices: Any) -> tuple[Any, ...]:
    return tuple(indices[:, axis] for axis in range(indices.shape[1]))


def _to_dense(
    xp: Any, indices: Any, shape: Any, values: Any, default: Any, *, validate_indices: bool
) -> Any:
    sizes = tuple(shape.tolist())
    require_of(
        (indices,),
        lambda known: check_places(places_of(known, sizes), sizes, validate_indices),
        lambda: _are_places(places_of(indices, sizes), sizes, validate_indices),
        f"The indices must lie in the shape {list(sizes)}, rise and not repeat.",
    )
    dense = jnp.full(sizes, default, default.dtype)
    return dense.at[_columns(places_of(jnp.asarray(indices), sizes))].set(values, mode="drop")


def _are_places(places: Any, sizes: tuple[int, ...], ordered: bool) -> Any:
    holds = in_range(places, sizes).all()
    if not ordered:
        return holds
    flat = jnp.ravel_multi_index(_columns(places), sizes, mode="clip")
    return holds & (jnp.diff(flat) > 0).all()


def _matmul(
    xp: Any, indices: Any, values: Any, shape: Any, b: Any, *, adjoint_a: bool, adjoint_b: bool
) -> Any:
    require_in_range(indices, tuple(shape.tolist()), "the dense shape")
    count, rows, parts = sparse_factors(jnp, indices, values, shape, b, adjoint_a, adjoint_b)
    return jnp.zeros((count, parts.shape[1]), parts.dtype).at[rows].add(parts, mode="drop")


def _add(xp: Any, indices: Any, values: Any, shape: Any, b: Any) -> Any:
    require_in_range(indices, tuple(b.shape), "the dense shape")
    return jnp.asarray(b).at[_columns(jnp.asarray(indices))].add(values, mode="drop")


def _reduce_sum(
    xp: Any, indices: Any, values: Any, shape: Any, axes: Any, *, keep_dims: bool
) -> Any:
    numbers, kept, ones = kept_numbers(indices, shape, axes)
    sums = jnp.zeros(math.prod(kept), values.dtype).at[numbers].add(values, mode="drop")
    return sums.reshape(ones if keep_dims else kept)


def _reduce_max(
    xp: Any, indices: Any, values: Any, shape: Any, axes: Any, *, keep_dims: bool
) -> Any:
    numbers, kept, ones = kept_numbers(indices, shape, axes)
    zeros = jnp.zeros(math.prod(kept), values.dtype)
    some = zeros.at[numbers].set(values, mode="drop")
    return some.at[numbers].max(values, mode="drop").reshape(ones if keep_dims else kept)


def _reshape(xp: Any, indices: Any, shape: Any, new_shape: Any) -> Any:
    moved, sizes = LIBRARY["SparseReshape"].kernel(jnp, indices, shape, new_shape)
    require(
        jnp.prod(jnp.asarray(shape)) == jnp.prod(sizes),
        "Input to reshape is a sparse tensor whose dense values do not fill the requested shape.",
    )
    return moved, sizes


KERNELS: dict[str, Callable[..., Any]] = {
    "SparseReduceMax": _reduce_max,
    "SparseReduceSum": _reduce_sum,
    "SparseReshape": _reshape,
    "SparseTensorDenseAdd": _add,
    "SparseTensorDenseMatMul": _matmul,
    "SparseToDense": _to_dense,
}
