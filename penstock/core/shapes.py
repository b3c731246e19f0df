"""Static shapes: what is known of a tensor's shape while the graph is built.

Inside Penstock a static shape is a `Shape`: None when even the rank is unknown, else a tuple with
None for each unknown size. Shape rules deal in these alone, by the functions of `static_shapes.py`.
`TensorShape` and `Dimension` (in `dimensions.py`) are what users see of them, made on demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from penstock.core.dimensions import Dimension, as_dimension, as_size, dimension_value
from penstock.core.static_shapes import (
    Shape,
    broadcast,
    concatenate,
    describe,
    generalize,
    is_compatible,
    is_fully_defined,
    merge,
    num_elements,
)

__all__ = [
    "Dimension", "Shape", "TensorShape", "as_dimension", "as_shape", "as_size", "as_static",
    "broadcast", "concatenate", "describe", "dimension_at_index", "dimension_value",
    "generalize", "is_compatible", "is_fully_defined", "matrix", "merge", "num_elements",
    "scalar", "unknown_shape", "vector",
]  # fmt: skip


def as_static(shape_like: Any) -> Shape:
    """Converts what names a shape to a `Shape`.

    Args:
        shape_like: None (unknown rank), a `TensorShape`, a `TensorShapeProto`, an iterable of
            sizes, or one size (a vector's length).

    Raises:
        TypeError: for a string, and where a size is no number.
        ValueError: if a size is negative or not a whole number.
    """
    if shape_like is None:
        return None
    if isinstance(shape_like, TensorShape):
        return shape_like.static
    if hasattr(shape_like, "unknown_rank"):
        return _from_message(shape_like)
    if isinstance(shape_like, str | bytes):
        raise TypeError(
            f"A shape is an integer or a sequence of them; got the string {shape_like!r}. "
            "Put it in a list, or convert it to int."
        )
    if isinstance(shape_like, Dimension) or not hasattr(shape_like, "__iter__"):
        return (as_size(shape_like),)
    try:
        sizes = iter(shape_like)
    except TypeError:  # an iterator method that refuses, such as that of a 0-d array
        return (as_size(shape_like),)
    return tuple(map(as_size, sizes))


def _from_message(message: Any) -> Shape:
    if message.unknown_rank:
        return None
    return tuple(None if dim.size == -1 else as_size(dim.size) for dim in message.dim)


class TensorShape:
    """What is known of a tensor's shape: nothing, its rank, or some or all of its sizes.

    Items are `Dimension` objects (`x.shape[1].value` is the integer or None); slices are shapes.
    Two shapes with an unknown size in them are not equal, since the tensors' may differ.

    Args:
        dims: None (unknown rank), a `TensorShape`, a `TensorShapeProto`, an iterable of sizes, or
            one size.

    Attributes:
        static: the shape as a tuple of `int | None`, or None: Penstock's own form.

    Example:
        >>> TensorShape([None, 3])[1].value, str(TensorShape([None, 3])), TensorShape([2]) == [2]
        (3, '(?, 3)', True)
    """

    __slots__ = ("static",)

    def __init__(self, dims: Any) -> None:
        self.static = as_static(dims)

    def __repr__(self) -> str:
        return f"TensorShape({self.dims})"

    def __str__(self) -> str:
        return describe(self.static)

    @property
    def dims(self) -> list[Dimension] | None:
        """The dimensions, or None if the rank is unknown."""
        return None if self.static is None else [Dimension(size) for size in self.static]

    @property
    def rank(self) -> int | None:
        """The number of dimensions, or None if it is unknown."""
        return None if self.static is None else len(self.static)

    @property
    def ndims(self) -> int | None:
        """The number of dimensions, or None if it is unknown."""
        return self.rank

    def _known(self, use: str) -> tuple[int | None, ...]:
        if self.static is None:
            raise ValueError(
                f"{use} takes a shape of known rank; this one's is unknown. "
                "Give the tensor a shape (set_shape), or use tf.shape and tf.rank at run time."
            )
        return self.static

    def __len__(self) -> int:
        return len(self._known("len()"))

    def __bool__(self) -> bool:
        return self.static is not None

    def __iter__(self) -> Iterator[Dimension]:
        return map(Dimension, self._known("Iterating"))

    @overload
    def __getitem__(self, key: int) -> Dimension: ...
    @overload
    def __getitem__(self, key: slice) -> TensorShape: ...
    def __getitem__(self, key: int | slice) -> Dimension | TensorShape:
        if self.static is not None:
            if isinstance(key, slice):
                return TensorShape(self.static[key])
            return Dimension(self.static[key])
        if not isinstance(key, slice):
            return Dimension(None)
        if key.step is not None:
            raise ValueError("A slice with a step takes a shape of known rank; this one's is not.")
        start, stop = key.start or 0, key.stop
        if stop is None or start < 0 or stop < 0:
            return TensorShape(None)
        return unknown_shape(max(stop - start, 0))

    def __eq__(self, other: object) -> bool:
        try:
            theirs = as_static(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self is other:
            return True
        return self.static == theirs and (self.static is None or None not in self.static)

    def __ne__(self, other: object) -> bool:
        try:
            theirs = as_static(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self.static is None or theirs is None:
            raise ValueError("Whether shapes of unknown rank differ is not known.")
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    def as_list(self) -> list[int | None]:
        """The sizes as integers or None; ValueError if the rank is unknown."""
        return list(self._known("as_list()"))

    def as_proto(self) -> Any:
        """The shape as a `TensorShapeProto`, as files hold it."""
        from penstock.formats.tensors import shape_to_proto  # noqa: PLC0415

        return shape_to_proto(self.static)

    def num_elements(self) -> int | None:
        """How many elements there are, or None unless every size is known."""
        return num_elements(self.static)

    def concatenate(self, other: Any) -> TensorShape:
        """The dimensions of this shape followed by those of `other`."""
        return TensorShape(concatenate(self.static, as_static(other)))

    def merge_with(self, other: Any) -> TensorShape:
        """What is known of a tensor of which both are known; ValueError if they contradict."""
        return TensorShape(merge(self.static, as_static(other)))

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The most that holds for tensors of either shape."""
        return TensorShape(generalize(self.static, as_static(other)))

    def with_rank(self, rank: int | None) -> TensorShape:
        """This shape, known to have `rank` dimensions; ValueError if it has another number."""
        if rank is None:
            return self.merge_with(None)
        self.assert_has_rank(rank)
        return self.merge_with(unknown_shape(rank))

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape; ValueError if it has fewer than `rank` dimensions."""
        if self.static is not None and len(self.static) < rank:
            raise ValueError(f"Shape {self} must have at least {rank} dimensions.")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape; ValueError if it has more than `rank` dimensions."""
        if self.static is not None and len(self.static) > rank:
            raise ValueError(f"Shape {self} must have at most {rank} dimensions.")
        return self

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one tensor could have both shapes."""
        return is_compatible(self.static, as_static(other))

    def is_fully_defined(self) -> bool:
        """Whether the rank and every size are known."""
        return is_fully_defined(self.static)

    def assert_has_rank(self, rank: int) -> None:
        """Raises ValueError if the shape is known to have another number of dimensions."""
        if self.static is not None and len(self.static) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}; it has {len(self.static)}.")

    def assert_same_rank(self, other: Any) -> None:
        """Raises ValueError if the two are known to differ in rank."""
        theirs = as_static(other)
        if self.static is not None and theirs is not None and len(self.static) != len(theirs):
            raise ValueError(f"Shapes {self} and {describe(theirs)} must have the same rank.")

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless one tensor could have both shapes."""
        if not self.is_compatible_with(other):
            raise ValueError(
                f"Shapes {self} and {describe(as_static(other))} are incompatible: "
                "ranks and known sizes must be equal."
            )

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless the rank and every size are known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined: every size must be known.")

    def __reduce__(self) -> tuple[Any, tuple[Shape]]:
        return TensorShape, (self.static,)


def as_shape(shape: Any) -> TensorShape:
    """Converts to a `TensorShape`, unless it is one."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """The `Dimension` at `index`; unknown if the rank is."""
    return Dimension(None) if shape.static is None else shape[index]


def unknown_shape(rank: int | None = None, ndims: int | None = None) -> TensorShape:
    """A shape of which at most the rank is known; `ndims` is its old name."""
    known = ndims if rank is None else rank
    return TensorShape(None if known is None else (None,) * known)


def scalar() -> TensorShape:
    """The shape of a scalar."""
    return TensorShape(())


def vector(length: Any) -> TensorShape:
    """The shape of a vector of `length` (an integer, or None)."""
    return TensorShape((length,))


def matrix(rows: Any, cols: Any) -> TensorShape:
    """The shape of a matrix of `rows` by `cols` (integers, or None)."""
    return TensorShape((rows, cols))
