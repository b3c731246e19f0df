"""The accumulators that a session holds: gradients of several workers, until there are enough.

An accumulator has a step. A gradient says at which step it was begun; one that was begun before the
accumulator's step is stale, and is dropped. Whoever takes the result moves the step on by one.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

import numpy as np

from penstock.core import shapes
from penstock.core.errors import InvalidArgumentError
from penstock.core.held import Line, Shared
from penstock.core.shapes import Shape

__all__ = ["Accumulator", "DenseAccumulator", "SparseAccumulator"]

_log = logging.getLogger("tensorflow")


class Accumulator(Shared):
    """What both kinds of accumulators have in common.

    Args:
      name: what messages call it.
      shape: what is known of the shape of every gradient.
      averages: whether the result is the mean of the gradients, not their sum.

    Attributes:
      count: how many gradients it has.
    """

    def __init__(self, name: str, shape: Shape, averages: bool) -> None:
        super().__init__(name)
        self.count = 0
        self._shape = shape
        self._averages = averages
        self._step = 0
        self._taking: Line = deque()

    def apply(self, local_step: Any, gradient: Any) -> None:
        """Add a gradient, unless it is stale.

        Args:
          local_step: the step at which it was begun.
          gradient: what `_add` takes.

        Raises:
          InvalidArgumentError: if it does not fit.
        """
        with self.changed:
            if local_step < self._step:
                return
            self._add(gradient)
            self.count += 1
            self.changed.notify_all()

    def take(self, required: Any) -> Any:
        """Wait until there are enough gradients; give their mean or sum, and begin anew.

        Args:
          required: how many are enough.

        Raises:
          InvalidArgumentError: if `required` is not positive.
        """
        if required <= 0:
            raise InvalidArgumentError(
                None,
                None,
                f"The number of gradients to wait for must be positive, but num_required is "
                f"{required}. Give the number of workers whose gradients make a step.",
            )
        with self.changed, self.turn(self._taking) as is_next:
            self.wait_until(lambda: is_next() and self.count >= required)
            result = self._result()
            self.count = 0
            self._step += 1
            return result

    def set_step(self, step: Any) -> None:
        """Set the step; gradients that were begun before it are stale from now on."""
        with self.changed:
            if step < self._step:
                _log.warning(
                    "The step of the accumulator %r was %d and is set back to %d.",
                    self.name,
                    self._step,
                    step,
                )
            self._step = int(step)

    def _add(self, gradient: Any) -> None:
        raise NotImplementedError

    def _result(self) -> Any:
        raise NotImplementedError

    def _wrong(self, must: str) -> InvalidArgumentError:
        return InvalidArgumentError(
            None,
            None,
            f"Shape mismatch: each gradient for the accumulator {self.name!r} must have {must}. "
            "Give it gradients of one variable only.",
        )


class DenseAccumulator(Accumulator):
    """An accumulator of arrays of one shape: that of the first, if it does not know it before."""

    _total: Any = None

    def _add(self, gradient: Any) -> None:
        wanted = self._total.shape if self.count else self._shape
        if not shapes.is_compatible(gradient.shape, wanted):
            raise self._wrong(
                f"shape {shapes.describe(wanted)}, but this one has "
                f"{shapes.describe(gradient.shape)}"
            )
        self._total = self._total + gradient if self.count else np.array(gradient)

    def _result(self) -> Any:
        total, self._total = self._total, None
        return (total / self.count).astype(total.dtype) if self._averages else total


class SparseAccumulator(Accumulator):
    """An accumulator of rows with their numbers; the mean of a row is that of those who had it."""

    def __init__(self, name: str, shape: Shape, averages: bool) -> None:
        super().__init__(name, shape, averages)
        self._indices = np.zeros(0, np.int64)
        self._rows: Any = None
        self._times = np.zeros(0, np.int64)

    def _add(self, gradient: Any) -> None:
        indices, rows, shape = gradient
        self._check(indices, rows, shape)
        if not self.count:
            self._indices, self._rows = np.array(indices), np.array(rows)
            self._times = np.ones(len(indices), np.int64)
            return
        places = _merge(self._indices, indices)
        old, new = places
        size = len(old)
        merged = np.zeros([size, *rows.shape[1:]], rows.dtype)
        times = np.zeros(size, np.int64)
        numbers = np.zeros(size, np.int64)
        for place, (values, counts, keys) in (
            (old, (self._rows, self._times, self._indices)),
            (new, (rows, np.ones(len(indices), np.int64), indices)),
        ):
            has = place >= 0
            merged[has] += values[place[has]]
            times[has] += counts[place[has]]
            numbers[has] = keys[place[has]]
        self._indices, self._rows, self._times = numbers, merged, times

    def _result(self) -> Any:
        rows = self._rows
        if self._averages:
            times = self._times.reshape([-1] + [1] * (rows.ndim - 1))
            rows = (rows / times).astype(rows.dtype)
        first = self._shape[0] if self._shape else None
        shape = np.array([-1 if first is None else first, *rows.shape[1:]], np.int64)
        self._rows = None
        return self._indices, rows, shape

    def _check(self, indices: Any, rows: Any, shape: Any) -> None:
        """Check a gradient's parts.

        Args:
          indices: the numbers of the rows.
          rows: the rows.
          shape: that of the dense gradient; None if it is not known.
        """
        if indices.ndim != 1:
            raise self._wrong(f"a vector of indices, but this one's have shape {indices.shape}")
        if not rows.ndim:
            raise self._wrong("values of rank 1 or more, but this one's are a scalar")
        if len(rows) != len(indices):
            raise self._wrong(
                f"as many rows as indices, but this one has {len(rows)} and {len(indices)}"
            )
        known = self._shape or ()
        for what, sizes in (("a shape", shape), ("values", (None, *rows.shape[1:]))):
            if sizes is None:
                continue
            if len(known) > len(sizes) or any(
                None not in (is_, must) and is_ != must
                for is_, must in zip(sizes, known, strict=False)
            ):
                raise self._wrong(
                    f"{what} that fits {shapes.describe(self._shape)}, but this one's is "
                    f"{shapes.describe(sizes)}"
                )
        if known and known[0] is not None and np.any(indices >= known[0]):
            raise self._wrong(
                f"indices below {known[0]}, but this one has {int(indices.max())} among them"
            )
        if self.count and rows.shape[1:] != self._rows.shape[1:]:
            raise self._wrong(
                f"rows of shape {self._rows.shape[1:]}, as the one before, but this one's have "
                f"{rows.shape[1:]}"
            )


def _merge(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Merge two lists of numbers into one, which has those that both have once.

    As in TensorFlow, both are walked side by side: if one is not sorted, numbers may come twice.

    Returns:
      For each number of the merged list, its place in `old` and in `new`; -1 if it is not there.
    """
    if np.all(old[1:] > old[:-1]) and np.all(new[1:] > new[:-1]):
        merged = np.union1d(old, new)
        return _places(merged, old), _places(merged, new)
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        takes_old, takes_new = old[i] <= new[j], new[j] <= old[i]
        pairs.append((i if takes_old else -1, j if takes_new else -1))
        i, j = i + int(takes_old), j + int(takes_new)
    pairs.extend((k, -1) for k in range(i, len(old)))
    pairs.extend((-1, k) for k in range(j, len(new)))
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _places(merged: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Give where in `part` each number of `merged` is; -1 if it is not there."""
    places = np.full(len(merged), -1)
    places[np.searchsorted(merged, part)] = np.arange(len(part))
    return places
