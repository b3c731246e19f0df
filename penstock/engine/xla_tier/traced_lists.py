"""TensorArrays in compiled code, while indices are known: lists whose elements may be traced.

JAX sees them, and what they become, as pytrees: so they can be what a loop carries, what a branch
gives, and what goes from stage to stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax

from penstock.core.shapes import Shape
from penstock.engine.xla_tier.checks import KNOWN
from penstock.engine.xla_tier.dense_arrays import DenseArray, as_dense
from penstock.engine.xla_tier.dense_buffers import OwnReads
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells
from penstock.ops.listed_arrays import ListedArray

__all__ = ["TracedList", "as_traced"]


class TracedList(ListedArray):
    """A list of elements, some traced; it becomes a `DenseArray` where an index is traced."""

    @classmethod
    def empty(cls, form: ArrayForm, size: int, shapes: Sequence[Shape] = ()) -> TracedList:
        """Make an array in which nothing is written."""
        made = super().empty(form, size, shapes)
        return cls(form, made.cells, shapes, OwnReads.of(form))

    def write(self, xp: Any, index: Any, value: Any) -> ArrayValue:  # type: ignore[override]
        """Give the array with an element written."""
        if isinstance(index, KNOWN):
            return super().write(xp, index, value)
        return as_dense(self, value.shape).write(xp, index, value)

    def read(self, xp: Any, index: Any, element_shape: Shape = None) -> Any:
        """Give an element."""
        if isinstance(index, KNOWN):
            return super().read(xp, index, element_shape)
        return as_dense(self, element_shape).read(xp, index)

    def scatter(self, xp: Any, indices: Any, values: Any) -> ArrayValue:  # type: ignore[override]
        """Give the array with the rows of `values` written."""
        if isinstance(indices, KNOWN) and (isinstance(values, KNOWN) or not values.shape):
            return super().scatter(xp, indices, values)
        return as_dense(self, values.shape[1:]).scatter(xp, indices, values)

    def gather(self, xp: Any, indices: Any, element_shape: Shape) -> Any:
        """Give elements of one shape, one beside the other along a new first axis."""
        if isinstance(indices, KNOWN):
            return super().gather(xp, indices, element_shape)
        return as_dense(self, element_shape).gather(xp, indices, element_shape)


def as_traced(value: Any) -> Any:
    """Give an array of the interpreter's as compiled code has it; anything else as it is."""
    if type(value) is ListedArray:
        return TracedList(value.form, value.cells, value.shapes)
    if isinstance(value, DenseArray) and value.room is not None:
        return value.changed(room=None)  # that of another stage, which is done
    if isinstance(value, ArrayDelta) and value.kind is ListedArray:
        return ArrayDelta(
            value.form, value.size, value.shapes, TracedList, value.index, value.value
        )
    return value


def _flatten_list(array: ListedArray) -> Any:
    return array.cells.items, (array.form, tuple(array.shapes))


def _flatten_dense(array: DenseArray) -> Any:
    return (array.buffer, array.written, array.count), (array.form, array.size, array.room)


def _unflatten_dense(form: Any, parts: Any) -> DenseArray:
    buffer, written, count = parts
    return DenseArray(*form[:2], buffer, written, None, count, form[2])


def _flatten_delta(delta: ArrayDelta) -> Any:
    form = delta.form, delta.size, tuple(delta.shapes), delta.kind
    return (delta.index, delta.value, delta.count), form


jax.tree_util.register_pytree_node(
    ListedArray,
    _flatten_list,
    lambda form, items: ListedArray(form[0], Cells(list(items)), form[1]),
)
jax.tree_util.register_pytree_node(
    TracedList, _flatten_list, lambda form, items: TracedList(form[0], Cells(list(items)), form[1])
)
jax.tree_util.register_pytree_node(DenseArray, _flatten_dense, _unflatten_dense)
jax.tree_util.register_pytree_node(
    ArrayDelta, _flatten_delta, lambda form, parts: ArrayDelta(*form, *parts)
)
