"""Static shapes as Penstock handles them: what is known of a tensor's shape, as a plain value.

A `Shape` is None when even the rank is unknown, else a tuple with None for each unknown size.
"""

from __future__ import annotations

import math
from typing import TypeAlias

__all__ = [
    "Shape",
    "broadcast",
    "concatenate",
    "describe",
    "generalize",
    "is_compatible",
    "is_fully_defined",
    "merge",
    "num_elements",
]

Shape: TypeAlias = tuple[int | None, ...] | None


def describe(shape: Shape) -> str:
    """How messages write a shape: `(?, 3)`, `()` for a scalar, `<unknown>` for unknown rank."""
    if shape is None:
        return "<unknown>"
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def is_compatible(a: Shape, b: Shape) -> bool:
    """Whether one tensor could have both shapes."""
    if a is None or b is None:
        return True
    return len(a) == len(b) and all(
        m is None or n is None or m == n for m, n in zip(a, b, strict=True)
    )


def merge(a: Shape, b: Shape) -> Shape:
    """What is known of a tensor of which both `a` and `b` are known.

    Raises:
        ValueError: if no tensor has both shapes.
    """
    if a is None or a is b or a == b:
        return b
    if b is None:
        return a
    sizes: list[int | None] = []
    if len(a) == len(b):
        for m, n in zip(a, b, strict=True):
            if m is None or m == n:
                sizes.append(n)
            elif n is None:
                sizes.append(m)
            else:
                break
        else:
            return tuple(sizes)
    raise ValueError(f"Shapes {describe(a)} and {describe(b)} are not compatible.")


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of an elementwise result, by NumPy's broadcasting rules.

    An unknown size against one greater than 1 gives the latter; against 1, it stays unknown.

    Raises:
        ValueError: if two sizes differ and neither is 1.
    """
    if a is None or b is None:
        return None
    if a == b:
        return a
    rank = max(len(a), len(b))
    aligned_a, aligned_b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    sizes: list[int | None] = []
    for m, n in zip(aligned_a, aligned_b, strict=True):
        if m == n or n == 1:
            sizes.append(m)
        elif m == 1 or m is None:
            sizes.append(n)
        elif n is None:
            sizes.append(m)
        else:
            raise ValueError(
                f"Shapes {describe(a)} and {describe(b)} do not broadcast: aligned at the right, "
                f"sizes are equal or one of them is 1; here they are {m} and {n}."
            )
    return tuple(sizes)


def concatenate(a: Shape, b: Shape) -> Shape:
    """The dimensions of `a` followed by those of `b`; unknown if either rank is."""
    return None if a is None or b is None else a + b


def generalize(a: Shape, b: Shape) -> Shape:
    """The most that holds for a tensor that has shape `a` or shape `b`."""
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(m if m == n else None for m, n in zip(a, b, strict=True))


def num_elements(shape: Shape) -> int | None:
    """How many elements a tensor of this shape has; None unless every size is known."""
    if shape is None or None in shape:
        return None
    return math.prod(shape)  # type: ignore[arg-type]


def is_fully_defined(shape: Shape) -> bool:
    """Whether the rank and every size are known."""
    return shape is not None and None not in shape
