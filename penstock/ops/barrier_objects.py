"""The barriers that a session holds: tuples with keys, whose components come one by one."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core import shapes
from penstock.core.errors import CancelledError, InvalidArgumentError, OutOfRangeError
from penstock.core.held import Line, Shared
from penstock.core.shapes import Shape

__all__ = ["Barrier"]

_FIRST = np.iinfo(np.int64).min


class Barrier(Shared):
    """Holds components until a key has all of them; complete ones come out, the oldest key first.

    Args:
      name: what messages call it.
      component_shapes: the static shape of each component; empty if any will do.
      count: how many components there are.
    """

    def __init__(self, name: str, component_shapes: Sequence[Shape], count: int) -> None:
        super().__init__(name)
        self._shapes = list(component_shapes) or [None] * count
        self._incomplete: dict[bytes, tuple[int, list[Any]]] = {}
        self._ready: list[tuple[int, int, bytes, list[Any]]] = []
        self._indices = itertools.count(_FIRST)
        self._order = itertools.count()
        self._taking: Line = deque()
        self._is_closed = False
        self._is_cancelled = False

    @property
    def ready_size(self) -> int:
        """How many keys have all of their components."""
        return len(self._ready)

    @property
    def incomplete_size(self) -> int:
        """How many keys lack a component."""
        return len(self._incomplete)

    def insert(self, component: int, keys: Sequence[bytes], values: Sequence[Any]) -> None:
        """Put in a component of several keys.

        Raises:
          CancelledError: if the barrier is closed, and a key is new to it.
          InvalidArgumentError: if a key has the component already, or a shape is wrong.
        """
        if len(keys) != len(values):
            raise self._wrong(f"{len(keys)} keys were given with {len(values)} values")
        with self.changed:
            self._check(component, keys, values)
            is_new = any(key not in self._incomplete for key in keys)
            index = next(self._indices) if is_new else _FIRST
            for key, value in zip(keys, values, strict=True):
                first = (index, [None] * len(self._shapes))
                _, parts = self._incomplete.setdefault(key, first)
                parts[component] = np.array(value)
                if all(part is not None for part in parts):
                    number, _ = self._incomplete.pop(key)
                    heapq.heappush(self._ready, (number, next(self._order), key, parts))
            self.changed.notify_all()

    def take(self, count: int, allows_fewer: bool) -> tuple[list[int], list[bytes], list[Any]]:
        """Take keys with all of their components out, waiting for so many.

        Args:
          count: how many.
          allows_fewer: whether fewer will do once the barrier is closed.

        Returns:
          The numbers of the insertions that brought them, the keys, and each one's components.

        Raises:
          OutOfRangeError: if the barrier is closed and there will not be enough.
        """
        with self.changed, self.turn(self._taking) as is_next:
            self.wait_until(
                lambda: is_next() and (len(self._ready) >= count or self._is_final(allows_fewer))
            )
            there = min(count, len(self._ready))
            if (there < count and not (allows_fewer and there)) or (
                not there and self._is_final(allows_fewer)
            ):
                raise OutOfRangeError(
                    None,
                    None,
                    f"The barrier {self.name!r} is closed and has too few elements: {count} "
                    f"wanted, {there} left. This is how the end of the data shows.",
                )
            taken = [heapq.heappop(self._ready) for _ in range(there)]
            self.changed.notify_all()
        return (
            [index for index, _, _, _ in taken],
            [key for _, _, key, _ in taken],
            [parts for _, _, _, parts in taken],
        )

    def _is_final(self, allows_fewer: bool) -> bool:
        """Whether nothing more will come, or nothing more is waited for."""
        return self._is_closed and (allows_fewer or self._is_cancelled or not self._incomplete)

    def shut(self, cancels_pending: bool) -> None:
        """Let no new keys in.

        Args:
          cancels_pending: whether also keys that lack components get no more of them.

        Raises:
          CancelledError: if that was done before.
        """
        with self.changed:
            if self._is_cancelled or (self._is_closed and not cancels_pending):
                raise CancelledError(
                    None, None, f"The barrier {self.name!r} is closed already: close it once."
                )
            self._is_closed = True
            if cancels_pending:
                self._is_cancelled = True
                self._incomplete.clear()
            self.changed.notify_all()

    def _check(self, component: int, keys: Sequence[bytes], values: Sequence[Any]) -> None:
        if self._is_cancelled:
            raise CancelledError(
                None, None, f"The barrier {self.name!r} is closed, so nothing can be put in it."
            )
        for key, value in zip(keys, values, strict=True):
            text = key.decode(errors="backslashreplace")
            if key not in self._incomplete:
                if self._is_closed:
                    raise CancelledError(
                        None, None, f"The barrier {self.name!r} is closed, so no new key can be "
                        f"put in it, such as {text!r}."
                    )  # fmt: skip
            elif self._incomplete[key][1][component] is not None:
                raise self._wrong(f"the component {component} of key {text!r} is there already")
            if not shapes.is_compatible(np.shape(value), self._shapes[component]):
                raise self._wrong(
                    f"component {component} must have shape "
                    f"{shapes.describe(self._shapes[component])}, but that of {text!r} has "
                    f"{shapes.describe(np.shape(value))}"
                )

    def _wrong(self, why: str) -> InvalidArgumentError:
        return InvalidArgumentError(
            None,
            None,
            f"In the barrier {self.name!r}, {why}. Put in one value of each component for a key.",
        )
