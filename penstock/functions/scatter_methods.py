"""The scatter methods of variables: updates of rows by `IndexedSlices`, or of any positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.ops import composed

__all__ = ["ScatterMethods", "batch_positions"]


def batch_positions(indices: Any) -> Any:
    """Build the positions that a batch of row numbers means.

    Args:
      indices: integer tensor [batch..., n] of numbers of rows, in each member of the batch.

    Returns:
      A tensor [batch..., n, rank of indices]: the member's own number, then the row's.

    Raises:
      ValueError: if the rank of `indices` is unknown.
    """
    indices = convert_to_tensor(indices, name="indices")
    sizes = composed.shape(indices)
    if indices.static_shape is None:
        raise ValueError(f"batch_scatter_update needs indices of known rank, but has {indices}.")
    rank = len(indices.static_shape)
    last = composed.expand_dims(indices, -1)
    columns = []
    for axis in range(rank - 1):
        size = sizes[axis]
        shape: list[Any] = [1] * (rank + 1)
        shape[axis] = size
        numbers = raw.Reshape(raw.Range(0, size, 1), shape)
        if numbers.dtype is not last.dtype:
            numbers = raw.Cast(numbers, DstT=last.dtype)
        columns.append(numbers * composed.ones_like(last))
    return raw.ConcatV2([*columns, last], -1, name="concat")


def _delta(sparse_delta: Any) -> IndexedSlices:
    if not isinstance(sparse_delta, IndexedSlices):
        raise TypeError(
            f"A sparse update must be tf.IndexedSlices, but is {sparse_delta!r}. "
            "Make one with tf.IndexedSlices(values, indices)."
        )
    return sparse_delta


def _by_rows(suffix: str, doc: str) -> Callable[..., Any]:
    def scatter(
        self: Any, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        delta = _delta(sparse_delta)
        return self._scatter(suffix, delta.indices, delta.values, use_locking, name)

    scatter.__doc__ = doc
    return scatter


def _by_positions(suffix: str, doc: str) -> Callable[..., Any]:
    def scatter_nd(self: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
        return self._scatter(f"Nd{suffix}", indices, updates, True, name)

    scatter_nd.__doc__ = doc
    return scatter_nd


class ScatterMethods:
    """Methods that build updates of a part of a variable; each gives the variable afterwards.

    A class with these has `_scatter(suffix, indices, updates, use_locking, name)`.
    """

    scatter_add = _by_rows("Add", "Build an addition of `IndexedSlices` to its rows.")
    scatter_sub = _by_rows("Sub", "Build a subtraction of `IndexedSlices` from its rows.")
    scatter_mul = _by_rows("Mul", "Build a multiplication of its rows by `IndexedSlices`.")
    scatter_div = _by_rows("Div", "Build a division of its rows by `IndexedSlices`.")
    scatter_min = _by_rows("Min", "Build the lesser of its rows and `IndexedSlices`.")
    scatter_max = _by_rows("Max", "Build the greater of its rows and `IndexedSlices`.")
    scatter_update = _by_rows("Update", "Build an assignment of `IndexedSlices` to its rows.")
    scatter_nd_add = _by_positions("Add", "Build an addition at the positions in `indices`.")
    scatter_nd_sub = _by_positions("Sub", "Build a subtraction at the positions in `indices`.")
    scatter_nd_update = _by_positions("Update", "Build an assignment at the positions.")

    def batch_scatter_update(
        self: Any, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Build an assignment of `IndexedSlices` to rows of each member of a batch."""
        delta = _delta(sparse_delta)
        with name_scope(name):
            positions = batch_positions(delta.indices)
            return self._scatter("NdUpdate", positions, delta.values, use_locking, None)
