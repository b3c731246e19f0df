"""TensorArrays as lists of their elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.shapes import Shape, describe
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_errors import check_index, check_split, no_elements, written_twice, wrong
from penstock.ops.array_reads import Reads
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells

__all__ = ["ListedArray"]


class ListedArray(ArrayValue):
    """An array as a list of its elements, which may have different shapes.

    Args:
      form: what holds for all elements.
      cells: the elements; None where none was written.
      shapes: for a gradient of elements that are not alike, their shapes.
      reads: notes what is read, where an element is read once only.
    """

    def __init__(
        self,
        form: ArrayForm,
        cells: Cells,
        shapes: Sequence[Shape] = (),
        reads: Reads | None = None,
    ) -> None:
        self.form = form
        self.cells = cells
        self.shapes = shapes
        self.reads = reads

    @classmethod
    def empty(cls, form: ArrayForm, size: int, shapes: Sequence[Shape] = ()) -> ListedArray:
        """Make an array in which nothing is written.

        Raises:
          InvalidArgumentError: if the size is negative.
        """
        if size < 0:
            raise wrong(f"The size of a TensorArray must not be negative, but is {size}")
        return cls(form, Cells([None] * size), shapes, Reads.of(form))

    def _with(self, form: ArrayForm, cells: Cells) -> ListedArray:
        return type(self)(form, cells, self.shapes, self.reads)

    @property
    def size(self) -> int:
        """The number of elements."""
        return len(self.cells.items)

    def element_shapes(self) -> Sequence[Shape]:
        """The shapes of the elements one by one, if they are not alike."""
        if self.form.alike:
            return ()
        return [self._shape_at(index) for index in range(self.size)]

    def _shape_at(self, index: int) -> Shape:
        item = self.cells.items[index]
        if item is not None:
            shape: Shape = item.shape
            return shape
        known = self.shapes[index] if self.shapes else None
        return self.form.element_shape if known is None else known

    def zeros(self, depth: int) -> ArrayDelta:
        """Give the gradient of that depth, all zeros."""
        return ArrayDelta(self.form.at(depth), self.size, self.element_shapes(), type(self))

    def _grown(self, index: int) -> ListedArray:
        if not self.form.grows or index < self.size:
            return self
        items = self.cells.items
        return self._with(self.form, Cells(items + [None] * (index + 1 - len(items))))

    def write(self, xp: Any, index: Any, value: Any) -> ListedArray:
        """Give the array with an element written."""
        value = _as_element(value)
        self.form.check_dtype(value.dtype)
        grown = self._grown(int(index))
        at = check_index(index, grown.size, "write")
        form = self.form.with_element(at, value.shape)
        old = grown.cells.items[at]
        if old is not None and not form.rewritable:
            if not form.depth:
                raise written_twice(at)
            value = old + value
        return self._with(form, grown.cells.with_item(at, value))

    def read(self, xp: Any, index: Any, element_shape: Shape = None) -> Any:
        """Give an element; zeros where none was written, if its shape is known."""
        return self._element(xp, check_index(index, self.size, "read"), element_shape)

    def _element(self, xp: Any, at: int, declared: Shape) -> Any:
        if self.reads is not None:
            self.reads.note(at)
        item = self.cells.items[at]
        if item is not None:
            return item
        shape = self._shape_at(at)
        shape = declared if shape is None else shape
        if shape is None or None in shape:
            raise wrong(
                f"Index {at} of the TensorArray must be written before it is read, but was not, "
                f"and zeros cannot stand for it, since the element shape is "
                f"{describe(self.form.element_shape)}. Write it, or give the TensorArray an "
                "element_shape"
            )
        return xp.zeros(shape, self.form.dtype.as_numpy_dtype)

    def scatter(self, xp: Any, indices: Any, values: Any) -> ListedArray:
        """Give the array with the rows of `values` written."""
        if not values.shape:
            raise wrong(
                "What is scattered into a TensorArray must have a first axis, but is a scalar. "
                "Use write for one element"
            )
        return self._with_all(xp, indices, list(values))

    def _with_all(self, xp: Any, indices: Any, values: Sequence[Any]) -> ListedArray:
        if len(values) != len(indices):
            raise wrong(
                f"There must be a value for each index, but there are {len(values)} values for "
                f"{len(indices)} indices"
            )
        grown = self._grown(max(map(int, indices), default=-1))
        items = list(grown.cells.items)
        form = self.form
        for index, value in zip(indices, values, strict=True):
            value = _as_element(value)
            form.check_dtype(value.dtype)
            at = check_index(index, grown.size, "write")
            form = form.with_element(at, value.shape)
            if items[at] is not None and not form.rewritable:
                if not form.depth:
                    raise written_twice(at)
                value = items[at] + value
            items[at] = value
        return self._with(form, Cells(items))

    def gather(self, xp: Any, indices: Any, element_shape: Shape) -> Any:
        """Give elements of one shape, one beside the other along a new first axis."""
        if element_shape is None or None in element_shape:
            element_shape = self._common_shape(element_shape)
        values = [
            self._element(xp, check_index(index, self.size, "read"), element_shape)
            for index in indices
        ]
        if not values:
            shape = element_shape if self.form.element_shape is None else self.form.element_shape
            return no_elements(xp, shape, self.form.dtype, "element_shape")
        for index, value in zip(indices, values, strict=True):
            if value.shape != values[0].shape:
                raise wrong(
                    f"Elements that are stacked must have one shape, but index {int(indices[0])} "
                    f"has {describe(values[0].shape)} and index {int(index)} has "
                    f"{describe(value.shape)}. Use concat, or make them alike"
                )
        return xp.stack(values)

    def _common_shape(self, declared: Shape) -> Shape:
        """Give the shape of what is there as that of what is not, in a list that is stacked."""
        if not self.form.rewritable:
            return declared
        return next((item.shape for item in self.cells.items if item is not None), declared)

    def split(self, xp: Any, values: Any, lengths: Any) -> ListedArray:
        """Give the array with pieces of `values` written, of these lengths along its first axis."""
        lengths = [int(length) for length in lengths]
        check_split(self.size, self.form.grows, values.shape, lengths)
        ends = np.cumsum(lengths, dtype=np.int64)
        pieces = [
            values[end - length : end] for length, end in zip(lengths, ends.tolist(), strict=True)
        ]
        return self._with_all(xp, range(len(lengths)), pieces)

    def concat(self, xp: Any, rest: Shape) -> tuple[Any, Any]:
        """Give all elements one behind the other along their first axis, and their lengths."""
        size = self.size
        if not size:
            empty = no_elements(xp, rest, self.form.dtype, "element_shape_except0")
            return empty, np.zeros(0, np.int64)
        values = [self._element(xp, index, None) for index in range(size)]
        for index, value in enumerate(values):
            if not value.shape:
                raise wrong(
                    f"Elements that are concatenated must have a first axis, but index {index} "
                    "is a scalar. Use stack"
                )
            if value.shape[1:] != values[0].shape[1:]:
                raise wrong(
                    "Elements that are concatenated must agree in all sizes but the first, but "
                    f"index 0 has shape {describe(values[0].shape)} and index {index} has "
                    f"{describe(value.shape)}"
                )
        return xp.concatenate(values), np.array([value.shape[0] for value in values], np.int64)

    def add(self, xp: Any, other: ArrayValue) -> ArrayValue:
        """Give the sum, element by element, of two gradients."""
        if isinstance(other, ArrayDelta):
            return other.added_to(xp, self)
        if not isinstance(other, ListedArray):
            return other.add(xp, self)
        items = [
            a if b is None else b if a is None else a + b
            for a, b in zip(self.cells.items, other.cells.items, strict=True)
        ]
        return self._with(self.form, Cells(items))

    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers."""
        shapes = (None if item is None else item.shape for item in self.cells.items)
        return (type(self), self.form, *shapes)

    def pushed(self, xp: Any, value: Any) -> ListedArray:
        """Give a list with an element added at its end."""
        self.form.with_element(self.size, value.shape)
        return type(self)(self.form, Cells([*self.cells.items, value]))

    def popped(self, xp: Any, element_shape: Shape) -> tuple[ListedArray, Any]:
        """Give a list without its last element, and that."""
        items = self.cells.items
        if not items:
            raise wrong(
                "The last element of a list can be taken if there is one, but the list is empty"
            )
        rest = type(self)(self.form, Cells(items[:-1]))
        return rest, self.read(xp, np.int32(len(items) - 1), element_shape)

    def listed(self, xp: Any) -> ListedArray:
        """Give the same array as a list of its elements: it is one."""
        return self

    def on_host(self) -> ListedArray:
        """Give the same array as the interpreter has it."""
        items = [None if item is None else np.asarray(item) for item in self.cells.items]
        return ListedArray(self.form, Cells(items), self.shapes, Reads.of(self.form))

    def __repr__(self) -> str:
        return f"<array of {self.size} elements: {self.form}>"


def _as_element(value: Any) -> Any:
    """Give what is to be an element as an array: a string comes as Python's."""
    return np.asarray(value, object) if isinstance(value, bytes) else value
