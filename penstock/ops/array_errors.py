"""What is wrong with a use of a TensorArray, as a user is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError, UnimplementedError
from penstock.core.shapes import Shape, describe

__all__ = ["check_index", "check_split", "no_elements", "written_twice", "wrong"]


def wrong(message: str) -> InvalidArgumentError:
    """Make the error of an argument; the engine adds the node."""
    return InvalidArgumentError(None, None, message)


def written_twice(index: int) -> InvalidArgumentError:
    """Make the error of a second write to an index."""
    return wrong(
        f"An index of a TensorArray can be written once, but index {index} is written again. "
        "Write to another index, or use another TensorArray"
    )


def no_elements(xp: Any, shape: Shape, dtype: DType, attr: str) -> Any:
    """Give a tensor of no elements of that shape.

    Raises:
      UnimplementedError: if the shape is not known.
    """
    if shape is None or None in shape:
        raise UnimplementedError(
            None,
            None,
            "A TensorArray without elements can be made one tensor only if the shape of its "
            f"elements is known, but {attr} is {describe(shape)}. Give the TensorArray an "
            "element_shape",
        )
    return xp.zeros((0, *shape), dtype.as_numpy_dtype)


def check_index(index: Any, size: int, verb: str) -> int:
    """Give an index as a number.

    Raises:
      InvalidArgumentError: if there is no such element.
    """
    at = int(index)
    if not 0 <= at < size:
        more = "" if verb == "read" else ". A TensorArray grows with dynamic_size=True"
        raise wrong(
            f"An index to {verb} must be in [0, {size}), the size of the array, but is {at}" + more
        )
    return at


def check_split(size: int, grows: bool, shape: tuple[int, ...], lengths: Sequence[int]) -> None:
    """See that a value can be split into an array so.

    Raises:
      InvalidArgumentError: if it cannot.
    """
    if not shape:
        raise wrong("What is split into a TensorArray must have a first axis, but is a scalar")
    if sum(lengths) != shape[0]:
        raise wrong(
            f"The lengths must add up to the first size of what is split, {shape[0]}, but "
            f"{list(lengths)} add up to {sum(lengths)}"
        )
    if len(lengths) != size and not (grows and len(lengths) > size):
        raise wrong(
            f"There must be a length for each of the {size} elements of the TensorArray, "
            f"but there are {len(lengths)}. Let it grow with dynamic_size=True"
        )
