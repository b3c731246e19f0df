"""What the arguments of a strided slice come to for a tensor of a given shape.

The op family StridedSlice takes three vectors and five masks (see `graph/indexing.py` for what
the masks mean). `index_of` makes of them a Python index for an array; `sliced_shape` gives the
static shape, as far as it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape

__all__ = ["MASKS", "axis_entries", "index_of", "masked", "may_be_traced", "sliced_shape"]

MASKS = {
    "begin_mask": 0,
    "end_mask": 0,
    "ellipsis_mask": 0,
    "new_axis_mask": 0,
    "shrink_axis_mask": 0,
}


def masked(compute: Callable[..., Any]) -> Callable[..., Any]:
    """Make a kernel that names the five masks of one that takes them as a dict, the last."""

    def kernel(
        xp: Any,
        *inputs: Any,
        begin_mask: int,
        end_mask: int,
        ellipsis_mask: int,
        new_axis_mask: int,
        shrink_axis_mask: int,
    ) -> Any:
        given = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
        return compute(xp, *inputs, dict(zip(MASKS, given, strict=True)))

    return kernel


def may_be_traced(masks: dict[str, int], count: int) -> bool:
    """Tell whether no range of the slice has a bound, so that its shape depends on no value."""
    whole = masks["begin_mask"] & masks["end_mask"]
    settled = whole | masks["shrink_axis_mask"] | masks["new_axis_mask"] | masks["ellipsis_mask"]
    return not ~settled & ((1 << count) - 1)


def axis_entries(masks: dict[str, int], count: int, rank: int) -> list[tuple[str, int]]:
    """Tell for each axis of the input, and each new axis, what happens to it.

    Args:
      masks: the values of the five masks.
      count: the length of the vectors.
      rank: the number of axes of the input.

    Returns:
      Pairs (kind, entry), in order: kind is "all", "new", "one" or "range", entry the position in
      the vectors (-1 where none stands for it).

    Raises:
      InvalidArgumentError: if there are more entries than axes.
    """
    new, ellipsis = masks["new_axis_mask"], masks["ellipsis_mask"]
    if ellipsis & (ellipsis - 1):
        raise InvalidArgumentError(None, None, "A slice can have one ellipsis only, not several.")
    named = sum(1 for i in range(count) if not (ellipsis >> i & 1 or new >> i & 1))
    spread = rank - named
    if spread < 0:
        raise InvalidArgumentError(
            None, None, f"A slice of a tensor with {rank} axes cannot name {named} of them."
        )
    entries: list[tuple[str, int]] = []
    for i in range(count):
        if ellipsis >> i & 1:
            entries.extend([("all", -1)] * spread)
        elif new >> i & 1:
            entries.append(("new", i))
        elif masks["shrink_axis_mask"] >> i & 1:
            entries.append(("one", i))
        else:
            entries.append(("range", i))
    if not ellipsis & ((1 << count) - 1):
        entries.extend([("all", -1)] * spread)
    return entries


def _range(masks: dict[str, int], entry: int, begin: Any, end: Any, stride: int) -> slice:
    return slice(
        None if masks["begin_mask"] >> entry & 1 else begin,
        None if masks["end_mask"] >> entry & 1 else end,
        stride,
    )


def index_of(
    shape: Sequence[int], begin: Any, end: Any, strides: Any, masks: dict[str, int]
) -> tuple[Any, ...]:
    """Make the Python index that a strided slice of an array of this shape comes to.

    Args:
      shape: the array's shape.
      begin, end, strides: sequences of Python integers.
      masks: the values of the five masks.

    Raises:
      InvalidArgumentError: if an index is out of range, a stride is 0, or too many axes are named.
    """
    index: list[Any] = []
    axis = 0
    for kind, entry in axis_entries(masks, len(begin), len(shape)):
        if kind == "new":
            index.append(None)
            continue
        if kind == "all":
            index.append(slice(None))
        elif kind == "one":
            _check_in_range(begin[entry], shape[axis], axis)
            index.append(begin[entry])
        else:
            if strides[entry] == 0:
                raise InvalidArgumentError(None, None, f"strides[{entry}] must be non-zero.")
            index.append(_range(masks, entry, begin[entry], end[entry], strides[entry]))
        axis += 1
    return tuple(index)


def _check_in_range(index: int, size: int, axis: int) -> None:
    if not -size <= index < size:
        raise InvalidArgumentError(
            None,
            None,
            f"slice index {index} of dimension {axis} out of bounds: its size is {size}.",
        )


def sliced_shape(
    shape: Shape, count: int | None, begin: Any, end: Any, strides: Any, masks: dict[str, int]
) -> Shape:
    """Give the static shape of a strided slice.

    Args:
      shape: the input's static shape.
      count: the length of the vectors, None if unknown.
      begin, end, strides: sequences of Python integers; None for one that is not known.
      masks: the values of the five masks.

    Raises:
      InvalidArgumentError: as `index_of`, as far as the shape is known.
    """
    if shape is None or count is None or strides is None:
        return None
    begin, end = begin or (None,) * count, end or (None,) * count
    sizes: list[int | None] = []
    axis = 0
    for kind, entry in axis_entries(masks, count, len(shape)):
        if kind == "new":
            sizes.append(1)
            continue
        size = shape[axis]
        if kind == "all":
            sizes.append(size)
        elif kind == "range":
            sizes.append(_range_size(size, begin[entry], end[entry], strides[entry], masks, entry))
        elif size is not None and begin[entry] is not None:
            _check_in_range(begin[entry], size, axis)
        axis += 1
    return tuple(sizes)


def _range_size(
    size: int | None, begin: Any, end: Any, stride: int, masks: dict[str, int], entry: int
) -> int | None:
    if stride == 0:
        raise InvalidArgumentError(None, None, f"strides[{entry}] must be non-zero.")
    from_first, to_last = masks["begin_mask"] >> entry & 1, masks["end_mask"] >> entry & 1
    if size is None or not (from_first or begin is not None) or not (to_last or end is not None):
        return None
    return len(range(*_range(masks, entry, begin, end, stride).indices(size)))
