"""Indices held against the sizes of what they point into.

`sizes` is one number, for indices along one axis; or several, for points: then the last axis of
the indices holds a number for each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError

__all__ = ["Sizes", "check_range", "in_range", "range_rule"]

Sizes = int | tuple[int, ...]


def in_range(indices: Any, sizes: Sizes, lowest: int = 0) -> Any:
    """Tell of each index, or of each number of a point, whether it is in range."""
    return (indices >= lowest) & (indices < np.asarray(sizes, np.int64))


def range_rule(sizes: Sizes, what: str) -> str:
    """Say what must hold of indices into `what`, and what to do if it does not."""
    limits = f"[0, {sizes})" if isinstance(sizes, int) else f"{list(sizes)}"
    return f"{limits}, {what}. Check how the indices are numbered, and how many there can be."


def check_range(
    indices: Any, sizes: Sizes, what: str, name: str = "indices", lowest: int = 0
) -> None:
    """Check a NumPy array of indices.

    Args:
      indices: integers.
      sizes: the sizes of the axes they point into.
      what: what that is, such as "the rows of params".
      name: what the indices are called.
      lowest: the least index that may stand there, below 0 if negative ones are left out.

    Raises:
      InvalidArgumentError: if one is negative or too large; it tells which.
    """
    if isinstance(sizes, int) and (not indices.size or _all_within(indices, lowest, sizes)):
        return
    wrong = ~in_range(indices, sizes, lowest)
    if not wrong.any():
        return
    place = [int(number) for number in np.argwhere(wrong)[0]]
    if isinstance(sizes, int):
        verb = "is not in"
    else:
        place = place[:-1]
        verb = "does not point into"
    where = f"[{','.join(map(str, place))}]" if place else ""
    value = indices[tuple(place)].tolist()
    raise InvalidArgumentError(
        None, None, f"{name}{where} = {value} {verb} {range_rule(sizes, what)}"
    )


def _all_within(indices: Any, lowest: int, size: int) -> bool:
    unsigned = _UNSIGNED.get(indices.dtype)
    if unsigned is not None and not lowest:
        # A negative number is a very large one without its sign: one look at each is enough.
        return bool(np.maximum.reduce(indices.view(unsigned), axis=None) < size)
    return bool(indices.min() >= lowest and indices.max() < size)


_UNSIGNED = {np.dtype(f"i{width}"): np.dtype(f"u{width}") for width in (1, 2, 4, 8)}
