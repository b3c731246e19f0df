"""Sums down the columns of wide matrices, which XLA compiles badly for processors.

Down to 16,384 columns XLA adds up whole registers of neighbours at once; beyond, it goes down one
column after the other, up to a hundred times slower. Such sums are everyday: the gradient of a
bias over a vocabulary, or of what is added to each example of a batch. A product with a row of
ones adds up the same numbers by a routine that is fast for any width.
"""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from penstock.ops import bias, reductions

__all__ = ["KERNELS"]

_WIDE = 16_384
_DEFINED = {spec.name: spec.kernel for spec in (*reductions.SPECS, *bias.SPECS)}


def _is_wide(x: Any, axes: tuple[int, ...]) -> bool:
    """Whether all axes up to some one are summed over, and much is left."""
    count = len(axes)
    return (
        x.dtype.name in ("float32", "float64")
        and 0 < count < x.ndim
        and sorted(axis % x.ndim for axis in axes) == list(range(count))
        and math.prod(x.shape[count:]) > _WIDE
    )


def _column_sums(x: Any, count: int) -> Any:
    """Sum over the first `count` axes."""
    rows = math.prod(x.shape[:count])

    def by_product(x: Any) -> Any:
        total = jnp.ones(rows, x.dtype) @ x.reshape(rows, -1)
        return total.reshape(x.shape[count:])

    def plainly(x: Any) -> Any:
        return jnp.sum(x, axis=tuple(range(count)))

    return lax.platform_dependent(x, cpu=by_product, default=plainly)


def _sum(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    axes = tuple(int(axis) for axis in np.ravel(indices))
    if not _is_wide(x, axes):
        return _DEFINED["Sum"](xp, x, indices, keep_dims=keep_dims)
    total = _column_sums(x, len(axes))
    return total.reshape((1,) * len(axes) + total.shape) if keep_dims else total


def _mean(xp: Any, x: Any, indices: Any, *, keep_dims: bool) -> Any:
    axes = tuple(int(axis) for axis in np.ravel(indices))
    if not _is_wide(x, axes):
        return _DEFINED["Mean"](xp, x, indices, keep_dims=keep_dims)
    return _sum(xp, x, indices, keep_dims=keep_dims) / math.prod(x.shape[: len(axes)])


def _bias_add_grad(xp: Any, out_backprop: Any, *, data_format: str) -> Any:
    others = tuple(range(out_backprop.ndim - 1))
    if data_format == "NCHW" or not _is_wide(out_backprop, others):
        return _DEFINED["BiasAddGrad"](xp, out_backprop, data_format=data_format)
    return _column_sums(out_backprop, len(others))


KERNELS = {"Sum": _sum, "Mean": _mean, "BiasAddGrad": _bias_add_grad}
