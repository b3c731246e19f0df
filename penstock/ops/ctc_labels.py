"""The labels of CTC: sparse rows of class numbers, checked, and put into a dense table.

Classes count from zero; the last one is the blank. A label that is the blank or beyond ends its
row's sequence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.ops.arrays_common import require

__all__ = ["check_labels", "kept_labels", "label_table", "raw_counts"]


def kept_labels(xp: Any, indices: Any, values: Any, classes: int, collapse: bool) -> Any:
    """Tell of each label whether it is part of its row's sequence.

    Args:
      xp: the array library.
      indices: [n, 2], in row order.
      values: [n] class numbers.
      classes: the number of classes, the blank included.
      collapse: whether a label that repeats the one before is left out.
    """
    kept = values < classes - 1
    if not collapse or len(values) < 2:
        return kept
    news = (values[1:] != values[:-1]) | (indices[1:, 0] != indices[:-1, 0])
    return kept & xp.concatenate([xp.ones(1, bool), news])


def raw_counts(xp: Any, indices: Any, batch: int) -> Any:
    """Count each row's labels, before any is left out."""
    bounds = xp.searchsorted(indices[:, 0], xp.arange(batch + 1))
    return bounds[1:] - bounds[:-1]


def label_table(
    xp: Any, indices: Any, values: Any, kept: Any, batch: int, width: int | None
) -> tuple[Any, Any]:
    """Put the labels that are kept into the rows of a table.

    Args:
      xp: the array library.
      indices: [n, 2], in row order.
      values: [n] class numbers.
      kept: bool [n].
      batch: the number of rows.
      width: the number of columns; None for as many as the longest row needs, in NumPy only.

    Returns:
      int32 ``[batch, width]``, filled up with zeros, and the rows' lengths ``[batch]``.
    """
    before = xp.concatenate([xp.zeros(1, np.int32), xp.cumsum(kept, dtype=np.int32)])
    bounds = before[xp.searchsorted(indices[:, 0], xp.arange(batch + 1))]
    lengths = bounds[1:] - bounds[:-1]
    if width is None:
        width = int(lengths.max())
    columns = xp.arange(width, dtype=np.int32)
    if not len(values):
        return xp.zeros((batch, width), np.int32), lengths
    numbers = bounds[:-1, None] + columns + 1
    places = xp.searchsorted(before[1:], numbers.reshape(-1)).reshape(numbers.shape)
    found = values[xp.clip(places, 0, len(values) - 1)]
    return xp.where(columns < lengths[:, None], found, np.int32(0)), lengths


def check_labels(
    indices: Any,
    values: Any,
    times: Any,
    *,
    steps: int,
    classes: int,
    collapse: bool,
    lenient: bool,
) -> None:
    """Check the labels and the numbers of steps of a batch, NumPy arrays.

    Args:
      indices: [n, 2].
      values: [n] class numbers.
      times: [batch] numbers of steps.
      steps: how many there are at most.
      classes: the number of classes, the blank included.
      collapse: whether a label that repeats the one before is left out.
      lenient: whether there may be more labels than steps.

    Raises:
      InvalidArgumentError: if they are no labels for these steps and classes.
    """
    _check_times(times, steps)
    _check_places(indices, len(times))
    bare = np.flatnonzero(raw_counts(np, indices, len(times)) == 0)
    require(
        not bare.size,
        f"Each row of the batch needs a label, but row {bare[:1]} has none: labels length is zero. "
        "Leave the example out.",
    )
    negative = np.flatnonzero(values < 0)
    require(
        not negative.size,
        f"Labels must not be negative, but labels_values{negative[:1]} = {values[negative[:1]]}.",
    )
    is_null = values >= classes - 1
    late = np.flatnonzero(is_null[:-1] & ~is_null[1:] & (indices[:-1, 0] == indices[1:, 0]))
    require(
        not late.size,
        f"Labels are class numbers below {classes - 1}, the blank's; a label that is not may only "
        f"end a row. But labels_values{late[:1]} = {values[late[:1]]} is followed by "
        f"{values[late[:1] + 1]}. Is the number of classes one more than that of labels?",
    )
    if not lenient:
        kept = kept_labels(np, indices, values, classes, collapse)
        _check_room(label_table(np, indices, values, kept, len(times), 0)[1], times)


def _check_times(times: Any, steps: int) -> None:
    require(len(times) > 0, "The batch must not be empty: inputs has no rows.")
    wrong = np.flatnonzero((times < 0) | (times > steps))
    require(
        not wrong.size,
        f"Each sequence_length must be from 0 to {steps}, the number of steps of inputs, but "
        f"sequence_length{wrong[:1]} is {times[wrong[:1]]}. Is time the axis that time_major says?",
    )


def _check_places(indices: Any, batch: int) -> None:
    outside = np.flatnonzero((indices < 0).any(1) | (indices[:, 0] >= batch))
    require(
        not outside.size,
        f"The labels' indices must be [row, place], with rows below {batch}, but "
        f"labels_indices{outside[:1]} is {indices[outside[:1]].tolist()}.",
    )
    rises = (np.diff(indices[:, 0]) > 0) | (
        (np.diff(indices[:, 0]) == 0) & (np.diff(indices[:, 1]) > 0)
    )
    wrong = np.flatnonzero(~rises) + 1
    require(
        not wrong.size,
        f"The labels' indices must rise, row by row, and not repeat, but "
        f"labels_indices{wrong[:1]} = {indices[wrong[:1]].tolist()} comes after "
        f"{indices[wrong[:1] - 1].tolist()}. Use tf.sparse_reorder.",
    )


def _check_room(lengths: Any, times: Any) -> None:
    wrong = np.flatnonzero(lengths > times)
    require(
        not wrong.size,
        f"There must be at least as many steps as labels, but row {wrong[:1]} has "
        f"{lengths[wrong[:1]]} labels and {times[wrong[:1]]} steps. Set "
        "ignore_longer_outputs_than_inputs=True to give such rows no loss.",
    )
