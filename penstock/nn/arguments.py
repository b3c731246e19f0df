"""Arguments that come in several forms: strides, windows, paddings, old names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "channel_axis",
    "check_labels_named",
    "first_given",
    "full_sequence",
    "split_padding",
    "window_steps",
]


def first_given(new_name: str, new: Any, old_name: str, old: Any) -> Any:
    """Choose between an argument and its other name.

    Raises:
      ValueError: if both are given.
    """
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"Give one of {new_name!r} and {old_name!r}: they mean the same.")
    return old


def channel_axis(data_format: str, rank: int) -> int:
    """Give the axis of the channels: 1 for formats that begin with NC, else the last."""
    return 1 if data_format.startswith("NC") else rank - 1


def full_sequence(value: Any, spatial: int, channels: int, name: str) -> list[Any]:
    """Complete strides, dilations or window sizes to one entry per axis.

    Args:
      value: one number for all spatial axes, one per spatial axis, or one per axis; None is 1.
      spatial: the number of spatial axes.
      channels: the axis of the channels.
      name: what messages call it.

    Raises:
      ValueError: if it has another length.
    """
    if value is None:
        given: list[Any] = [1]
    elif isinstance(value, Sequence) or hasattr(value, "__len__"):
        given = list(value)
    else:
        given = [value]
    if len(given) == spatial + 2:
        return given
    if len(given) == 1:
        given = given * spatial
    elif len(given) != spatial:
        raise ValueError(
            f"{name} must be one number, {spatial} for the spatial axes, or {spatial + 2} for all "
            f"axes, but {value!r} has {len(given)}."
        )
    return [1, 1, *given] if channels == 1 else [1, *given, 1]


def window_steps(
    strides: Any, dilations: Any, spatial: int, data_format: str
) -> dict[str, list[Any] | str]:
    """Give a convolution's attributes of strides, dilations and format.

    Args:
      strides: as `full_sequence` takes them.
      dilations: likewise.
      spatial: the number of spatial axes.
      data_format: the format of the input, such as ``"NHWC"``.

    Raises:
      ValueError: if a list has another length.
    """
    channels = channel_axis(data_format, spatial + 2)
    return {
        "strides": full_sequence(strides, spatial, channels, "strides"),
        "data_format": data_format,
        "dilations": full_sequence(dilations, spatial, channels, "dilations"),
    }


def split_padding(padding: Any) -> tuple[Any, list[int]]:
    """Part a padding argument into the attrs `padding` and `explicit_paddings`.

    Raises:
      ValueError: if it is a list, but not of four pairs; or the name that stands for a list.
    """
    if padding == "EXPLICIT":
        raise ValueError("For an explicit padding, pass the list of sizes instead of a name.")
    if not isinstance(padding, (list, tuple)):
        return padding, []
    pairs = [list(pair) if isinstance(pair, (list, tuple)) else [] for pair in padding]
    if len(pairs) != 4 or any(len(pair) != 2 for pair in pairs):
        raise ValueError(
            "An explicit padding is a list of four pairs, [before, after] for each axis of the "
            f"input, not {padding!r}."
        )
    return "EXPLICIT", [size for pair in pairs for size in pair]


def check_labels_named(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    """Hold that labels and logits were given, and by name: their order is easily mistaken.

    Raises:
      ValueError: if one of them is missing, or something was given by position.
    """
    if sentinel is not None:
        raise ValueError(f"Give the arguments of {function} by name: labels=..., logits=...")
    if labels is None or logits is None:
        raise ValueError(f"{function} needs both labels and logits.")
