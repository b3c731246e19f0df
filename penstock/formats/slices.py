"""Parts of tensors, as checkpoints name them: a start and a length along each axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from penstock.core.errors import InvalidArgumentError
from penstock.formats.checkpoint_messages import TensorSlice
from penstock.formats.ordered_code import WHOLE

__all__ = [
    "Extents",
    "extents_of",
    "is_whole",
    "overlap",
    "parse_spec",
    "resolve",
    "slice_message",
]

# Start and length an axis; the length is WHOLE for all of the axis.
Extents: TypeAlias = tuple[tuple[int, int], ...]


def parse_spec(spec: str) -> tuple[tuple[int, ...], Extents]:
    """Read ``"4 3 0,2:-"``: the shape of the whole, then an extent an axis, ``-`` for all of it.

    Raises:
      InvalidArgumentError: if it is not of that form, or the part is not inside the whole.
    """
    *sizes, part = spec.split(" ")
    try:
        shape = tuple(int(size) for size in sizes)
        texts = part.split(":") if part else []
        extents = tuple((0, WHOLE) if text == "-" else _extent(text) for text in texts)
    except ValueError:
        raise _wrong_spec(spec, "it is not of that form") from None
    if len(extents) != len(shape):
        raise _wrong_spec(spec, f"it has {len(shape)} sizes and {len(extents)} extents")
    for (start, length), size in zip(resolve(extents, shape), shape, strict=True):
        if start < 0 or length < 0 or start + length > size:
            raise _wrong_spec(spec, f"{start},{length} is not inside of an axis of {size}")
    return shape, extents


def _extent(text: str) -> tuple[int, int]:
    start, length = text.split(",")
    return int(start), int(length)


def _wrong_spec(spec: str, why: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        None,
        None,
        "A slice is given as sizes and extents, such as '4 3 0,2:-', or as '' for the whole "
        f"tensor, but {spec!r} came: {why}.",
    )


def resolve(extents: Extents, shape: Sequence[int]) -> Extents:
    """Give the extents with every length as a number of elements."""
    pairs = zip(extents, shape, strict=True)
    return tuple((start, size if length == WHOLE else length) for (start, length), size in pairs)


def is_whole(extents: Extents, shape: Sequence[int]) -> bool:
    """Tell whether the part is the whole tensor."""
    return all(
        extent == (0, size) for extent, size in zip(resolve(extents, shape), shape, strict=True)
    )


def overlap(one: Extents, other: Extents) -> tuple[tuple[slice, ...], tuple[slice, ...]] | None:
    """Find what two parts have in common.

    Returns:
      Where it is in the one and in the other, or None if there is nothing.
    """
    in_one, in_other = [], []
    for (start, length), (other_start, other_length) in zip(one, other, strict=True):
        begin = max(start, other_start)
        end = min(start + length, other_start + other_length)
        if begin >= end:
            return None
        in_one.append(slice(begin - start, end - start))
        in_other.append(slice(begin - other_start, end - other_start))
    return tuple(in_one), tuple(in_other)


def slice_message(extents: Extents) -> Any:
    """Give the message for a part."""
    message = TensorSlice()
    for start, length in extents:
        extent = message.extent.add()
        if length != WHOLE:
            extent.start, extent.length = start, length
    return message


def extents_of(message: Any) -> Extents:
    """Give the part that a message means."""
    return tuple(
        (extent.start, extent.length if extent.WhichOneof("has_length") else WHOLE)
        for extent in message.extent
    )
