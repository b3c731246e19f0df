"""Batches of elements of one or several sources, in random order, by a queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.train.batch_queue import BatchQueue

__all__ = [
    "maybe_shuffle_batch",
    "maybe_shuffle_batch_join",
    "shuffle_batch",
    "shuffle_batch_join",
]


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of elements in random order, which threads put in a queue.

    Args:
      tensors, batch_size, num_threads, enqueue_many, shapes: as for `batch`.
      capacity: the most elements in the queue; more than `min_after_dequeue`.
      min_after_dequeue: how many elements stay in the queue, to mix with new ones.
      seed: a seed for the order.
      allow_smaller_final_batch, shared_name, name: as for `batch`.

    Returns:
      As `batch`.

    Raises:
      ValueError: as `batch`, and if `capacity` is too small.
    """
    return maybe_shuffle_batch(
        tensors,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        num_threads,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of those elements that are to be kept, in random order.

    Args:
      tensors, batch_size, capacity, min_after_dequeue, num_threads, seed: as for `shuffle_batch`.
      keep_input: as for `maybe_batch`.
      enqueue_many, shapes, allow_smaller_final_batch, shared_name, name: as for `batch`.

    Returns:
      As `batch`.
    """
    queue = BatchQueue(
        "shuffle_batch", [tensors], keep_input, enqueue_many, shapes, shared_name, name
    )
    order = (capacity, min_after_dequeue, seed)
    return queue.shuffled(batch_size, num_threads, order, allow_smaller_final_batch)


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of the elements of several sources in random order.

    Args:
      tensors_list: as for `batch_join`.
      batch_size, capacity, min_after_dequeue, seed: as for `shuffle_batch`.
      enqueue_many, shapes, allow_smaller_final_batch, shared_name, name: as for `batch`.

    Returns:
      As `batch_join`.

    Raises:
      ValueError, TypeError: as `batch_join`, and if `capacity` is too small.
    """
    return maybe_shuffle_batch_join(
        tensors_list,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of those elements of several sources that are to be kept, in random order.

    Args:
      tensors_list, batch_size, capacity, min_after_dequeue, seed: as for `shuffle_batch_join`.
      keep_input: as for `maybe_batch`.
      enqueue_many, shapes, allow_smaller_final_batch, shared_name, name: as for `batch`.

    Returns:
      As `batch_join`.
    """
    queue = BatchQueue(
        "shuffle_batch_join", tensors_list, keep_input, enqueue_many, shapes, shared_name, name
    )
    order = (capacity, min_after_dequeue, seed)
    return queue.shuffled(batch_size, 1, order, allow_smaller_final_batch)
