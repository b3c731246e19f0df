"""Small functions that layers share: names of layouts, tuples, and choices settled early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.cond import cond
from penstock.graph.constant_value import constant_value

__all__ = [
    "constant_value_of",
    "convert_data_format",
    "normalize_data_format",
    "normalize_padding",
    "normalize_tuple",
    "output_length",
    "smart_cond",
    "transposed_length",
]


def normalize_data_format(value: str) -> str:
    """Check a layout's name: ``"channels_last"`` or ``"channels_first"``."""
    lowered = value.lower()
    if lowered not in ("channels_first", "channels_last"):
        raise ValueError(f"data_format must be 'channels_first' or 'channels_last', not {value!r}.")
    return lowered


def convert_data_format(data_format: str, ndim: int) -> str:
    """Give the layout's name as ops know it, such as NHWC, for inputs of `ndim` axes.

    Raises:
      ValueError: if there is none.
    """
    letters = {3: "W", 4: "HW", 5: "DHW"}.get(ndim)
    if letters is None:
        raise ValueError(f"Inputs must have 3, 4 or 5 axes, not {ndim}.")
    first = normalize_data_format(data_format) == "channels_first"
    return f"NC{letters}" if first else f"N{letters}C"


def normalize_padding(value: str) -> str:
    """Check a padding: ``"valid"`` or ``"same"``, in any case."""
    lowered = value.lower()
    if lowered not in ("valid", "same"):
        raise ValueError(f"The padding must be 'valid' or 'same', not {value!r}.")
    return lowered


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """Turn one number, or `n` of them, into a tuple of `n` ints; `name` is for messages."""
    values = (value,) * n if isinstance(value, int) else None
    if values is None:
        try:
            values = tuple(int(each) for each in value)
        except (TypeError, ValueError):
            values = ()
    if len(values) != n:
        raise ValueError(f"{name} must be an int or {n} of them, not {value!r}.")
    return values


def output_length(
    length: int | None, taps: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """Count the steps of a window along an axis of `length`."""
    if length is None:
        return None
    reach = taps + (taps - 1) * (dilation - 1)
    covered = length if padding == "same" else length - reach + 1
    return -(-covered // stride)


def transposed_length(length: Any, taps: int, padding: str, stride: int) -> Any:
    """Give the length of a transposed convolution's output; `length` may be a tensor."""
    if length is None:
        return None
    longer = length * stride
    if padding == "valid" and taps > stride:
        longer = longer + (taps - stride)
    return longer


def constant_value_of(pred: Any) -> bool | None:
    """Give what is known of a condition while the graph is built; None if nothing is."""
    if hasattr(pred, "value_index"):
        value = constant_value(pred)
        return None if value is None else bool(value)
    if hasattr(type(pred), "_convert_to_tensor"):
        return None
    return bool(pred)


def smart_cond(
    pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None
) -> Any:
    """Call one of two functions if it is known which; else build a `tf.cond`."""
    known = constant_value_of(pred)
    if known is None:
        return cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()
