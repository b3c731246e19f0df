"""`tf.contrib.training`: which parameter server a variable goes to, and evaluation."""

from __future__ import annotations

import random
from collections.abc import Callable

from penstock.core.dtypes import as_dtype
from penstock.graph.node import Node
from penstock.train.checkpoint_files import checkpoints_iterator
from penstock.train.evaluation import (
    StopAfterNEvalsHook,
    SummaryAtEndHook,
    evaluate_once,
    evaluate_repeatedly,
    get_or_create_eval_step,
    wait_for_new_checkpoint,
)

__all__ = [
    "GreedyLoadBalancingStrategy",
    "RandomStrategy",
    "StopAfterNEvalsHook",
    "SummaryAtEndHook",
    "byte_size_load_fn",
    "checkpoints_iterator",
    "evaluate_once",
    "evaluate_repeatedly",
    "get_or_create_eval_step",
    "wait_for_new_checkpoint",
]


class RandomStrategy:
    """Gives each operation a random task.

    Args:
      num_ps_tasks: how many tasks there are.
      seed: of the choice, so that all workers choose alike.
    """

    def __init__(self, num_ps_tasks: int, seed: int = 0) -> None:
        self._tasks = num_ps_tasks
        self._seed = seed

    def __call__(self, op: Node) -> int:
        chosen = random.Random(f"{self._seed} {op.name}")
        return chosen.randrange(self._tasks)


class GreedyLoadBalancingStrategy:
    """Gives each operation to the task with the least load so far.

    Args:
      num_tasks: how many tasks there are.
      load_fn: from an operation to the load it makes, such as `byte_size_load_fn`.
    """

    def __init__(self, num_tasks: int, load_fn: Callable[[Node], float]) -> None:
        self._load_fn = load_fn
        self._loads = [0.0] * num_tasks

    def __call__(self, op: Node) -> int:
        task = self._loads.index(min(self._loads))
        self._loads[task] += self._load_fn(op)
        return task


def byte_size_load_fn(op: Node) -> float:
    """Give the bytes of what a variable's operation holds.

    Args:
      op: an operation with one output, of known shape.

    Raises:
      ValueError: if its shape is not fully known.
    """
    element = op.node_def.attr["dtype"].type
    shape = op.node_def.attr["shape"].shape
    if shape.unknown_rank or any(dim.size < 0 for dim in shape.dim):
        raise ValueError(
            f"The load of {op.name!r}, made at {op.line}, is its bytes, so its shape must be fully "
            "known. Give the variable a shape, or another load_fn."
        )
    size = as_dtype(element).size
    for dim in shape.dim:
        size *= dim.size
    return float(size)
