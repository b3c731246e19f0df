"""The queue between sources of elements and batches of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.dtypes import float32
from penstock.functions.math_casts import cast
from penstock.functions.queue_kinds import FIFOQueue, PaddingFIFOQueue, RandomShuffleQueue
from penstock.functions.queues import QueueBase
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.summary.summary_nodes import scalar
from penstock.train.batched_parts import (
    checked_keep,
    checked_part,
    fill_queue,
    in_original_form,
    listed,
    restore_sparse,
    shapes_of,
    store_sparse,
    types_of,
)

__all__ = ["BatchQueue"]


class BatchQueue:
    """A queue between sources of elements and batches.

    Args:
      function: the function that a user called, and its default name scope.
      sources: a list or dict of components from each source.
      keep: whether an element is kept.
      enqueue_many, shapes, shared_name, name: as for `batch`.
    """

    def __init__(
        self,
        function: str,
        sources: Sequence[Any],
        keep: Any,
        enqueue_many: bool,
        shapes: Any,
        shared_name: str | None,
        name: str | None,
    ) -> None:
        if not sources:
            raise ValueError(
                f"Expected at least one input in {function}(), but tensors_list is empty."
            )
        self._function = function
        self._original = sources[0]
        self._sources = [listed(source) for source in sources]
        if not all(self._sources):
            raise ValueError(f"Expected at least one tensor in {function}(), but there are none.")
        self._keep_input = keep
        self._many = enqueue_many
        self._given_shapes = shapes
        self._shared_name = shared_name
        self._name = name

    def in_order(
        self, batch_size: Any, threads: int, capacity: int, pads: bool, allows_smaller: bool
    ) -> Any:
        """Build the batches of a first-in-first-out queue."""
        with self._scope() as scope:
            self._prepare()
            kind = PaddingFIFOQueue if pads else FIFOQueue
            queue = kind(
                capacity=capacity,
                dtypes=self._types,
                shapes=self._shapes,
                shared_name=self._shared_name,
            )
            self._fill(queue, threads)
            fullness = cast(queue.size(), float32) * (1.0 / capacity)
            scalar(f"fraction_of_{capacity}_full", fullness)
            return self._batches(queue, batch_size, allows_smaller, scope)

    def shuffled(
        self,
        batch_size: Any,
        threads: int,
        order: tuple[int, int, int | None],
        allows_smaller: bool,
    ) -> Any:
        """Build the batches of a queue that shuffles."""
        capacity, least, seed = order
        with self._scope() as scope:
            if capacity <= least:
                raise ValueError(
                    f"capacity must be more than min_after_dequeue, but {self._function}() was "
                    f"given {capacity} and {least}: no element could come out."
                )
            self._prepare()
            queue = RandomShuffleQueue(
                capacity=capacity,
                min_after_dequeue=least,
                seed=seed,
                dtypes=self._types,
                shapes=self._shapes,
                shared_name=self._shared_name,
            )
            self._fill(queue, threads)
            room = capacity - least
            above = raw.Maximum(0, queue.size() - least)
            scalar(f"fraction_over_{least}_of_{room}_full", cast(above, float32) * (1.0 / room))
            return self._batches(queue, batch_size, allows_smaller, scope)

    def _scope(self) -> Any:
        flat = [part for source in self._sources for part in source]
        return name_scope(self._name, self._function, [*flat, self._keep_input])

    def _prepare(self) -> None:
        lists = [[checked_part(part) for part in source] for source in self._sources]
        self._keep = checked_keep(self._keep_input, self._many)
        first, self._sparse = store_sparse(lists[0], self._many, self._keep)
        maps = [part.map_op for part in self._sparse]
        rest = [store_sparse(each, self._many, self._keep, maps)[0] for each in lists[1:]]
        self._lists = [first, *rest]
        self._types = types_of(self._lists)
        self._shapes = shapes_of(self._lists, self._given_shapes, self._many)

    def _fill(self, queue: QueueBase, threads: int) -> None:
        fill_queue(queue, self._lists, threads, self._many, self._keep)

    def _batches(self, queue: QueueBase, batch_size: Any, allows_smaller: bool, scope: str) -> Any:
        take = queue.dequeue_up_to if allows_smaller else queue.dequeue_many
        taken = restore_sparse(take(batch_size, name=scope), self._sparse)
        return in_original_form(self._original, taken)
