"""What the array ops share: declarations of attrs, axes, and checks of what a run gives."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.graph.spec import attr

__all__ = [
    "INDEX",
    "INDEX_AS_INT32",
    "INDEX_AS_INT64",
    "any_type",
    "index_type",
    "normal_axis",
    "require",
    "sizes_of",
]

INDEX = frozenset({dtypes.int32, dtypes.int64})
INDEX_AS_INT32 = attr("type", dtypes.int32, allowed=INDEX)
INDEX_AS_INT64 = attr("type", dtypes.int64, allowed=INDEX)


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
