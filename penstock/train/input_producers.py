"""Queues that give the elements of a tensor, again and again: names of files, numbers, rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import float32, int64, string
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import identity, shape as shape_of, size
from penstock.functions.arrays_indexing import gather
from penstock.functions.checks import Assert
from penstock.functions.files import matching_files
from penstock.functions.graph_scopes import control_dependencies
from penstock.functions.math_casts import cast
from penstock.functions.math_sequences import range as range_of
from penstock.functions.queue_kinds import FIFOQueue
from penstock.functions.random_places import random_shuffle
from penstock.functions.variables import Variable
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.conversion import constant
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.summary.summary_nodes import scalar
from penstock.train.queue_filling import QueueRunner
from penstock.train.queue_threads import add_queue_runner

__all__ = [
    "input_producer",
    "limit_epochs",
    "match_filenames_once",
    "range_input_producer",
    "slice_input_producer",
    "string_input_producer",
]

_NO_STRINGS = "string_input_producer needs at least one string, but the list of them is empty."


def match_filenames_once(pattern: Any, name: str | None = None) -> Any:
    """Make a variable that holds the names of the files that fit a pattern.

    Args:
      pattern: a string such as ``"data/*.csv"``, or a vector of them.
      name: the variable's name.

    Returns:
      A local variable: `tf.local_variables_initializer` looks the files up.
    """
    with name_scope(name, "matching_filenames", [pattern]) as scope:
        return Variable(
            name=scope,
            initial_value=matching_files(pattern),
            trainable=False,
            validate_shape=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Any:
    """Give a tensor so many times, and then `OutOfRangeError`.

    Args:
      tensor: what is given.
      num_epochs: how many times; None for no limit.
      name: a name for it.

    Returns:
      The tensor, counted by a local variable, which `tf.local_variables_initializer` sets to 0.

    Raises:
      ValueError: if `num_epochs` is not positive.
    """
    if num_epochs is None:
        return tensor
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be positive, or None for no limit, not {num_epochs}.")
    with name_scope(name, "limit_epochs", [tensor]) as scope:
        epochs = Variable(
            constant(default_graph(), 0, int64),
            name="epochs",
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )
        with control_dependencies([epochs.count_up_to(num_epochs)]):
            return identity(tensor, name=scope)


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Node | None = None,
) -> FIFOQueue:
    """Make a queue of the rows of a tensor, and the queue runner that fills it.

    Args:
      input_tensor: the rows, [n, ...].
      element_shape: the shape of a row, if the tensor does not tell.
      num_epochs: how often each row comes; None for no limit. Then the local variables must be
        initialized.
      shuffle: whether the rows are shuffled anew each time.
      seed: a seed for that.
      capacity: the most elements in the queue.
      shared_name: queues with the same one are the same.
      summary_name: a name for the summary of how full the queue is; None for no summary.
      name: a name for all of it.
      cancel_op: what the queue runner runs when it is stopped.

    Returns:
      The queue.

    Raises:
      ValueError: if the shape of a row is not fully known.
    """
    with name_scope(name, "input_producer", [input_tensor]):
        rows = convert_to_tensor(input_tensor, name="input_tensor")
        shape = rows.shape[1:].merge_with(TensorShape(element_shape))
        if not shape.is_fully_defined():
            raise ValueError(
                f"The rows of {rows.name!r} go in a queue, so their shape must be fully known, but "
                f"it is {shape}. Give element_shape, or set the tensor's shape."
            )
        if shuffle:
            rows = random_shuffle(rows, seed=seed)
        rows = limit_epochs(rows, num_epochs)
        queue = FIFOQueue(
            capacity=capacity,
            dtypes=[rows.dtype.base_dtype],
            shapes=[shape],
            shared_name=shared_name,
            name=name,  # type: ignore[arg-type]
        )
        filled = queue.enqueue_many([rows])
        add_queue_runner(QueueRunner(queue, [filled], cancel_op=cancel_op))
        if summary_name is not None:
            scalar(summary_name, cast(queue.size(), float32) * (1.0 / capacity))
        return queue


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Node | None = None,
) -> FIFOQueue:
    """Make a queue of strings, such as names of files for a reader, and its queue runner.

    Args:
      string_tensor: a list or vector of strings.
      num_epochs, shuffle, seed, capacity, shared_name, name, cancel_op: as for `input_producer`.

    Returns:
      The queue.

    Raises:
      ValueError: if the list is empty. If it is a tensor that is empty, a run fails with
        `InvalidArgumentError`.
    """
    if isinstance(string_tensor, (list, tuple, np.ndarray)) and not len(string_tensor):
        raise ValueError(f"{_NO_STRINGS} Do the files exist?")
    with name_scope(name, "input_producer", [string_tensor]) as scope:
        strings = convert_to_tensor(string_tensor, dtype=string)
        with control_dependencies([Assert(raw.Greater(size(strings), 0), [_NO_STRINGS])]):
            strings = identity(strings)
        return input_producer(
            strings,
            element_shape=[],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
            name=scope,
            summary_name=f"fraction_of_{capacity}_full",
            cancel_op=cancel_op,
        )


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> FIFOQueue:
    """Make a queue of the numbers from 0 to `limit` - 1, and its queue runner.

    Args:
      limit: an int32 scalar.
      num_epochs, shuffle, seed, capacity, shared_name, name: as for `input_producer`.

    Returns:
      The queue.
    """
    with name_scope(name, "input_producer", [limit]) as scope:
        return input_producer(
            range_of(limit),
            [],
            num_epochs,
            shuffle,
            seed,
            capacity,
            shared_name,
            f"fraction_of_{capacity}_full",
            scope,
        )


def slice_input_producer(
    tensor_list: Sequence[Any],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """Give one row after the other of several tensors at once, by a queue of their numbers.

    Args:
      tensor_list: tensors with as many rows.
      num_epochs, shuffle, seed, capacity, shared_name, name: as for `input_producer`.

    Returns:
      A list of a row of each tensor.

    Raises:
      ValueError: if the list is empty.
    """
    with name_scope(name, "input_producer", tensor_list):
        tensors = [convert_to_tensor(each) for each in tensor_list]
        if not tensors:
            raise ValueError(
                "slice_input_producer needs at least one tensor, but the list is empty."
            )
        count = shape_of(tensors[0])[0]
        queue = range_input_producer(count, num_epochs, shuffle, seed, capacity, shared_name)
        index = queue.dequeue()
        return [gather(each, index) for each in tensors]
