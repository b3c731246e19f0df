"""Batches of elements of one or several sources, in order: `tf.train.batch` and its kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.train.batch_queue import BatchQueue

__all__ = ["batch", "batch_join", "maybe_batch", "maybe_batch_join"]


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of elements, which threads of a queue runner put in a queue.

        image, label = read_one(files)
        images, labels = tf.train.batch([image, label], batch_size=32)
        with tf.Session() as sess:
            coord = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(sess, coord)
            sess.run([images, labels])

    Args:
      tensors: a list or dict of the components of an element, or of many elements.
      batch_size: how many elements a batch has; an int32 scalar.
      num_threads: how many threads put elements in: with more than one, in no certain order.
      capacity: the most elements in the queue.
      enqueue_many: whether the tensors have many elements each, along their first axis.
      shapes: the shape of each component of one element, if the tensors do not tell.
      dynamic_pad: whether elements of different sizes are padded with zeros to those of the
        largest in the batch.
      allow_smaller_final_batch: whether the last batch may be smaller; else what does not make a
        batch is left out.
      shared_name: batches with the same one share a queue.
      name: a name for all of it.

    Returns:
      A list or dict of tensors, each with one more axis in front; of a list of one its tensor. A
      run fails with `OutOfRangeError` at the end of the data.

    Raises:
      ValueError: if there are no tensors, or a shape is not known.
    """
    return maybe_batch(
        tensors,
        True,
        batch_size,
        num_threads,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of those elements that are to be kept.

    Args:
      tensors: the components; this and the rest as for `batch`.
      keep_input: a bool scalar, or with `enqueue_many` a vector: whether an element is kept.
      batch_size, num_threads, capacity, enqueue_many, shapes, dynamic_pad: see `batch`.
      allow_smaller_final_batch, shared_name, name: see `batch`.

    Returns:
      As `batch`.
    """
    queue = BatchQueue("batch", [tensors], keep_input, enqueue_many, shapes, shared_name, name)
    return queue.in_order(batch_size, num_threads, capacity, dynamic_pad, allow_smaller_final_batch)


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of the elements of several sources, each of which has a thread.

    Args:
      tensors_list: a list of lists or dicts of components: one for each source.
      batch_size, capacity, enqueue_many, shapes, dynamic_pad: as for `batch`.
      allow_smaller_final_batch, shared_name, name: as for `batch`.

    Returns:
      As `batch`, in the form of one of `tensors_list`.

    Raises:
      ValueError: as `batch`, and if there are no sources, or their shapes differ.
      TypeError: if their types differ.
    """
    return maybe_batch_join(
        tensors_list,
        True,
        batch_size,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Give batches of those elements of several sources that are to be kept.

    Args:
      tensors_list: as for `batch_join`, and so is the rest.
      keep_input: as for `maybe_batch`.
      batch_size, capacity, enqueue_many, shapes, dynamic_pad: see `batch`.
      allow_smaller_final_batch, shared_name, name: see `batch`.

    Returns:
      As `batch_join`.
    """
    queue = BatchQueue(
        "batch_join", tensors_list, keep_input, enqueue_many, shapes, shared_name, name
    )
    return queue.in_order(batch_size, 1, capacity, dynamic_pad, allow_smaller_final_batch)
