"""TensorArrays in compiled code, where indices are traced: all elements in one buffer."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.core.shapes import Shape
from penstock.engine.xla_tier.checks import KNOWN, require
from penstock.engine.xla_tier.dense_buffers import DenseBuffer, Ragged, Untrimmed
from penstock.engine.xla_tier.rooms import need
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_errors import check_split, no_elements
from penstock.ops.array_values import ArrayValue

__all__ = ["DenseArray", "as_dense"]


class DenseArray(DenseBuffer):
    """An array whose elements stand in one buffer."""

    def zeros(self, depth: int) -> ArrayDelta:
        """Give the gradient of that depth, all zeros."""
        form, shapes = self.form.at(depth), self.element_shapes()
        return ArrayDelta(form, self._size, shapes, DenseArray, count=self.count)

    def write(self, xp: Any, index: Any, value: Any) -> DenseArray:
        """Give the array with an element written."""
        self.form.check_dtype(value.dtype)
        sized = self._reaching(index).sized(value.shape)
        sized._check_unwritten(index)
        buffer, written = sized.buffer, sized.written
        if not sized.size:  # no index is right, and the check says so where it is run
            return sized
        if self.form.depth:
            value = value + jax.lax.dynamic_index_in_dim(buffer, index, keepdims=False)
        buffer = jax.lax.dynamic_update_index_in_dim(buffer, value, index, 0)
        if written is not None:
            written = jnp.asarray(written).at[index].set(True)
        return sized._with(buffer, written)

    def read(self, xp: Any, index: Any, element_shape: Shape = None) -> Any:
        """Give an element."""
        self._check(index)
        self._note_reads(index)
        buffer = self._filled(element_shape)
        if not self._size:
            return jnp.zeros(buffer.shape[1:], buffer.dtype)
        return jax.lax.dynamic_index_in_dim(buffer, index, keepdims=False)

    def _filled(self, declared: Shape) -> Any:
        if self.buffer is not None:
            return self.buffer
        shape = self.form.element_shape if declared is None else declared
        if shape is None or None in shape:
            raise Ragged
        return jnp.zeros((self._size, *shape), self.form.dtype.as_numpy_dtype)

    def scatter(self, xp: Any, indices: Any, values: Any) -> DenseArray:
        """Give the array with the rows of `values` written."""
        self.form.check_dtype(values.dtype)
        sized = self._reaching(indices).sized(values.shape[1:])
        sized._check_unwritten(indices)
        if sized._is_everything(indices):
            buffer = (
                sized.buffer + values if self.form.depth and self.buffer is not None else values
            )
            written = None if sized.written is None else np.ones(sized.size, bool)
            return sized._with(buffer, written)
        rows = sized.buffer.at[indices]
        buffer = rows.add(values) if self.form.depth else rows.set(values)
        written = sized.written
        if written is not None:
            written = jnp.asarray(written).at[indices].set(True)
        return sized._with(buffer, written)

    def _is_everything(self, indices: Any) -> bool:
        return isinstance(indices, KNOWN) and np.array_equal(indices, np.arange(self._size))

    def gather(self, xp: Any, indices: Any, element_shape: Shape) -> Any:
        """Give elements of one shape, one beside the other along a new first axis."""
        self._check(indices)
        self._note_reads(indices)
        buffer = self._filled(element_shape)
        if isinstance(indices, KNOWN) and np.array_equal(indices, np.arange(indices.size)):
            return buffer[: indices.size]
        return buffer[indices]

    def split(self, xp: Any, values: Any, lengths: Any) -> ArrayValue:
        """Give the array with pieces of `values` written, of these lengths along its first axis."""
        lengths = [int(length) for length in lengths]
        check_split(self.size, self.form.grows, values.shape, lengths)
        if not lengths:
            return self
        if len(set(lengths)) > 1:
            raise Ragged
        rows = values.reshape((len(lengths), -1, *values.shape[1:]))
        return self.scatter(xp, np.arange(len(lengths)), rows)

    def concat(self, xp: Any, rest: Shape) -> tuple[Any, Any]:
        """Give all elements one behind the other along their first axis, and their lengths."""
        if self.count is not None:
            raise Untrimmed
        if not self._size:
            empty = no_elements(xp, rest, self.form.dtype, "element_shape_except0")
            return empty, np.zeros(0, np.int64)
        self._note_reads(np.arange(self._size))
        buffer = self._filled(None)
        if buffer.ndim < 2:
            raise Ragged
        lengths = np.full(self._size, buffer.shape[1], np.int64)
        return buffer.reshape((-1, *buffer.shape[2:])), lengths

    def add(self, xp: Any, other: ArrayValue) -> ArrayValue:
        """Give the sum, element by element, of two gradients."""
        if isinstance(other, ArrayDelta):
            return other.added_to(xp, self)
        dense = as_dense(other, None if self.buffer is None else self.buffer.shape[1:])
        if self.buffer is None or dense.buffer is None:
            return self if dense.buffer is None else dense
        size = max(self._size, dense.size)  # one may have more room than the other
        total = self._grown(size).buffer + dense._grown(size).buffer
        count = self.count if dense.count is None else dense.count
        return self._grown(size).changed(buffer=total, written=None, count=count)

    def pushed(self, xp: Any, value: Any) -> DenseArray:
        """Give a list with an element added at its end, where a loop has room for it."""
        if self.room is None:
            raise Ragged
        sized = self.sized(value.shape)
        end = sized.count + 1
        need(self.room, jnp.where(end > self._size, end, 0))
        rows = jax.lax.dynamic_update_index_in_dim(sized.buffer, value, sized.count, 0)
        return sized.changed(buffer=rows, count=end)

    def popped(self, xp: Any, element_shape: Shape) -> tuple[DenseArray, Any]:
        """Give a list without its last element, and that."""
        if self.count is None or not self._size:
            raise Ragged
        last = self.count - 1
        require(last >= 0, "The last element of a list can be taken if there is one")
        row = jax.lax.dynamic_index_in_dim(self._filled(element_shape), last, keepdims=False)
        return self.changed(count=jnp.maximum(last, 0)), row

    def listed(self, xp: Any) -> Any:
        """Give the same array as a list of its elements: one whose indices must be known."""
        raise Ragged


def as_dense(array: Any, shape: Shape = None) -> DenseArray:
    """Give an array in one buffer.

    Args:
      array: the array.
      shape: the shape of its elements, if nothing was written to tell it.

    Raises:
      Ragged: if its elements have different shapes.
    """
    if isinstance(array, DenseArray):
        return array
    if isinstance(array, ArrayDelta):
        value = array.value
        zeros = array.kind.empty(array.form, array.size, array.shapes)
        whole = as_dense(zeros, shape if value is None else value.shape)
        whole = whole.changed(count=array.count)
        return whole if value is None else whole.write(jnp, array.index, value)
    items = array.cells.items
    there = [item is not None for item in items]
    known = {item.shape for item in items if item is not None}
    if not known:
        shapes = {array.form.element_shape, *array.shapes}
        known = {own for own in shapes if own is not None and None not in own}
    if not known and shape is not None and None not in shape:
        known = {tuple(shape)}
    if len(known) > 1:
        raise Ragged
    untold = array.form.depth or array.form.rewritable or all(there)
    written = None if untold else np.array(there, bool)
    if not known:
        return DenseArray(array.form, len(items), None, written, array.reads)
    (element,) = known
    dtype = array.form.dtype.as_numpy_dtype
    if not any(there):
        buffer = jnp.zeros((len(items), *element), dtype)
    else:
        zeros = np.zeros(element, dtype)
        buffer = jnp.stack([zeros if item is None else item for item in items])
    made = DenseArray(array.form, len(items), None, written, array.reads)
    return made._with(buffer, written)
