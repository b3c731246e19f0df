"""The size of one dimension, with TensorFlow 1's three-valued logic.

Arithmetic with an unknown size gives an unknown one, and comparing with it gives None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Dimension", "as_dimension", "as_size", "dimension_value"]


def as_size(value: Any) -> int | None:
    """Converts what names the size of one dimension: an integer, a `Dimension`, or None.

    Raises:
        ValueError: if the size is negative or not a whole number.
        TypeError: if `value` is no number at all.
    """
    if value is None or (type(value) is int and value >= 0):
        return value
    if isinstance(value, Dimension):
        return value.value
    try:
        size = int(value)
    except TypeError:
        raise TypeError(
            "The size of a dimension is an integer, a Dimension or None (unknown); "
            f"got {value!r} ({type(value).__name__})."
        ) from None
    if not isinstance(value, str | bytes) and size != value:
        raise ValueError(f"The size of a dimension is a whole number; got {value!r}.")
    if size < 0:
        raise ValueError(f"The size of a dimension is at least 0, or None (unknown); got {size}.")
    return size


class Dimension:
    """The size of one dimension, or unknown.

    Arithmetic with an unknown gives an unknown; comparing with one gives None. Division is `//`.

    Attributes:
        value: the size, or None.

    Example:
        >>> Dimension(3) * 2, Dimension(3) + None, Dimension(3) == 3, Dimension(3) == None
        (Dimension(6), Dimension(None), True, None)
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = as_size(value)

    def __repr__(self) -> str:
        return f"Dimension({self.value})"

    def __str__(self) -> str:
        return "?" if self.value is None else str(self.value)

    def __int__(self) -> int:
        return self.__index__()

    def __index__(self) -> int:
        if self.value is None:
            raise TypeError(
                "This Dimension is unknown while the graph is built, and has no integer value. "
                "Use tf.shape(tensor)[axis] for the size at run time."
            )
        return self.value

    def _compare(self, other: Any, decide: Callable[[int, int], bool]) -> bool | None:
        theirs = as_size(other)
        if self.value is None or theirs is None:
            return None
        return decide(self.value, theirs)

    def __eq__(self, other: object) -> bool | None:  # type: ignore[override]
        try:
            return self._compare(other, int.__eq__)
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other: object) -> bool | None:  # type: ignore[override]
        try:
            return self._compare(other, int.__ne__)
        except (TypeError, ValueError):
            return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Any) -> bool | None:
        return self._compare(other, int.__lt__)

    def __le__(self, other: Any) -> bool | None:
        return self._compare(other, int.__le__)

    def __gt__(self, other: Any) -> bool | None:
        return self._compare(other, int.__gt__)

    def __ge__(self, other: Any) -> bool | None:
        return self._compare(other, int.__ge__)

    def _combine(
        self, other: Any, compute: Callable[[int, int], int], swap: bool = False
    ) -> Dimension:
        try:
            theirs = as_size(other)
        except (TypeError, ValueError):
            return NotImplemented  # type: ignore[no-any-return]
        left, right = (theirs, self.value) if swap else (self.value, theirs)
        return Dimension(None if left is None or right is None else compute(left, right))

    def __add__(self, other: Any) -> Dimension:
        return self._combine(other, int.__add__)

    def __radd__(self, other: Any) -> Dimension:
        return self._combine(other, int.__add__, swap=True)

    def __sub__(self, other: Any) -> Dimension:
        return self._combine(other, int.__sub__)

    def __rsub__(self, other: Any) -> Dimension:
        return self._combine(other, int.__sub__, swap=True)

    def __mul__(self, other: Any) -> Dimension:
        return self._combine(other, int.__mul__)

    def __rmul__(self, other: Any) -> Dimension:
        return self._combine(other, int.__mul__, swap=True)

    def __floordiv__(self, other: Any) -> Dimension:
        return self._combine(other, int.__floordiv__)

    def __rfloordiv__(self, other: Any) -> Dimension:
        return self._combine(other, int.__floordiv__, swap=True)

    def __mod__(self, other: Any) -> Dimension:
        return self._combine(other, int.__mod__)

    def __rmod__(self, other: Any) -> Dimension:
        return self._combine(other, int.__mod__, swap=True)

    def __div__(self, other: Any) -> Dimension:
        return self._combine(other, int.__floordiv__)

    def __truediv__(self, other: Any) -> Dimension:
        raise TypeError(
            f"Sizes divide to whole numbers: write // instead of / "
            f"(Dimension / {type(other).__name__})."
        )

    def __rtruediv__(self, other: Any) -> Dimension:
        raise TypeError(
            f"Sizes divide to whole numbers: write // instead of / "
            f"({type(other).__name__} / Dimension)."
        )

    def is_compatible_with(self, other: Any) -> bool:
        """Whether both could be the same size."""
        theirs = as_size(other)
        return self.value is None or theirs is None or self.value == theirs

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless both could be the same size."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible.")

    def merge_with(self, other: Any) -> Dimension:
        """What is known of a size of which both are known; ValueError if they differ."""
        self.assert_is_compatible_with(other)
        return Dimension(other if self.value is None else self.value)

    def __reduce__(self) -> tuple[Any, tuple[int | None]]:
        return Dimension, (self.value,)


def as_dimension(value: Any) -> Dimension:
    """Converts to a `Dimension`, unless it is one."""
    return value if isinstance(value, Dimension) else Dimension(value)


def dimension_value(dimension: Any) -> Any:
    """The integer (or None) of a `Dimension`; anything else is returned as it is."""
    return dimension.value if isinstance(dimension, Dimension) else dimension
