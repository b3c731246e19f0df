"""Array ops whose definition writes into an array in place, which XLA says in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from penstock.engine.xla_tier.kernels.scatter_state import inside
from penstock.ops.arrays_points import rows_and_points
from penstock.ops.strided import index_of, masked

__all__ = ["KERNELS"]


def _at(method: str) -> Callable[..., Any]:
    """Make a kernel that changes `x` where `indices` points, as JAX's method of that name does."""

    def compute(xp: Any, x: Any, indices: Any, updates: Any) -> Any:
        rows, points = rows_and_points(jnp.asarray(x), indices)
        within = tuple(inside(point, size) for point, size in zip(points, rows.shape, strict=False))
        return jnp.reshape(getattr(rows.at[within], method)(updates, mode="drop"), x.shape)

    return compute


_add = _at("add")


def _scatter_nd(xp: Any, indices: Any, updates: Any, shape: Any) -> Any:
    return _add(xp, jnp.zeros(shape.tolist(), updates.dtype), indices, updates)


def _strided_slice_grad(
    xp: Any, shape: Any, begin: Any, end: Any, strides: Any, dy: Any, masks: dict[str, int]
) -> Any:
    """Pad `dy` with zeros around and, where the stride is not 1, between its elements."""
    sizes = shape.tolist()
    index = index_of(sizes, begin.tolist(), end.tolist(), strides.tolist(), masks)
    ranges = [
        range(size)[each] if isinstance(each, slice) else range(each % size, each % size + 1)
        for size, each in zip(sizes, (one for one in index if one is not None), strict=True)
    ]
    dy = jnp.reshape(dy, [len(each) for each in ranges])
    backwards = [axis for axis, each in enumerate(ranges) if each.step < 0]
    dy = lax.rev(dy, backwards)
    ranges = [each[::-1] if each.step < 0 else each for each in ranges]
    padding = [
        (each.start, size - each[-1] - 1, each.step - 1) if each else (0, size, 0)
        for size, each in zip(sizes, ranges, strict=True)
    ]
    return lax.pad(dy, jnp.zeros((), dy.dtype), padding)


def _assign(
    xp: Any, x: Any, begin: Any, end: Any, strides: Any, value: Any, masks: dict[str, int]
) -> Any:
    index = index_of(x.shape, begin.tolist(), end.tolist(), strides.tolist(), masks)
    return jnp.asarray(x).at[index].set(value)


def _stitch(xp: Any, indices: Any, data: Any) -> Any:
    """Take each row of the result from where it stands last in the data."""
    places = np.concatenate([each.ravel() for each in indices])
    rest = data[0].shape[len(indices[0].shape) :]
    rows = jnp.concatenate([jnp.reshape(each, (-1, *rest)) for each in data])
    size = int(places.max(initial=-1)) + 1
    source = np.full(size, len(places))
    source[places] = np.arange(len(places))
    return rows.at[source].get(mode="fill", fill_value=0)


KERNELS: dict[str, Callable[..., Any]] = {
    "DynamicStitch": _stitch,
    "ParallelDynamicStitch": _stitch,
    "ResourceStridedSliceAssign": masked(_assign),
    "ScatterNd": _scatter_nd,
    "ScatterNdNonAliasingAdd": _add,
    "StridedSliceAssign": masked(_assign),
    "StridedSliceGrad": masked(_strided_slice_grad),
    "TensorScatterAdd": _add,
    "TensorScatterSub": _at("subtract"),
    "TensorScatterUpdate": _at("set"),
}
