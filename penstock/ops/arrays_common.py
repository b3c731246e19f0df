"""What the array ops share: declarations of attrs, axes, and checks of what a run gives."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import Undefined, attr

__all__ = [
    "INDEX",
    "INDEX_AS_INT32",
    "INDEX_AS_INT64",
    "NO_GRADIENT",
    "any_type",
    "index_type",
    "merged",
    "normal_axis",
    "require",
    "sizes_of",
    "static_axis",
]

INDEX = frozenset({dtypes.int32, dtypes.int64})
INDEX_AS_INT32 = attr("type", dtypes.int32, allowed=INDEX)
INDEX_AS_INT64 = attr("type", dtypes.int64, allowed=INDEX)
NO_GRADIENT = Undefined("TensorFlow defines none for it either")


def any_type() -> Any:
    """Declare a type attr that any dtype may take."""
    return attr("type")


def index_type() -> Any:
    """Declare a type attr for indices that has no default."""
    return attr("type", allowed=INDEX)


def require(holds: bool, message: str) -> None:
    """Check what a run gave: raises InvalidArgumentError with `message` where it does not hold."""
    if not holds:
        raise InvalidArgumentError(None, None, message)


def normal_axis(axis: Any, rank: int) -> int:
    """Count an axis from the front.

    Raises:
      InvalidArgumentError: if there is no such axis.
    """
    require(-rank <= axis < rank, f"An axis from {-rank} to {rank - 1} is needed, but got {axis}.")
    return int(axis) % rank


def sizes_of(vector: Any) -> list[int]:
    """Turn a static vector of sizes, axes or bounds into Python integers."""
    return [int(size) for size in vector.ravel()]


def merged(c: ShapeContext, given: list[Shape], must: str) -> Shape:
    """Merge static shapes of which all that is known must agree."""
    shape = None
    for other in given:
        try:
            shape = merge(shape, other)
        except ValueError:
            raise c.mismatch(must) from None
    return shape


def static_axis(c: ShapeContext, axis: Any, rank: int) -> int:
    """Count an axis from the front while the graph is built."""
    if not -rank <= axis < rank:
        raise c.mismatch(f"an axis from {-rank} to {rank - 1}, not {axis},")
    return int(axis) % rank
