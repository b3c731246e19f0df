"""Arrays as text, as TensorFlow shows them in failed assertions and in what a program prints.

`summarize` gives the first few elements in one line, ``[[0 1 2][3...]...]``; `layout` gives the
edges of every axis over several lines, as NumPy does.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["element_text", "layout", "summarize"]

# By the bytes of a number: in which type it is read back, how many digits serve for most numbers,
# and how many tell any two apart.
_DIGITS: dict[int, tuple[type, int, int]] = {
    2: (np.float32, 6, 9),
    4: (np.float32, 6, 9),
    8: (np.float64, 15, 17),
}


def element_text(element: Any) -> str:
    """Write one element: bytes as text, a bool as 0 or 1, a float with as few digits as serve."""
    if isinstance(element, bytes):
        return element.decode("utf-8", "backslashreplace")
    if isinstance(element, (bool, np.bool_)):
        return str(int(element))
    if isinstance(element, (int, np.integer, str)):
        return str(element)
    if isinstance(element, np.complexfloating):
        return f"({element_text(element.real)},{element_text(element.imag)})"
    kind, few, many = _DIGITS[element.dtype.itemsize]
    number = float(element)
    short = f"{number:.{few}g}"
    is_exact = math.isnan(number) or kind(short) == number
    return short if is_exact else f"{number:.{many}g}"


def summarize(value: Any, limit: int) -> str:
    """Write the first `limit` elements in one line, with ``...`` where elements are left out.

    Args:
      value: an array.
      limit: how many elements to write; all if it is negative.

    Example:
        >>> summarize(np.arange(6).reshape(2, 3), 4)
        '[0 1 2][3...]...'
    """
    array = np.asarray(value)
    count = array.size if limit < 0 else min(limit, array.size)
    text = _rows(array, count)
    return text if count == array.size else text + "..."


def _rows(array: np.ndarray, count: int) -> str:
    if array.ndim <= 1:
        return " ".join(element_text(element) for element in array.ravel()[:count])
    parts = []
    for row in array:
        if count <= 0:
            break
        inner = _rows(row, count)
        parts.append(f"[{inner}]" if row.size <= count or row.ndim > 1 else f"[{inner}...]")
        count -= row.size
    return "".join(parts)


def layout(value: Any, edge: int) -> str:
    """Write the first and last `edge` entries of every axis, a line for each row.

    Args:
      value: an array.
      edge: how many entries to write at either end; all if it is negative.

    Example:
        >>> print(layout(np.arange(12).reshape(2, 6), 2))
        [[0 1 ... 4 5]
         [6 7 ... 10 11]]
    """
    array = np.asarray(value)
    return _quoted(array[()]) if array.ndim == 0 else _entries(array, edge, 1)


def _entries(array: np.ndarray, edge: int, depth: int) -> str:
    left_out = edge >= 0 and len(array) > 2 * edge
    shown = [*array[:edge], *array[len(array) - edge :]] if left_out else list(array)
    inner = array.ndim > 1
    parts = [_entries(row, edge, depth + 1) if inner else _quoted(row) for row in shown]
    separator = "\n" * (array.ndim - 1) + " " * depth if inner else " "
    if left_out:
        parts.insert(edge, "...")
        around = "\n" + " " * depth if inner else " "
        head, tail = separator.join(parts[:edge]), separator.join(parts[edge + 1 :])
        return f"[{around.join(part for part in (head, '...', tail) if part)}]"
    return f"[{separator.join(parts)}]"


def _quoted(element: Any) -> str:
    text = element_text(element)
    return f'"{text}"' if isinstance(element, bytes) else text
