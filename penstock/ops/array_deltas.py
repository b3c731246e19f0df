"""Gradients of TensorArrays that are zero but for one element: what a turn of a loop adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.ops.array_errors import check_index
from penstock.ops.array_values import ArrayForm, ArrayValue

__all__ = ["ArrayDelta"]


class ArrayDelta(ArrayValue):
    """A gradient that is zero but for one element at most: adding it costs that one alone.

    Args:
      form: what holds for all elements.
      size: their number.
      shapes: their shapes, if they are not alike.
      kind: the kind of array that it becomes where it is not merely added: its `empty` makes one.
      index: where it is not zero; None if it is zero everywhere.
      value: the element there.
      count: how many elements there are, where `size` is room for more; None where `size` says.
    """

    def __init__(
        self,
        form: ArrayForm,
        size: int,
        shapes: Sequence[Shape],
        kind: Any,
        index: Any = None,
        value: Any = None,
        count: Any = None,
    ) -> None:
        self.form = form
        self._size = size
        self.shapes = shapes
        self.kind = kind
        self.index = index
        self.value = value
        self.count = count

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._size

    def element_shapes(self) -> Sequence[Shape]:
        """The shapes of the elements one by one, if they are not alike."""
        return self.shapes

    def zeros(self, depth: int) -> ArrayDelta:
        """Give the gradient of that depth, all zeros."""
        return self._with(self.form.at(depth), None, None)

    def _with(self, form: ArrayForm, index: Any, value: Any) -> ArrayDelta:
        return ArrayDelta(form, self._size, self.shapes, self.kind, index, value, self.count)

    def whole(self, xp: Any) -> ArrayValue:
        """Give the same array with all its elements."""
        count = () if self.count is None else (self.count,)
        zeros: ArrayValue = self.kind.empty(self.form, self._size, self.shapes, *count)
        return zeros if self.value is None else zeros.write(xp, self.index, self.value)

    def added_to(self, xp: Any, total: ArrayValue) -> ArrayValue:
        """Give the sum of an array and this one."""
        return total if self.value is None else total.write(xp, self.index, self.value)

    def write(self, xp: Any, index: Any, value: Any) -> ArrayValue:
        """Give the array with an element written."""
        if self.value is None:
            if isinstance(index, (np.ndarray, np.generic)):
                check_index(index, self._size, "write")
            self.form.check_dtype(value.dtype)
            return self._with(self.form.with_element(index, value.shape), index, value)
        return self.whole(xp).write(xp, index, value)

    def read(self, xp: Any, index: Any, element_shape: Shape = None) -> Any:
        """Give an element."""
        return self.whole(xp).read(xp, index, element_shape)

    def scatter(self, xp: Any, indices: Any, values: Any) -> ArrayValue:
        """Give the array with the rows of `values` written."""
        return self.whole(xp).scatter(xp, indices, values)

    def gather(self, xp: Any, indices: Any, element_shape: Shape) -> Any:
        """Give elements of one shape, one beside the other along a new first axis."""
        return self.whole(xp).gather(xp, indices, element_shape)

    def split(self, xp: Any, values: Any, lengths: Any) -> ArrayValue:
        """Give the array with pieces of `values` written."""
        return self.whole(xp).split(xp, values, lengths)

    def concat(self, xp: Any, rest: Shape) -> tuple[Any, Any]:
        """Give all elements one behind the other along their first axis, and their lengths."""
        return self.whole(xp).concat(xp, rest)

    def add(self, xp: Any, other: ArrayValue) -> ArrayValue:
        """Give the sum, element by element, of two gradients."""
        if self.value is None:
            return other
        if isinstance(other, ArrayDelta):
            return other.added_to(xp, self.whole(xp))
        return self.added_to(xp, other)

    @property
    def length(self) -> Any:
        """The number of elements, which may be traced."""
        return super().length if self.count is None else self.count

    def trimmed(self) -> ArrayDelta:
        """Give the same array without room for more."""
        made = self._with(self.form, self.index, self.value)
        if self.count is not None:
            made._size, made.count = int(self.count), None
        return made

    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers."""
        shape = None if self.value is None else self.value.shape
        has_count = self.count is not None
        return (self.kind, self.form, self._size, tuple(self.shapes), shape, has_count)

    def pushed(self, xp: Any, value: Any) -> ArrayValue:
        """Give a list with an element added at its end."""
        return self.whole(xp).pushed(xp, value)

    def popped(self, xp: Any, element_shape: Shape) -> tuple[ArrayValue, Any]:
        """Give a list without its last element, and that."""
        return self.whole(xp).popped(xp, element_shape)

    def listed(self, xp: Any) -> Any:
        """Give the same array as a list of its elements."""
        return self.whole(xp).listed(xp)

    def on_host(self) -> ArrayValue:
        """Give the same array as the interpreter has it."""
        return self.whole(np).on_host()

    def __repr__(self) -> str:
        return f"<array of {self._size} elements, zero but at {self.index}: {self.form}>"
