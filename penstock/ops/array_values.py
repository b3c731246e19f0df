"""The value of a TensorArray while a graph runs: an array of tensors that is never changed.

In TensorFlow, a TensorArray is state behind a handle, and its *flow*, a float, orders what is done
to it. Here the flow's value is the array itself: a write takes one and gives another, so data alone
orders everything, and a compiler sees through it. A flow that is fetched shows as 0.0.

The *depth* of an array tells of what it holds the elements: 0 of the array itself, 1 of its
gradient, 2 of its gradient's gradient. A handle has a depth, too. An op that gets a flow of
another depth than its handle's is the first to touch the gradient there: it begins with zeros.
In gradients, what is written to one place twice adds up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError, UnimplementedError
from penstock.core.shapes import Shape, describe, merge

__all__ = [
    "ArrayDelta",
    "ArrayForm",
    "ArrayValue",
    "Cells",
    "ListedArray",
    "array_sum",
    "at_depth",
    "check_split",
    "on_host",
]


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """What holds for all elements of an array.

    Attributes:
      dtype: of the elements.
      element_shape: their static shape, as far as it is known; one write tells it, if they are
        alike.
      grows: whether a write beyond the end makes the array longer.
      clears: whether an element can be read once only.
      alike: whether all elements have one shape.
      depth: 0 for an array, 1 for its gradient, and so on.
    """

    dtype: DType
    element_shape: Shape = None
    grows: bool = False
    clears: bool = False
    alike: bool = True
    depth: int = 0

    def with_element(self, index: Any, shape: tuple[int, ...]) -> ArrayForm:
        """Give the form after a write of an element of that shape.

        Raises:
          InvalidArgumentError: if the element does not fit.
        """
        if shape == self.element_shape:
            return self
        try:
            merge(self.element_shape, shape)
        except ValueError:
            raise InvalidArgumentError(
                None,
                None,
                f"What is written to a TensorArray must fit its element shape, "
                f"{describe(self.element_shape)}, but the value for index {index} has shape "
                f"{describe(shape)}. Create the array with infer_shape=False if its elements have "
                "different shapes",
            ) from None
        return replace(self, element_shape=shape) if self.alike else self

    def at(self, depth: int) -> ArrayForm:
        """Give the form of the gradient of that depth."""
        return replace(self, depth=depth, grows=False, clears=False)

    def check_dtype(self, dtype: Any) -> None:
        """See that an element has the array's dtype.

        Raises:
          InvalidArgumentError: if it does not.
        """
        if dtype != self.dtype.as_numpy_dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"A TensorArray of {self.dtype.name} takes elements of that dtype, but got "
                f"{np.dtype(dtype).name}. Convert them with tf.cast",
            )


class ArrayValue(ABC):
    """An array of tensors; what writes to it gives a new one.

    Attributes:
      form: what holds for all elements.
      dtype: of the flow, for those who look at it as at any tensor.
    """

    form: ArrayForm
    dtype = np.dtype(np.float32)

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of elements."""

    @abstractmethod
    def element_shapes(self) -> Sequence[Shape]:
        """The shapes of the elements one by one, if they are not alike."""

    @abstractmethod
    def zeros(self, depth: int) -> ArrayDelta:
        """Give the gradient of that depth, all zeros."""

    @abstractmethod
    def write(self, xp: Any, index: Any, value: Any) -> ArrayValue:
        """Give the array with an element written."""

    @abstractmethod
    def read(self, xp: Any, index: Any) -> Any:
        """Give an element."""

    @abstractmethod
    def scatter(self, xp: Any, indices: Any, values: Any) -> ArrayValue:
        """Give the array with the rows of `values` written."""

    @abstractmethod
    def gather(self, xp: Any, indices: Any, element_shape: Shape) -> Any:
        """Give elements of one shape, one beside the other along a new first axis."""

    @abstractmethod
    def split(self, xp: Any, values: Any, lengths: Any) -> ArrayValue:
        """Give the array with pieces of `values` written, of these lengths along its first axis."""

    @abstractmethod
    def concat(self, xp: Any, rest: Shape) -> tuple[Any, Any]:
        """Give all elements one behind the other along their first axis, and their lengths."""

    @abstractmethod
    def add(self, xp: Any, other: ArrayValue) -> ArrayValue:
        """Give the sum, element by element, of two gradients."""

    @abstractmethod
    def on_host(self) -> ArrayValue:
        """Give the same array as the interpreter has it."""

    @abstractmethod
    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers: hashable."""

    def zeros_like(self) -> ArrayDelta:
        """Give the gradient of this array, all zeros."""
        return self.zeros(self.form.depth + 1)

    @property
    def shape(self) -> Any:
        """As `parts`: values that go into a compiled stage are told apart by it."""
        return self.parts()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Show the flow as TensorFlow does."""
        return np.zeros((), np.float32 if dtype is None else dtype)


class Cells:
    """A list that is never changed, of which the newest version is cheap to make another of."""

    __slots__ = ("_change", "_items")

    def __init__(self, items: list[Any]) -> None:
        self._items: list[Any] | None = items
        self._change: tuple[int, Any, Cells] | None = None

    @property
    def items(self) -> list[Any]:
        """The items; not to be changed."""
        if self._items is None:
            changes = []
            at: Cells = self
            while at._items is None:
                assert at._change is not None
                changes.append(at._change)
                at = at._change[2]
            self._items = list(at._items)
            for index, item, _ in reversed(changes):
                self._items[index] = item
        return self._items

    def with_item(self, index: int, item: Any) -> Cells:
        """Give the list with one item replaced."""
        items = self.items
        made = Cells(items)
        self._change, self._items = (index, items[index], made), None
        items[index] = item
        return made


class ListedArray(ArrayValue):
    """An array as a list of its elements, which may have different shapes.

    Args:
      form: what holds for all elements.
      cells: the elements; None where none was written.
      shapes: for a gradient of elements that are not alike, their shapes.
      cleared: the indices that were read, where an element is read once only.
    """

    def __init__(
        self,
        form: ArrayForm,
        cells: Cells,
        shapes: Sequence[Shape] = (),
        cleared: set[int] | None = None,
    ) -> None:
        self.form = form
        self.cells = cells
        self.shapes = shapes
        self.cleared = cleared

    @classmethod
    def empty(cls, form: ArrayForm, size: int, shapes: Sequence[Shape] = ()) -> ListedArray:
        """Make an array in which nothing is written.

        Raises:
          InvalidArgumentError: if the size is negative.
        """
        if size < 0:
            raise InvalidArgumentError(
                None, None, f"The size of a TensorArray must not be negative, but is {size}"
            )
        return cls(form, Cells([None] * size), shapes, set() if form.clears else None)

    def _with(self, form: ArrayForm, cells: Cells) -> ListedArray:
        return type(self)(form, cells, self.shapes, self.cleared)

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

    def _checked(self, index: Any, verb: str) -> int:
        at = int(index)
        if not 0 <= at < self.size:
            raise InvalidArgumentError(
                None,
                None,
                f"An index to {verb} must be in [0, {self.size}), the size of the TensorArray, but "
                f"is {at}" + ("" if verb == "read" else ". Let it grow with dynamic_size=True"),
            )
        return at

    def _grown(self, index: int) -> ListedArray:
        if not self.form.grows or index < self.size:
            return self
        items = self.cells.items
        return self._with(self.form, Cells(items + [None] * (index + 1 - len(items))))

    def write(self, xp: Any, index: Any, value: Any) -> ListedArray:
        """Give the array with an element written."""
        self.form.check_dtype(value.dtype)
        grown = self._grown(int(index))
        at = grown._checked(index, "write")
        form = self.form.with_element(at, value.shape)
        old = grown.cells.items[at]
        if old is not None:
            if not form.depth:
                raise _written_twice(at)
            value = old + value
        return self._with(form, grown.cells.with_item(at, value))

    def read(self, xp: Any, index: Any) -> Any:
        """Give an element; zeros where none was written, if its shape is known."""
        at = self._checked(index, "read")
        if self.cleared is not None:
            if at in self.cleared:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"An element of this TensorArray can be read once, but index {at} is read "
                    "again. Create the array with clear_after_read=False",
                )
            self.cleared.add(at)
        return self._element(xp, at, None)

    def _element(self, xp: Any, at: int, declared: Shape) -> Any:
        item = self.cells.items[at]
        if item is not None:
            return item
        shape = self._shape_at(at)
        shape = declared if shape is None else shape
        if shape is None or None in shape:
            raise InvalidArgumentError(
                None,
                None,
                f"Index {at} of the TensorArray must be written before it is read, but was not, "
                f"and zeros cannot stand for it, since the element shape is "
                f"{describe(self.form.element_shape)}. Write it, or give the TensorArray an "
                "element_shape",
            )
        return xp.zeros(shape, self.form.dtype.as_numpy_dtype)

    def scatter(self, xp: Any, indices: Any, values: Any) -> ListedArray:
        """Give the array with the rows of `values` written."""
        if not values.shape:
            raise InvalidArgumentError(
                None,
                None,
                "What is scattered into a TensorArray must have a first axis, but is a scalar. "
                "Use write for one element",
            )
        return self._with_all(xp, indices, list(values))

    def _with_all(self, xp: Any, indices: Any, values: Sequence[Any]) -> ListedArray:
        if len(values) != len(indices):
            raise InvalidArgumentError(
                None,
                None,
                f"There must be a value for each index, but there are {len(values)} values for "
                f"{len(indices)} indices",
            )
        grown = self._grown(max(map(int, indices), default=-1))
        items = list(grown.cells.items)
        form = self.form
        for index, value in zip(indices, values, strict=True):
            form.check_dtype(value.dtype)
            at = grown._checked(index, "write")
            form = form.with_element(at, value.shape)
            if items[at] is not None:
                if not form.depth:
                    raise _written_twice(at)
                value = items[at] + value
            items[at] = value
        return self._with(form, Cells(items))

    def gather(self, xp: Any, indices: Any, element_shape: Shape) -> Any:
        """Give elements of one shape, one beside the other along a new first axis."""
        values = [
            self.read(xp, index)
            if self.cleared is not None
            else self._element(xp, self._checked(index, "read"), element_shape)
            for index in indices
        ]
        if not values:
            shape = element_shape if self.form.element_shape is None else self.form.element_shape
            return _nothing(xp, shape, (), self.form, "element_shape")
        for index, value in zip(indices, values, strict=True):
            if value.shape != values[0].shape:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Elements that are stacked must have one shape, but index {int(indices[0])} "
                    f"has {describe(values[0].shape)} and index {int(index)} has "
                    f"{describe(value.shape)}. Use concat, or make them alike",
                )
        return xp.stack(values)

    def split(self, xp: Any, values: Any, lengths: Any) -> ListedArray:
        """Give the array with pieces of `values` written, of these lengths along its first axis."""
        lengths = [int(length) for length in lengths]
        check_split(self, values.shape, lengths)
        ends = np.cumsum(lengths, dtype=np.int64)
        pieces = [
            values[end - length : end] for length, end in zip(lengths, ends.tolist(), strict=True)
        ]
        return self._with_all(xp, range(len(lengths)), pieces)

    def concat(self, xp: Any, rest: Shape) -> tuple[Any, Any]:
        """Give all elements one behind the other along their first axis, and their lengths."""
        size = self.size
        if not size:
            empty = _nothing(xp, rest, (), self.form, "element_shape_except0")
            return empty, np.zeros(0, np.int64)
        values = [
            self.read(xp, index) if self.cleared is not None else self._element(xp, index, None)
            for index in range(size)
        ]
        for index, value in enumerate(values):
            if not value.shape:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Elements that are concatenated must have a first axis, but index {index} "
                    "is a scalar. Use stack",
                )
            if value.shape[1:] != values[0].shape[1:]:
                raise InvalidArgumentError(
                    None,
                    None,
                    "Elements that are concatenated must agree in all sizes but the first, but "
                    f"index 0 has shape {describe(values[0].shape)} and index {index} has "
                    f"{describe(value.shape)}",
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
        return (self.form, *(None if item is None else item.shape for item in self.cells.items))

    def on_host(self) -> ListedArray:
        """Give the same array as the interpreter has it."""
        items = [None if item is None else np.asarray(item) for item in self.cells.items]
        cleared = set() if self.form.clears and self.cleared is None else self.cleared
        return ListedArray(self.form, Cells(items), self.shapes, cleared)

    def __repr__(self) -> str:
        return f"<array of {self.size} elements: {self.form}>"


class ArrayDelta(ArrayValue):
    """A gradient that is zero but for one element at most: adding it costs that one alone.

    Args:
      form: what holds for all elements.
      size: their number.
      shapes: their shapes, if they are not alike.
      kind: the kind of list that it becomes where it is not merely added.
      index: where it is not zero; None if it is zero everywhere.
      value: the element there.
    """

    def __init__(
        self,
        form: ArrayForm,
        size: int,
        shapes: Sequence[Shape],
        kind: type[ListedArray],
        index: Any = None,
        value: Any = None,
    ) -> None:
        self.form = form
        self._size = size
        self.shapes = shapes
        self.kind = kind
        self.index = index
        self.value = value

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
        return ArrayDelta(form, self._size, self.shapes, self.kind, index, value)

    def whole(self, xp: Any) -> ArrayValue:
        """Give the same array with all its elements."""
        zeros: ArrayValue = self.kind.empty(self.form, self._size, self.shapes)
        return zeros if self.value is None else zeros.write(xp, self.index, self.value)

    def added_to(self, xp: Any, total: ArrayValue) -> ArrayValue:
        """Give the sum of an array and this one."""
        return total if self.value is None else total.write(xp, self.index, self.value)

    def write(self, xp: Any, index: Any, value: Any) -> ArrayValue:
        """Give the array with an element written."""
        if self.value is None:
            self.form.check_dtype(value.dtype)
            return self._with(self.form.with_element(index, value.shape), index, value)
        return self.whole(xp).write(xp, index, value)

    def read(self, xp: Any, index: Any) -> Any:
        """Give an element."""
        return self.whole(xp).read(xp, index)

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

    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers."""
        shape = None if self.value is None else self.value.shape
        return (self.form, self._size, tuple(self.shapes), shape)

    def on_host(self) -> ArrayDelta:
        """Give the same array as the interpreter has it."""
        index = None if self.index is None else np.asarray(self.index)
        value = None if self.value is None else np.asarray(self.value)
        return ArrayDelta(self.form, self._size, self.shapes, ListedArray, index, value)

    def __repr__(self) -> str:
        return f"<array of {self._size} elements, zero but at {self.index}: {self.form}>"


def _written_twice(index: int) -> InvalidArgumentError:
    return InvalidArgumentError(
        None,
        None,
        f"An index of a TensorArray can be written once, but index {index} is written again. "
        "Write to another index, or use another TensorArray",
    )


def _nothing(xp: Any, shape: Shape, first: tuple[int, ...], form: ArrayForm, attr: str) -> Any:
    if shape is None or None in shape:
        raise UnimplementedError(
            None,
            None,
            "A TensorArray without elements can be made one tensor only if the shape of its "
            f"elements is known, but {attr} is {describe(shape)}. Give the TensorArray an "
            "element_shape",
        )
    return xp.zeros((0, *shape), form.dtype.as_numpy_dtype)


def check_split(array: ArrayValue, shape: tuple[int, ...], lengths: Sequence[int]) -> None:
    """See that a value can be split into an array so.

    Raises:
      InvalidArgumentError: if it cannot.
    """
    if not shape:
        raise InvalidArgumentError(
            None, None, "What is split into a TensorArray must have a first axis, but is a scalar"
        )
    if sum(lengths) != shape[0]:
        raise InvalidArgumentError(
            None,
            None,
            f"The lengths must add up to the first size of what is split, {shape[0]}, but "
            f"{list(lengths)} add up to {sum(lengths)}",
        )
    if len(lengths) != array.size and not (array.form.grows and len(lengths) > array.size):
        raise InvalidArgumentError(
            None,
            None,
            f"There must be a length for each of the {array.size} elements of the TensorArray, "
            f"but there are {len(lengths)}. Let it grow with dynamic_size=True",
        )


def at_depth(flow: Any, depth: int) -> ArrayValue:
    """Give the array that an op means by a flow and a handle of that depth.

    Raises:
      InvalidArgumentError: if the flow is not of a TensorArray.
    """
    if not isinstance(flow, ArrayValue):
        raise InvalidArgumentError(
            None,
            None,
            "The flow must come from a TensorArray or from what was done to one, but is the "
            f"number {flow}. Pass the `flow` of the TensorArray",
        )
    return flow if flow.form.depth == depth else flow.zeros(depth)


def on_host(value: Any) -> Any:
    """Give a value as the interpreter has it: an array of NumPy, or a TensorArray of such."""
    return value.on_host() if isinstance(value, ArrayValue) else np.asarray(value)


def array_sum(xp: Any, values: Sequence[Any]) -> ArrayValue:
    """Give the sum of gradients of one array; plain numbers among them stand for zero."""
    arrays = [value for value in values if isinstance(value, ArrayValue)]
    depth = min(array.form.depth for array in arrays)
    same = [array for array in arrays if array.form.depth == depth]
    total = same[0]
    for other in same[1:]:
        total = total.add(xp, other)
    return total
