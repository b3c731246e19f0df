"""The kinds of queues: `tf.FIFOQueue` and its kin."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes as types_of, shapes as static_shapes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Shape, TensorShape, as_static
from penstock.functions.queues import QueueBase
from penstock.functions.random_seed import get_seed
from penstock.graph.build import raw

__all__ = ["FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "RandomShuffleQueue"]


class FIFOQueue(QueueBase):
    """A queue whose elements come out in the order in which they went in.

    Args:
      capacity: the most elements it holds; negative for no bound.
      dtypes: the dtype of each component of an element, or a single one.
      shapes: the shape of each component, fully known; None for any, and then elements can be
        taken one at a time only.
      names: a name for each component: elements are then dicts.
      shared_name: queues with the same one are the same.
      name: a name for the queue.

    Raises:
      ValueError: if the numbers of dtypes, shapes and names differ, or a shape is not fully known.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        kinds = _dtypes(dtypes)
        known = _known_shapes(shapes, kinds)
        handle = raw.FIFOQueueV2(
            component_types=kinds,
            shapes=known or [],
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(kinds, known, _names(names, kinds), handle)


class RandomShuffleQueue(QueueBase):
    """A queue that gives its elements in random order.

    Args:
      capacity: the most elements it holds.
      min_after_dequeue: how many elements stay in it, to mix with new ones, until it is closed.
      dtypes, shapes, names, shared_name, name: as for `FIFOQueue`.
      seed: a seed for the order.

    Raises:
      ValueError: as `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        kinds = _dtypes(dtypes)
        known = _known_shapes(shapes, kinds)
        first, second = get_seed(seed)
        if first is None or second is None:
            first, second = 0, 0
        elif seed is None and shared_name is not None:
            # All graphs that share the queue must ask for the same order.
            digest = hashlib.md5(f"{first}{shared_name}".encode(), usedforsecurity=False)
            second = int(digest.hexdigest()[:8], 16) & 0x7FFFFFFF
        handle = raw.RandomShuffleQueueV2(
            component_types=kinds,
            shapes=known or [],
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            seed=first,
            seed2=second,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(kinds, known, _names(names, kinds), handle)


class PaddingFIFOQueue(QueueBase):
    """A first-in-first-out queue for components whose sizes vary: batches are padded with zeros.

    Args:
      capacity: the most elements it holds.
      dtypes, names, shared_name, name: as for `FIFOQueue`.
      shapes: the shape of each component; None for sizes that vary. Ranks must be known.

    Raises:
      ValueError: as `FIFOQueue`, and if there are no shapes.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        kinds = _dtypes(dtypes)
        if not isinstance(shapes, (list, tuple)) or None in shapes:
            raise ValueError(
                "A PaddingFIFOQueue needs a list with the shape of each component, ranks known and "
                f"None for sizes that vary, but `shapes` is {shapes!r}."
            )
        known = _shapes(shapes, kinds)
        handle = raw.PaddingFIFOQueueV2(
            component_types=kinds,
            shapes=known or [],
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(kinds, known, _names(names, kinds), handle)


class PriorityQueue(QueueBase):
    """A queue that gives the elements of least priority value first.

    Args:
      capacity: the most elements it holds.
      types: the dtype of each component beside the priority, which is an int64 scalar in front.
      shapes: the shape of each of these components, fully known.
      names: a name for each component, the priority's first.
      shared_name, name: as for `FIFOQueue`.

    Raises:
      ValueError: as `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: int,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        kinds = _dtypes(types)
        known = _known_shapes(shapes, kinds) or [None] * len(kinds)
        handle = raw.PriorityQueueV2(
            component_types=kinds,
            shapes=known,
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        all_kinds = [types_of.int64, *kinds]
        super().__init__(all_kinds, [(), *known], _names(names, all_kinds), handle)


def _dtypes(dtypes: Any) -> list[DType]:
    return [as_dtype(one) for one in (dtypes if isinstance(dtypes, (list, tuple)) else [dtypes])]


def _shapes(shapes: Any, dtypes: list[DType]) -> list[Shape] | None:
    """Give a shape for each component; one shape may stand for a list of it."""
    if shapes is None:
        return None
    if isinstance(shapes, TensorShape) or not any(
        isinstance(one, (list, tuple, TensorShape)) for one in shapes
    ):
        shapes = [shapes]
    found = [as_static(one) for one in shapes]
    if len(found) != len(dtypes):
        raise ValueError(
            f"A queue needs a shape for each of its {len(dtypes)} components, but has "
            f"{len(found)}: {[static_shapes.describe(one) for one in found]}."
        )
    return found


def _known_shapes(shapes: Any, dtypes: list[DType]) -> list[Shape] | None:
    found = _shapes(shapes, dtypes)
    if found and not all(map(static_shapes.is_fully_defined, found)):
        raise ValueError(
            "The shapes of this queue's components must be fully known, but are "
            f"{[static_shapes.describe(one) for one in found]}. A tf.PaddingFIFOQueue takes sizes "
            "that vary; without `shapes` a queue takes anything, one element at a time."
        )
    return found


def _names(names: Any, dtypes: list[DType]) -> Sequence[str] | None:
    if not names:
        return None
    listed = list(names) if isinstance(names, (list, tuple)) else [names]
    if len(listed) != len(dtypes):
        raise ValueError(
            f"A queue needs a name for each of its {len(dtypes)} components, or none at all, but "
            f"has {listed}."
        )
    return listed
