"""Choosing and repeating within each entry of a batch."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays_joining import meshgrid, unstack
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["batch_gather", "batch_gather_nd"]


def _concat(values: list[Any], axis: int = 0) -> Tensor:
    return raw.ConcatV2(values, axis, name="concat")


def _rank_of(indices: Tensor) -> int:
    if indices.static_shape is None:
        raise ValueError(
            f"The rank of indices must be known, but that of {indices!r} is not. Use set_shape."
        )
    return len(indices.static_shape)


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """Build slices by index within each entry of a batch.

    Args:
      params: a tensor [batch..., n, ...].
      indices: integers [batch..., k], below n; its rank must be known.
      name: name scope of what is built.

    Returns:
      A tensor [batch..., k, ...].

    Raises:
      ValueError: if the rank of `indices` is not known.
    """
    with name_scope(name, "BatchGather", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        batch_dims = _rank_of(indices) - 1
        wanted, shape = composed.shape(indices), composed.shape(params)
        flat = raw.Reshape(_numbered_through(indices, shape, batch_dims), [-1])
        rest = shape[batch_dims + 1 :]
        rows = raw.Prod(shape[: batch_dims + 1], [0])
        table = raw.Reshape(params, _concat([[rows], rest]))
        found = raw.GatherV2(table, flat, 0)
        result: Tensor = raw.Reshape(found, _concat([wanted, rest]))
        batch = params.shape[:batch_dims].merge_with(indices.shape[:batch_dims])
        known = batch.concatenate(indices.shape[batch_dims:])
        result.set_shape(known.concatenate(params.shape[batch_dims + 1 :]))
        return result


def _numbered_through(indices: Tensor, shape: Tensor, batch_dims: int) -> Tensor:
    """Turn indices within entries into numbers of the rows of all entries together."""
    dtype = indices.dtype.base_dtype
    stride = composed.ones([], dtype)
    sizes = raw.Cast(shape, DstT=dtype)
    for axis in range(batch_dims - 1, -1, -1):
        size = sizes[axis]
        stride = stride * sizes[axis + 1]
        start, step = composed.zeros([], dtype), composed.ones([], dtype)
        places = raw.Range(start, size, step) * stride
        along = composed.stack([1] * axis + [size] + [1] * (batch_dims - axis))
        indices = indices + raw.Reshape(places, along)
    return indices


def batch_gather_nd(params: Any, indices: Any, batch_dims: int, name: str | None) -> Tensor:
    """Build elements or slices at points within each entry of a batch.

    Raises:
      ValueError: if the rank of `indices` is not known, or has no room for the batch.
    """
    with name_scope(name, "BatchGatherND", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        count = _rank_of(indices)
        if not 0 <= batch_dims < count:
            raise ValueError(
                f"batch_dims must be from 0 to {count - 1}, the rank of indices less one, not "
                f"{batch_dims}."
            )
        shape, wanted = composed.shape(params), composed.shape(indices)
        batch = shape[:batch_dims]
        entries = raw.Prod(batch, [0])
        prefix = _entry_coordinates(indices, wanted, batch, batch_dims)
        flat = raw.Reshape(indices, _concat([[entries], wanted[batch_dims:]]))
        found = raw.GatherNd(params, _concat([prefix, flat], -1))
        return raw.Reshape(found, _concat([batch, composed.shape(found)[1:]]))


def _entry_coordinates(indices: Tensor, wanted: Tensor, batch: Tensor, batch_dims: int) -> Tensor:
    """Build the coordinates of each entry, as often as there are points in it."""
    inner = composed.rank(indices) - batch_dims - 1
    points = wanted[batch_dims:-1]
    ranges = [
        raw.Cast(raw.Range(0, size, 1), DstT=indices.dtype.base_dtype) for size in unstack(batch)
    ]
    columns = [raw.Reshape(grid, [-1]) for grid in meshgrid(*ranges, indexing="ij")]
    rows = composed.transpose(composed.stack(columns))
    shape = composed.shape(rows)
    whole = _concat([shape[:1], composed.ones(inner, dtypes.int32), shape[1:]])
    return raw.Tile(raw.Reshape(rows, whole), _concat([[1], points, [1]]))
