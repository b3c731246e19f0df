"""The queues that a session holds: elements are tuples of arrays, one per component.

Runs in several threads put elements in and take them out. Those who take wait in the order in
which they came, and so do those who put: who wants ten elements gets them before a later one gets
its first.
"""

from __future__ import annotations

import heapq
import itertools
import os
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core import shapes
from penstock.core.errors import CancelledError, InvalidArgumentError, OutOfRangeError
from penstock.core.held import Line, Shared
from penstock.core.shapes import Shape
from penstock.ops.candidate_draws import Stream

__all__ = ["Element", "FifoQueue", "PaddingQueue", "PriorityQueue", "Queue", "ShuffleQueue"]

Element = tuple[np.ndarray, ...]


class Queue(Shared):
    """What all queues have in common; a kind of queue says in which order elements come out.

    Args:
      name: what messages call it.
      capacity: the most elements; negative for no bound.
      component_shapes: the static shape of each component of every element; empty if any will do.

    Attributes:
      is_closed: whether nothing may be put in any more.
    """

    def __init__(self, name: str, capacity: int, component_shapes: Sequence[Shape] = ()) -> None:
        super().__init__(name)
        self.is_closed = False
        self.component_shapes = tuple(component_shapes)
        self._capacity = capacity
        self._putting: Line = deque()
        self._taking: Line = deque()
        self._refuses = False

    def _add(self, element: Element) -> None:
        raise NotImplementedError

    def _remove(self) -> Element:
        raise NotImplementedError

    def _give_back(self, elements: Sequence[Element]) -> None:
        """Put elements back that were removed last, in their order."""
        for element in elements:
            self._add(element)

    def __len__(self) -> int:
        raise NotImplementedError

    @property
    def _least(self) -> int:
        """How many elements stay in it as long as more may come."""
        return 0

    def put(self, elements: Sequence[Element]) -> None:
        """Put elements in, waiting for room for each.

        Raises:
          CancelledError: if the queue is closed, or gets closed and pending ones are cancelled.
          InvalidArgumentError: if a component has another shape than it must have.
        """
        for element in elements:
            self._check(element)
        with self.changed:
            if self.is_closed:
                raise self._refusal()
            with self.turn(self._putting) as is_next:
                for element in elements:
                    self.wait_until(lambda: self._refuses or (is_next() and self._has_room()))
                    if self._refuses:
                        raise self._refusal()
                    self._add(element)
                    self.changed.notify_all()

    def _has_room(self) -> bool:
        return self._capacity < 0 or len(self) < self._capacity

    def _refusal(self) -> CancelledError:
        return CancelledError(
            None, None, f"The queue {self.name!r} is closed, so nothing can be put in it."
        )

    def take(self, count: int, up_to: bool = False) -> list[Element]:
        """Take elements out, waiting for each; if that fails, those taken are put back.

        Args:
          count: how many.
          up_to: whether fewer will do once the queue is closed.

        Raises:
          OutOfRangeError: if the queue is closed and does not hold enough.
        """
        taken: list[Element] = []
        with self.changed, self.turn(self._taking) as is_next:
            try:
                while len(taken) < count:
                    self.wait_until(lambda: is_next() and (self._can_give() or self._is_final()))
                    if not self._can_give():
                        break
                    taken.append(self._remove())
                    self.changed.notify_all()
                if len(taken) < count and not (up_to and taken):
                    raise OutOfRangeError(
                        None,
                        None,
                        f"The queue {self.name!r} is closed and has too few elements: {count} "
                        f"wanted, {len(taken)} left. This is how the end of the data shows.",
                    )
            except BaseException:
                self._give_back(taken)
                raise
        return taken

    def _can_give(self) -> bool:
        return len(self) > (0 if self._is_final() else self._least)

    def _is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.is_closed and not self._putting

    def shut(self, cancel_pending: bool) -> None:
        """Let nothing more in.

        Args:
          cancel_pending: whether those who wait to put something in are refused, too.
        """
        with self.changed:
            self.is_closed = True
            self._refuses = self._refuses or cancel_pending
            self.changed.notify_all()

    def _check(self, element: Element) -> None:
        for index, (value, shape) in enumerate(zip(element, self.component_shapes, strict=False)):
            if not shapes.is_compatible(np.shape(value), shape):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Component {index} of each element of the queue {self.name!r} must have shape "
                    f"{shapes.describe(shape)}, but this one has "
                    f"{shapes.describe(np.shape(value))}.",
                )

    def batch(self, elements: Sequence[Element], dtypes: Sequence[Any]) -> list[np.ndarray]:
        """Put the components of elements together, each along a new first axis.

        Args:
          elements: what was taken.
          dtypes: the NumPy dtype of each component.
        """
        if not elements:
            return [
                np.zeros([0, *[size or 0 for size in shape or ()]], dtype)
                for shape, dtype in zip(self.component_shapes, dtypes, strict=True)
            ]
        return [self._join(parts) for parts in zip(*elements, strict=True)]

    def _join(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        return np.stack(parts)


class FifoQueue(Queue):
    """A queue whose elements come out in the order in which they went in."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._elements: deque[Element] = deque()

    def __len__(self) -> int:
        return len(self._elements)

    def _add(self, element: Element) -> None:
        self._elements.append(element)

    def _remove(self) -> Element:
        return self._elements.popleft()

    def _give_back(self, elements: Sequence[Element]) -> None:
        self._elements.extendleft(reversed(elements))


class PaddingQueue(FifoQueue):
    """A first-in-first-out queue that fills elements of a batch up with zeros to one shape."""

    def _join(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        sizes = np.max([part.shape for part in parts], axis=0, initial=0).astype(int)
        joined = np.full([len(parts), *sizes], b"" if parts[0].dtype == object else 0)
        joined = joined.astype(parts[0].dtype)
        for row, part in zip(joined, parts, strict=True):
            row[tuple(map(slice, part.shape))] = part
        return joined


class PriorityQueue(Queue):
    """A queue that gives the elements whose first component is least first."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._elements: list[tuple[int, int, Element]] = []
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._elements)

    def _add(self, element: Element) -> None:
        heapq.heappush(self._elements, (int(element[0]), next(self._numbers), element))

    def _remove(self) -> Element:
        return heapq.heappop(self._elements)[2]


class ShuffleQueue(Queue):
    """A queue that gives its elements in random order.

    Args:
      *arguments: as for every queue.
      least: how many elements stay in it to mix with new ones, until it is closed.
      key: the two seeds; if both are 0, the order is another each time.
    """

    def __init__(self, *arguments: Any, least: int, key: tuple[int, int]) -> None:
        super().__init__(*arguments)
        self._elements: list[Element] = []
        self._kept = least
        if key == (0, 0):
            first, second = np.frombuffer(os.urandom(16), np.int64).tolist()
            key = (first, second)
        self._stream = Stream(key, 0)

    def __len__(self) -> int:
        return len(self._elements)

    @property
    def _least(self) -> int:
        return self._kept

    def _add(self, element: Element) -> None:
        self._elements.append(element)

    def _remove(self) -> Element:
        # As TensorFlow does it, so that the same seeds give the same order.
        place = self._stream.word() % len(self._elements)
        element = self._elements[place]
        self._elements[place] = self._elements[-1]
        self._elements.pop()
        return element
