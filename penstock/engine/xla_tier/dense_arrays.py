"""TensorArrays in compiled code, where indices are traced: all elements in one buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.core.shapes import Shape
from penstock.engine.xla_tier.checks import KNOWN, require, require_in_range, tracing
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_errors import check_split
from penstock.ops.array_reads import Reads
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells
from penstock.ops.listed_arrays import ListedArray

__all__ = ["DenseArray", "OwnReads", "Ragged", "as_dense"]


class Ragged(Exception):
    """An array whose elements have different shapes, or none yet, cannot be one buffer."""


class OwnReads(Reads):
    """Notes what the steps of a stage read; those of branches and loops may be traced often."""

    def note(self, index: int) -> None:
        """Note that an element is read, by a step of the stage's own."""
        if tracing.inputs:
            super().note(index)


class DenseArray(ArrayValue):
    """An array whose elements stand in one buffer.

    Args:
      form: what holds for all elements.
      size: their number.
      buffer: the elements along its first axis; zeros where none was written. None as long as
        nothing was written and their shape is not known.
      written: which elements were written; None where nobody needs to know.
      reads: notes what is read, where an element is read once only.
    """

    def __init__(
        self,
        form: ArrayForm,
        size: int,
        buffer: Any = None,
        written: Any = None,
        reads: Reads | None = None,
    ) -> None:
        self.form = form
        self._size = size
        self.buffer = buffer
        self.written = written
        self.reads = reads

    @classmethod
    def empty(cls, form: ArrayForm, size: int, shapes: Sequence[Shape] = ()) -> DenseArray:
        """Make an array in which nothing is written."""
        known = {form.element_shape, *shapes} - {None}
        made = cls(form, size)
        shape: Any = known.pop() if len(known) == 1 else (None,)
        return made if None in shape else made.sized(shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._size

    def element_shapes(self) -> Sequence[Shape]:
        """The shapes of the elements one by one, if they are not alike."""
        if self.form.alike or self.buffer is None:
            return ()
        return [self.buffer.shape[1:]] * self._size

    def _with(self, buffer: Any, written: Any) -> DenseArray:
        form = self.form
        if form.alike and form.element_shape != buffer.shape[1:]:
            form = replace(form, element_shape=buffer.shape[1:])
        return DenseArray(form, self._size, buffer, written, self.reads)

    def zeros(self, depth: int) -> ArrayDelta:
        """Give the gradient of that depth, all zeros."""
        return ArrayDelta(self.form.at(depth), self._size, self.element_shapes(), DenseArray)

    def sized(self, shape: tuple[int, ...]) -> DenseArray:
        """Give the same array with a buffer, for elements of that shape."""
        if self.buffer is not None:
            if self.buffer.shape[1:] != shape:
                self.form.with_element("of its own", shape)  # raises where they must be alike
                raise Ragged
            return self
        self.form.with_element("first", shape)
        buffer = jnp.zeros((self._size, *shape), self.form.dtype.as_numpy_dtype)
        return self._with(buffer, self.written)

    def of_size(self, size: int, written: Any, reads: Reads | None = None) -> DenseArray:
        """Give the same array, perhaps longer, with other notes of what was written and read."""
        buffer = self.buffer
        if size > self._size and buffer is not None:
            more = [(0, size - self._size)] + [(0, 0)] * (buffer.ndim - 1)
            buffer = jnp.pad(buffer, more)
        return DenseArray(self.form, size, buffer, written, reads)

    def _note_reads(self, indices: Any) -> None:
        if self.reads is not None and isinstance(indices, KNOWN):
            for index in np.ravel(indices).tolist():
                self.reads.note(index)

    def _check(self, indices: Any) -> None:
        if tracing.node not in tracing.settled:
            require_in_range(indices, self._size, "the TensorArray", "index")

    def _check_unwritten(self, indices: Any) -> None:
        if self.form.depth or self.written is None or self.form.rewritable:
            return
        if tracing.node in tracing.settled:
            return
        require(
            ~jnp.any(jnp.asarray(self.written)[indices]),
            "An index of a TensorArray can be written once, but one is written again. "
            "Write to another index, or use another TensorArray",
        )

    def write(self, xp: Any, index: Any, value: Any) -> DenseArray:
        """Give the array with an element written."""
        self.form.check_dtype(value.dtype)
        sized = self.sized(value.shape)
        grows = self.form.grows and tracing.node not in tracing.settled
        if grows and not (isinstance(index, KNOWN) and int(index) < self._size):
            raise Ragged
        self._check(index)
        self._check_unwritten(index)
        buffer = sized.buffer
        if self.form.depth:
            value = value + jax.lax.dynamic_index_in_dim(buffer, index, keepdims=False)
        buffer = jax.lax.dynamic_update_index_in_dim(buffer, value, index, 0)
        written = self.written
        if written is not None:
            written = jnp.asarray(written).at[index].set(True)
        return sized._with(buffer, written)

    def read(self, xp: Any, index: Any, element_shape: Shape = None) -> Any:
        """Give an element."""
        self._check(index)
        self._note_reads(index)
        return jax.lax.dynamic_index_in_dim(self._filled(element_shape), index, keepdims=False)

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
        if self.form.grows:
            raise Ragged
        sized = self.sized(values.shape[1:])
        self._check(indices)
        self._check_unwritten(indices)
        if self._is_everything(indices):
            buffer = (
                sized.buffer + values if self.form.depth and self.buffer is not None else values
            )
            return sized._with(buffer, None if self.written is None else np.ones(self._size, bool))
        rows = sized.buffer.at[indices]
        buffer = rows.add(values) if self.form.depth else rows.set(values)
        written = self.written
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
        return buffer if self._is_everything(indices) else buffer[indices]

    def split(self, xp: Any, values: Any, lengths: Any) -> ArrayValue:
        """Give the array with pieces of `values` written, of these lengths along its first axis."""
        lengths = [int(length) for length in lengths]
        check_split(self.size, self.form.grows, values.shape, lengths)
        if len(set(lengths)) > 1:
            raise Ragged
        rows = values.reshape((len(lengths), -1, *values.shape[1:]))
        return self.scatter(xp, np.arange(len(lengths)), rows)

    def concat(self, xp: Any, rest: Shape) -> tuple[Any, Any]:
        """Give all elements one behind the other along their first axis, and their lengths."""
        self._note_reads(np.arange(self._size))
        buffer = self._filled(None)
        if buffer.ndim < 2 or not self._size:
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
        return self._with(self.buffer + dense.buffer, None)

    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers."""
        shape = None if self.buffer is None else self.buffer.shape
        return (type(self), self.form, self._size, shape, self.written is None)

    def listed(self, xp: Any) -> Any:
        """Give the same array as a list of its elements: one whose indices must be known."""
        raise Ragged

    def on_host(self) -> ListedArray:
        """Give the same array as the interpreter has it."""
        made = ListedArray.empty(self.form, self._size)
        if self.buffer is None:
            return made
        rows: list[Any] = list(np.asarray(self.buffer))
        if self.written is not None:
            written = np.asarray(self.written)
            rows = [row if there else None for row, there in zip(rows, written, strict=True)]
        return ListedArray(self.form, Cells(rows), (), made.reads)

    def __repr__(self) -> str:
        return f"<array of {self._size} elements in {self.buffer!r}>"


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
