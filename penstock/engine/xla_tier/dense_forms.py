"""One form for the arrays that a loop carries, or that branches give: XLA asks for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.engine.xla_tier.dense_arrays import DenseArray, as_dense
from penstock.engine.xla_tier.dense_buffers import Ragged
from penstock.ops.array_values import ArrayValue

__all__ = ["common_form", "in_form_of"]


def common_form(arrays: Sequence[DenseArray]) -> DenseArray | None:
    """Give the form in which all of these can be; None if there is none.

    Args:
      arrays: arrays of shapes and dtypes, as `jax.eval_shape` gives them.
    """
    depth = min(array.form.depth for array in arrays)
    same = [array for array in arrays if array.form.depth == depth]
    sized = [array for array in same if array.buffer is not None]
    if len({array.size for array in same}) > 1 or len({one.buffer.shape for one in sized}) > 1:
        return None
    like = (sized or same)[0]
    marked = [array.written for array in same if array.written is not None]
    counted = next((array for array in same if array.count is not None), None)
    made = DenseArray(like.form, like.size, like.buffer, marked[0] if marked else None)
    return made if counted is None else made.changed(count=counted.count, room=counted.room)


def in_form_of(value: Any, like: DenseArray) -> DenseArray:
    """Give a value of a flow in the form that another has, if it can be.

    A plain number is a gradient of zero.

    Raises:
      Ragged: if it cannot.
    """
    if not isinstance(value, ArrayValue) or value.form.depth != like.form.depth:
        value = like.zeros(like.form.depth)
    dense = as_dense(value)
    if dense.size != like.size or (dense.count is not None and like.count is None):
        raise Ragged
    if like.buffer is not None:
        dense = dense.sized(like.buffer.shape[1:])
    written = dense.written
    if like.written is None:
        written = None
    elif written is None:
        written = np.ones(dense.size, bool)
    count = None if like.count is None else dense.length
    return DenseArray(like.form, dense.size, dense.buffer, written, None, count, like.room)
