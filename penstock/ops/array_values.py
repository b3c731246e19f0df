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
from penstock.core.shapes import Shape, describe, merge
from penstock.ops.array_errors import wrong

__all__ = ["ArrayForm", "ArrayValue", "CompoundValue", "Parts", "array_sum", "at_depth", "on_host"]


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
      rewritable: whether a write replaces what is there, as in a TensorList.
      most: the most elements it may have; None if there is no limit.
    """

    dtype: DType
    element_shape: Shape = None
    grows: bool = False
    clears: bool = False
    alike: bool = True
    depth: int = 0
    rewritable: bool = False
    most: int | None = None

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
            raise wrong(
                f"What is written to a TensorArray must fit its element shape, "
                f"{describe(self.element_shape)}, but the value for index {index} has shape "
                f"{describe(shape)}. Create the array with infer_shape=False if its elements have "
                "different shapes"
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
            raise wrong(
                f"A TensorArray of {self.dtype.name} takes elements of that dtype, but got "
                f"{np.dtype(dtype).name}. Convert them with tf.cast"
            )


@dataclass(frozen=True, slots=True)
class Parts:
    """What a value consists of that has no shape.

    Attributes:
      text: the same in words.
      key: what a compiled program for such a value depends on beside the numbers.
    """

    text: str
    key: Any

    def __str__(self) -> str:
        return self.text


class CompoundValue(ABC):
    """A value that the engine has as more than one array, or as one with room for more."""

    @abstractmethod
    def on_host(self) -> Any:
        """Give the same value as the interpreter has it."""

    @abstractmethod
    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers: hashable."""

    @abstractmethod
    def described(self) -> str:
        """Say what it is, in a few words."""

    @property
    def shape(self) -> Parts:
        """The parts: values that go into a compiled stage are told apart by them."""
        return Parts(self.described(), self.parts())

    def trimmed(self) -> Any:
        """Give the same value without the room for more that compiled code may have left in it."""
        return self


class ArrayValue(CompoundValue):
    """An array of tensors; what writes to it gives a new one.

    Attributes:
      form: what holds for all elements.
      dtype: of the flow, for those who look at it as at any tensor.
      reads: the `Reads` where it is noted what is read; None if that does not matter.
    """

    form: ArrayForm
    dtype = np.dtype(np.float32)
    reads: Any = None

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of elements."""

    @property
    def length(self) -> Any:
        """The number of elements as a scalar, which may be traced."""
        return np.int32(self.size)

    def described(self) -> str:
        """Say what it is, in a few words."""
        return f"an array of {self.size} elements of shape {describe(self.form.element_shape)}"

    @abstractmethod
    def element_shapes(self) -> Sequence[Shape]:
        """The shapes of the elements one by one, if they are not alike."""

    @abstractmethod
    def zeros(self, depth: int) -> ArrayValue:
        """Give the gradient of that depth, all zeros."""

    @abstractmethod
    def write(self, xp: Any, index: Any, value: Any) -> ArrayValue:
        """Give the array with an element written."""

    @abstractmethod
    def read(self, xp: Any, index: Any, element_shape: Shape = None) -> Any:
        """Give an element; `element_shape` is what else is known of its shape."""

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
    def pushed(self, xp: Any, value: Any) -> ArrayValue:
        """Give a list with an element added at its end."""

    @abstractmethod
    def popped(self, xp: Any, element_shape: Shape) -> tuple[ArrayValue, Any]:
        """Give a list without its last element, and that."""

    @property
    def told_size(self) -> int:
        """The number of elements, where it must be known."""
        return self.size

    @abstractmethod
    def listed(self, xp: Any) -> Any:
        """Give the same array as a list of its elements, in this tier."""

    @abstractmethod
    def on_host(self) -> ArrayValue:
        """Give the same array as the interpreter has it."""

    def zeros_like(self) -> ArrayValue:
        """Give the gradient of this array, all zeros; of a list, a list."""
        return self.zeros(0 if self.form.rewritable else self.form.depth + 1)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Show the flow as TensorFlow does."""
        return np.zeros((), np.float32 if dtype is None else dtype)


def at_depth(flow: Any, depth: int) -> ArrayValue:
    """Give the array that an op means by a flow and a handle of that depth.

    Raises:
      InvalidArgumentError: if the flow is not of a TensorArray.
    """
    if not isinstance(flow, ArrayValue):
        raise wrong(
            "The flow must come from a TensorArray or from what was done to one, but is the "
            f"number {flow}. Pass the `flow` of the TensorArray"
        )
    return flow if flow.form.depth == depth else flow.zeros(depth)


def on_host(value: Any) -> Any:
    """Give a value as the interpreter has it: an array of NumPy, or a TensorArray of such."""
    return value.on_host() if isinstance(value, CompoundValue) else np.asarray(value)


def array_sum(xp: Any, values: Sequence[Any]) -> ArrayValue:
    """Give the sum of gradients of one array; plain numbers among them stand for zero."""
    arrays = [value for value in values if isinstance(value, ArrayValue)]
    depth = min(array.form.depth for array in arrays)
    same = [array for array in arrays if array.form.depth == depth]
    total = same[0]
    for other in same[1:]:
        total = total.add(xp, other)
    return total
