"""Array ops whose definition writes into an array in place, which XLA says in another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from penstock.engine.xla_tier.checks import require, require_in_range, require_of
from penstock.ops.arrays_ordering import check_permutation, reverse_sequence
from penstock.ops.arrays_points import check_update, rows_and_points
from penstock.ops.library import LIBRARY
from penstock.ops.strided import axis_entries, index_of, masked

__all__ = ["KERNELS"]


def _gather(xp: Any, params: Any, indices: Any) -> Any:
    require_in_range(indices, params.shape[0], "the rows of params")
    return jnp.take(params, indices, 0, mode="clip")


def _gather_v2(xp: Any, params: Any, indices: Any, axis: Any, *, batch_dims: int) -> Any:
    along = int(axis)
    size = params.shape[along]
    require_in_range(indices, size, f"the range of axis {along} of params")
    if not size:  # this fails where it runs; in a loop of no turns, it does not
        params = jnp.zeros((*params.shape[:along], 1, *params.shape[along:][1:]), params.dtype)
    return LIBRARY["GatherV2"].kernel(jnp, params, indices, axis, batch_dims=batch_dims)


def _check_points(shape: Any, indices: Any) -> None:
    require_in_range(indices, tuple(shape[: indices.shape[-1]]), "the shape of the tensor")


def _gather_nd(xp: Any, params: Any, indices: Any) -> Any:
    _check_points(params.shape, indices)
    return LIBRARY["GatherNd"].kernel(jnp, jnp.asarray(params), indices)


def _at(method: str) -> Callable[..., Any]:
    """Make a kernel that changes `x` where `indices` points, as JAX's method of that name does."""

    def compute(xp: Any, x: Any, indices: Any, updates: Any) -> Any:
        check_update(x.shape, indices, updates)
        _check_points(x.shape, indices)
        rows, points = rows_and_points(jnp.asarray(x), indices)
        return jnp.reshape(getattr(rows.at[points], method)(updates, mode="drop"), x.shape)

    return compute


_add = _at("add")


def _scatter_nd(xp: Any, indices: Any, updates: Any, shape: Any) -> Any:
    return _add(xp, jnp.zeros(shape.tolist(), updates.dtype), indices, updates)


def _index(
    shape: Sequence[int], begin: Any, end: Any, strides: Any, masks: dict[str, int]
) -> tuple[Any, ...]:
    """Make the index of a strided slice; bounds that are traced are those of single indices."""
    if not isinstance(begin, jax.Array) and not isinstance(end, jax.Array):
        return index_of(shape, begin.tolist(), end.tolist(), strides.tolist(), masks)
    index: list[Any] = []
    for kind, entry in axis_entries(masks, len(strides), len(shape)):
        if kind == "new":
            index.append(None)
        elif kind == "one":
            size = shape[sum(each is not None for each in index)]
            at = jnp.asarray(begin)[entry]
            require((at >= -size) & (at < size), f"A slice index is not in [{-size}, {size}).")
            index.append(at)
        else:
            index.append(slice(None, None, None if kind == "all" else int(strides[entry])))
    return tuple(index)


def _strided_slice(
    xp: Any, x: Any, begin: Any, end: Any, strides: Any, masks: dict[str, int]
) -> Any:
    return jnp.asarray(x)[_index(x.shape, begin, end, strides, masks)]


def _slice(xp: Any, x: Any, begin: Any, size: Any) -> Any:
    if not isinstance(begin, jax.Array):
        return LIBRARY["Slice"].kernel(jnp, x, begin, size)
    room = np.asarray(x.shape) - size
    require(
        jnp.all((begin >= 0) & (begin <= room)),
        f"A slice of {size.tolist()} elements does not lie within the shape {x.shape}.",
    )
    return lax.dynamic_slice(x, [begin[axis] for axis in range(len(size))], size.tolist())


def _strided_slice_grad(
    xp: Any, shape: Any, begin: Any, end: Any, strides: Any, dy: Any, masks: dict[str, int]
) -> Any:
    """Pad `dy` with zeros around and, where the stride is not 1, between its elements."""
    sizes = shape.tolist()
    index = _index(sizes, begin, end, strides, masks)
    if any(isinstance(each, jax.Array) for each in index):
        return jnp.zeros(sizes, dy.dtype).at[index].set(dy)
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
    return jnp.asarray(x).at[_index(x.shape, begin, end, strides, masks)].set(value)


def _stitch(xp: Any, indices: Any, data: Any) -> Any:
    """Take each row of the result from where it stands last in the data."""
    places = np.concatenate([each.ravel() for each in indices])
    rest = data[0].shape[len(indices[0].shape) :]
    rows = jnp.concatenate([jnp.reshape(each, (-1, *rest)) for each in data])
    size = int(places.max(initial=-1)) + 1
    source = np.full(size, len(places))
    source[places] = np.arange(len(places))
    return rows.at[source].get(mode="fill", fill_value=0)


def _rows_changed(method: str) -> Callable[..., Any]:
    def compute(xp: Any, x: Any, i: Any, v: Any) -> Any:
        return getattr(jnp.asarray(x).at[i], method)(v)

    return compute


def _invert_permutation(xp: Any, x: Any) -> Any:
    require_of(
        (x,),
        check_permutation,
        lambda: (jnp.sort(x) == jnp.arange(x.size)).all(),
        f"Each number from 0 to {x.size - 1} must stand once in a permutation.",
    )
    return jnp.argsort(x).astype(x.dtype)


def _reverse_sequence(xp: Any, x: Any, lengths: Any, *, seq_dim: int, batch_dim: int) -> Any:
    most = x.shape[seq_dim]
    require_in_range(lengths, most + 1, "the lengths that there can be", "seq_lengths")
    return reverse_sequence(jnp, x, lengths, seq_dim=seq_dim, batch_dim=batch_dim)


KERNELS: dict[str, Callable[..., Any]] = {
    "InvertPermutation": _invert_permutation,
    "ReverseSequence": _reverse_sequence,
    "DynamicStitch": _stitch,
    "Gather": _gather,
    "GatherNd": _gather_nd,
    "GatherV2": _gather_v2,
    "ParallelDynamicStitch": _stitch,
    "InplaceAdd": _rows_changed("add"),
    "InplaceSub": _rows_changed("subtract"),
    "InplaceUpdate": _rows_changed("set"),
    "ResourceStridedSliceAssign": masked(_assign),
    "ScatterNd": _scatter_nd,
    "ScatterNdNonAliasingAdd": _add,
    "Slice": _slice,
    "StridedSlice": masked(_strided_slice),
    "StridedSliceAssign": masked(_assign),
    "StridedSliceGrad": masked(_strided_slice_grad),
    "TensorScatterAdd": _add,
    "TensorScatterSub": _at("subtract"),
    "TensorScatterUpdate": _at("set"),
}
