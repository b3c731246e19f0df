"""Partitioners: functions from a variable's shape and dtype to the number of parts an axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import as_static

__all__ = [
    "fixed_size_partitioner",
    "min_max_variable_partitioner",
    "variable_axis_size_partitioner",
]

Partitioner = Callable[..., list[int]]


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Partitioner:
    """Make a partitioner that cuts into `num_shards` parts along `axis`.

    There are fewer parts where the axis is shorter.

        partitioner = tf.fixed_size_partitioner(3)
        w = tf.get_variable("w", [7, 2], partitioner=partitioner)   # parts of 3, 2 and 2 rows
    """

    def partitioner(shape: Any, **_: Any) -> list[int]:
        sizes = as_static(shape)
        assert sizes is not None
        parts = [1] * len(sizes)
        parts[axis] = min(num_shards, sizes[axis] or 1)
        return parts

    return partitioner


def variable_axis_size_partitioner(
    max_shard_bytes: int,
    axis: int = 0,
    bytes_per_string_element: int = 16,
    max_shards: int | None = None,
) -> Partitioner:
    """Make a partitioner that keeps parts below `max_shard_bytes`, cutting along `axis`.

    Args:
      max_shard_bytes: the size that a part may have.
      axis: the axis to cut.
      bytes_per_string_element: how much a string is taken to need.
      max_shards: how many parts there may be.

    Raises:
      ValueError: if one of the numbers is not positive.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError(
            "max_shard_bytes and bytes_per_string_element must be positive, but are "
            f"{max_shard_bytes} and {bytes_per_string_element}."
        )
    if max_shards and max_shards < 1:
        raise ValueError(f"max_shards must be positive, but is {max_shards}.")

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        sizes = _known_sizes(shape)
        parts = [1] * len(sizes)
        element = _element_size(as_dtype(dtype), bytes_per_string_element)
        slice_bytes = element * math.prod(sizes) / sizes[axis]
        per_part = max(1, math.floor(max_shard_bytes / slice_bytes))
        count = math.ceil(sizes[axis] / per_part)
        parts[axis] = min(max_shards, count) if max_shards else count
        return parts

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1,
    axis: int = 0,
    min_slice_size: int = 256 << 10,
    bytes_per_string_element: int = 16,
) -> Partitioner:
    """Make a partitioner that cuts into at most `max_partitions` parts, none too small.

    Args:
      max_partitions: how many parts there may be.
      axis: the axis to cut.
      min_slice_size: how many bytes a part must have.
      bytes_per_string_element: how much a string is taken to need.
    """

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        sizes = _known_sizes(shape)
        parts = [1] * len(sizes)
        kind = as_dtype(dtype)
        total = _element_size(kind, bytes_per_string_element) * math.prod(sizes)
        by_size = max(1, math.ceil(total / min_slice_size))
        parts[axis] = max(1, min(sizes[axis], max_partitions, by_size))
        return parts

    return partitioner


def _known_sizes(shape: Any) -> tuple[int, ...]:
    sizes = as_static(shape)
    if sizes is None or None in sizes:
        raise ValueError(f"Only a variable of fully known shape can be cut, not one of {shape}.")
    return sizes  # type: ignore[return-value]


def _element_size(dtype: DType, string_bytes: int) -> int:
    return string_bytes if dtype == dtypes.string else dtype.size
