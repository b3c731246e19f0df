"""Sorting along an axis, and searching in what is sorted."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["argsort", "searchsorted", "sort", "unravel_index"]


def sort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """Build a tensor with its elements in order along an axis.

    Args:
      values: numbers.
      axis: the axis.
      direction: ``"ASCENDING"`` or ``"DESCENDING"``.
      name: name scope of what is built.

    Raises:
      ValueError: if there is no such direction, or the axis is not constant.
    """
    with name_scope(name, "sort"):
        return _ordered(values, axis, direction, wants_places=False)


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build the places of the elements in their order: ``values[argsort(values)]`` is sorted.

    Args:
      values: numbers.
      axis: the axis.
      direction: ``"ASCENDING"`` or ``"DESCENDING"``.
      stable: not needed: equal elements keep their order in any case.
      name: name scope of what is built.
    """
    with name_scope(name, "argsort"):
        return _ordered(values, axis, direction, wants_places=True)


def _ordered(values: Any, axis: Any, direction: str, wants_places: bool) -> Tensor:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"direction must be ASCENDING or DESCENDING, not {direction!r}.")
    along = constant_value(convert_to_tensor(axis, name="axis"))
    if along is None or along.ndim:
        raise ValueError(f"axis must be a constant scalar, not {axis!r}.")
    tensor = convert_to_tensor(values, name="values")
    if direction == "DESCENDING":
        return _descending(tensor, int(along), wants_places)
    found = _descending(-tensor, int(along), wants_places)
    return found if wants_places else -found


def _descending(values: Tensor, axis: int, wants_places: bool) -> Tensor:
    count = composed.shape(values)[axis]
    rank: Any = composed.rank(values)
    known = None if values.static_shape is None else len(values.static_shape)
    if axis == -1 or axis + 1 == known:
        return _top(values, count, wants_places)
    at: Any = axis
    if axis < 0:
        at = axis + (known or rank)
    if known is not None:
        order = np.arange(known)
        order[[at, -1]] = known - 1, at
        swap = composed.constant(order, name="transposition")
    else:
        before, after = composed.range_of(at), composed.range_of(at + 1, rank - 1)
        swap = raw.ConcatV2([before, [rank - 1], after, [at]], 0, name="concat")
    found = _top(composed.transpose(values, swap), count, wants_places)
    return composed.transpose(found, swap)


def _top(values: Tensor, count: Tensor, wants_places: bool) -> Tensor:
    found = raw.TopKV2(values, count, sorted=True)
    return found.indices if wants_places else found.values


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Build for each value the place where it would go into a sorted row.

    Args:
      sorted_sequence: a tensor whose last axis is sorted.
      values: a tensor whose other axes are the same: the values for each row.
      side: ``"left"`` for the place before equal elements, ``"right"`` for that after them.
      out_type: int32 or int64.
      name: the node's name.

    Raises:
      ValueError: if `side` is neither.
    """
    if side not in ("left", "right"):
        raise ValueError(f"side must be 'left' or 'right', not {side!r}.")
    length = composed.shape(sorted_sequence)[-1]
    count = composed.shape(values)[-1]
    rows = raw.Reshape(sorted_sequence, [-1, length])
    wanted = raw.Reshape(values, [-1, count])
    search = raw.LowerBound if side == "left" else raw.UpperBound
    found = search(rows, wanted, out_type=as_dtype(out_type), name=name)
    return raw.Reshape(found, composed.shape(values))


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """Build the coordinates of elements that are numbered row by row.

    Args:
      indices: the numbers, a scalar or a vector.
      dims: the shape of what they number.
      name: the node's name.

    Returns:
      A tensor [rank, ...]: the coordinates along each axis.
    """
    return raw.UnravelIndex(indices, dims, name=name)
