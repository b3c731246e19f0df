"""`tf.repeat`: each element or slice as often as it is asked for."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays_filling import sequence_mask
from penstock.functions.arrays_indexing import boolean_mask
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["repeat"]


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Build a tensor with each of its slices repeated.

    Args:
      input: a tensor.
      repeats: how often: an integer, or a vector with one for each slice.
      axis: the axis along which slices are repeated; None flattens `input` first.
      name: name scope of what is built.

    Raises:
      ValueError: if the rank of `input` is not known, or it has no such axis.
    """
    if axis is None:
        input, axis = raw.Reshape(input, [-1]), 0
    with name_scope(name, "Repeat", [input, repeats]):
        data = convert_to_tensor(input, name="data")
        counts = raw.Cast(convert_to_tensor(repeats, name="repeats"), DstT=dtypes.int32)
        counts.shape.with_rank_at_most(1)
        shape = composed.shape(data)
        axis = _counted_from_front(data, axis)
        if counts.static_shape == ():
            tiled = _tiled(data, axis, counts)
            return raw.Reshape(tiled, _with_open_axis(shape, axis))
        counts = _for_each_slice(counts, shape, axis)
        most = raw.Maximum(0, raw.Max(counts, _all_axes(counts)))
        mask = sequence_mask(counts, most)
        chosen = boolean_mask(_tiled(data, axis, most), mask)
        result: Tensor = chosen
        if axis:
            result = raw.Reshape(chosen, _with_open_axis(shape, axis))
        known = data.static_shape
        result.set_shape((*known[:axis], None, *known[axis + 1 :]))
        return result


def _counted_from_front(data: Tensor, axis: int) -> int:
    known = data.static_shape
    if known is None:
        raise ValueError(f"The rank of {data!r} must be known to repeat along an axis of it.")
    if not -len(known) <= axis < len(known):
        raise ValueError(f"axis must be one from {-len(known)} to {len(known) - 1}, not {axis}.")
    return axis % len(known)


def _tiled(data: Tensor, axis: int, times: Tensor) -> Tensor:
    """Build `data` with a new axis after `axis`, along which it is repeated."""
    expanded = composed.expand_dims(data, axis + 1)
    multiples: list[Any] = [1] * len(expanded.static_shape)
    multiples[axis + 1] = times
    return raw.Tile(expanded, multiples)


def _with_open_axis(shape: Tensor, axis: int) -> Tensor:
    return raw.ConcatV2([shape[:axis], [-1], shape[axis + 1 :]], 0, name="concat")


def _for_each_slice(counts: Tensor, shape: Tensor, axis: int) -> Tensor:
    """Stretch the counts to all axes up to `axis`."""
    if not axis:
        return counts
    given = composed.shape(counts)
    whole = raw.ConcatV2([shape[: axis + 1 - composed.rank(counts)], given], 0, name="concat")
    stretched: Tensor = raw.BroadcastTo(counts, whole)
    stretched.set_shape([None] * (axis + 1))
    return stretched


def _all_axes(x: Tensor) -> Tensor:
    return composed.constant(list(range(len(x.static_shape))), dtypes.int32)
