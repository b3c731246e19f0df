"""The staging areas that a session holds: elements that wait for the next step.

A staging area is like a queue that is never closed. It may have a capacity, counted in elements,
and a limit of memory, counted in bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError, ResourceExhaustedError
from penstock.core.held import Shared

__all__ = ["StagingBuffer", "StagingMap"]

_Element = tuple[np.ndarray, ...]


def _bytes_of(values: Sequence[Any]) -> int:
    return sum(value.nbytes for value in values)


class _Limited(Shared):
    """What holds elements, so many and so many bytes at most.

    Args:
      name: what messages call it.
      capacity: the most elements; 0 for no bound.
      memory_limit: the most bytes; 0 for no bound.
    """

    def __init__(self, name: str, capacity: int, memory_limit: int) -> None:
        super().__init__(name)
        self._capacity = capacity
        self._memory_limit = memory_limit
        self._bytes = 0

    def __len__(self) -> int:
        raise NotImplementedError

    def _wait_for_room(self, size: int) -> None:
        if self._memory_limit and size > self._memory_limit:
            raise ResourceExhaustedError(
                None,
                None,
                f"An element of the staging area {self.name!r} may have {self._memory_limit} "
                f"bytes, but this one has {size}. Give the area a higher memory_limit.",
            )
        self.wait_until(
            lambda: (
                (not self._capacity or len(self) < self._capacity)
                and (not self._memory_limit or self._bytes + size <= self._memory_limit)
            )
        )


class StagingBuffer(_Limited):
    """A staging area whose elements come out in the order in which they went in."""

    def __init__(self, name: str, capacity: int, memory_limit: int) -> None:
        super().__init__(name, capacity, memory_limit)
        self._elements: deque[_Element] = deque()

    def __len__(self) -> int:
        return len(self._elements)

    def put(self, values: Sequence[Any]) -> None:
        """Put an element in, waiting for room."""
        element = tuple(map(np.array, values))
        size = _bytes_of(element)
        with self.changed:
            self._wait_for_room(size)
            self._elements.append(element)
            self._bytes += size
            self.changed.notify_all()

    def get(self) -> _Element:
        """Take the oldest element out, waiting for one."""
        with self.changed:
            self.wait_until(lambda: bool(self._elements))
            element = self._elements.popleft()
            self._bytes -= _bytes_of(element)
            self.changed.notify_all()
            return element

    def peek(self, index: int) -> _Element:
        """Give an element, and leave it there, waiting until it is."""
        with self.changed:
            self.wait_until(lambda: len(self._elements) > index)
            return self._elements[index]

    def clear(self) -> None:
        """Take all elements out."""
        with self.changed:
            self._elements.clear()
            self._bytes = 0
            self.changed.notify_all()


class StagingMap(_Limited):
    """A staging area whose elements have keys; components may come one by one.

    Args:
      name, capacity, memory_limit: as for all.
      is_ordered: whether the element of the least key is the first, not the oldest.
    """

    def __init__(self, name: str, capacity: int, memory_limit: int, is_ordered: bool) -> None:
        super().__init__(name, capacity, memory_limit)
        self._is_ordered = is_ordered
        self._complete: dict[int, list[Any]] = {}
        self._incomplete: dict[int, list[Any]] = {}

    def __len__(self) -> int:
        return len(self._complete)

    @property
    def incomplete_size(self) -> int:
        """How many elements wait for further components."""
        return len(self._incomplete)

    def put(self, key: int, indices: Sequence[int], values: Sequence[Any], count: int) -> None:
        """Put components of an element in, waiting for room; one that is complete stays as it is.

        Args:
          key: the element's key.
          indices: numbers of the components.
          values: the components.
          count: how many components an element has.

        Raises:
          InvalidArgumentError: if a component is there already, or there is none of that number.
        """
        parts = list(map(np.array, values))
        size = _bytes_of(parts)
        self._check(indices, count)
        with self.changed:
            self._wait_for_room(size)
            waiting = self._incomplete.get(key)
            if waiting is None:
                if key in self._complete and len(indices) == count:
                    return
                waiting = self._incomplete[key] = [None] * count
            for index in indices:
                if waiting[index] is not None:
                    raise self._wrong(f"the component {index} of key {key} is there already")
            for index, part in zip(indices, parts, strict=True):
                waiting[index] = part
            self._bytes += size
            if all(part is not None for part in waiting):
                self._complete.setdefault(key, self._incomplete.pop(key))
            self.changed.notify_all()

    def get(self, key: int, indices: Sequence[int]) -> list[Any]:
        """Take components of an element out, waiting for it.

        Raises:
          InvalidArgumentError: if one was taken out before.
        """
        with self.changed:
            self.wait_until(lambda: key in self._complete)
            return self._take(key, indices)

    def get_any(self, indices: Sequence[int]) -> tuple[Any, list[Any]]:
        """Take components of the first element out, waiting for one; gives its key, too."""
        with self.changed:
            self.wait_until(lambda: bool(self._complete))
            key = min(self._complete) if self._is_ordered else next(iter(self._complete))
            return np.int64(key), self._take(key, indices)

    def peek(self, key: int, indices: Sequence[int]) -> list[Any]:
        """Give components of an element, and leave them there, waiting for it."""
        with self.changed:
            self.wait_until(lambda: key in self._complete)
            return self._components(key, indices)

    def clear(self) -> None:
        """Take all elements out."""
        with self.changed:
            self._complete.clear()
            self._incomplete.clear()
            self._bytes = 0
            self.changed.notify_all()

    def _components(self, key: int, indices: Sequence[int]) -> list[Any]:
        element = self._complete[key]
        self._check(indices, len(element))
        for index in indices:
            if element[index] is None:
                raise self._wrong(f"the component {index} of key {key} was taken out before")
        return [element[index] for index in indices]

    def _take(self, key: int, indices: Sequence[int]) -> list[Any]:
        parts = self._components(key, indices)
        element = self._complete[key]
        for index in indices:
            element[index] = None
        if all(part is None for part in element):
            del self._complete[key]
        self._bytes -= _bytes_of(parts)
        self.changed.notify_all()
        return parts

    def _check(self, indices: Sequence[int], count: int) -> None:
        wrong = [index for index in indices if not 0 <= index < count]
        if wrong:
            raise self._wrong(f"elements have {count} components, and none number {wrong[0]}")

    def _wrong(self, why: str) -> InvalidArgumentError:
        return InvalidArgumentError(
            None,
            None,
            f"In the staging area {self.name!r}, {why}. Put in each component of a key once, and "
            "take it out once.",
        )
