"""The cross-entropy of sequences that are lists of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.functions.arrays import reshape, shape as shape_of
from penstock.functions.math import add_n
from penstock.functions.math_casts import cast
from penstock.functions.math_reductions import reduce_sum
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.cross_entropy import sparse_softmax_cross_entropy_with_logits

__all__ = ["sequence_loss", "sequence_loss_by_example"]


def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """Build the weighted cross-entropy of each sequence of a batch.

    Args:
      logits: for each step, scores of classes [batch, classes], before any softmax.
      targets: for each step, the right classes, int32 [batch].
      weights: for each step, floats [batch]; 0 for what is beyond a sequence's end.
      average_across_timesteps: whether to divide by the sum of the weights.
      softmax_loss_function: called with `labels` and `logits`, in place of
        `tf.nn.sparse_softmax_cross_entropy_with_logits`.
      name: a name for what is built.

    Returns:
      The losses, floats [batch].

    Raises:
      ValueError: if the lists are not of one length, or empty.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            "There must be a step of each of logits, targets and weights, but there are "
            f"{len(logits)}, {len(targets)} and {len(weights)}."
        )
    with name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for scores, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                labels = reshape(target, [-1])
                loss = sparse_softmax_cross_entropy_with_logits(labels=labels, logits=scores)
            else:
                loss = softmax_loss_function(labels=target, logits=scores)
            losses.append(loss * weight)
        total = add_n(losses)
        if average_across_timesteps:
            total /= add_n(list(weights)) + 1e-12  # a sequence of no weight has loss 0, not NaN
        return total


def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """Build the sum of the sequences' weighted cross-entropies, or their mean.

    Args:
      logits: for each step, scores of classes [batch, classes], before any softmax.
      targets: for each step, the right classes, int32 [batch].
      weights: for each step, floats [batch]; 0 for what is beyond a sequence's end.
      average_across_timesteps: whether to divide each by the sum of its weights.
      average_across_batch: whether to divide by the number of sequences.
      softmax_loss_function: as that of `sequence_loss_by_example`.
      name: a name for what is built.

    Returns:
      A scalar.

    Raises:
      ValueError: if the lists are not of one length, or empty.
    """
    with name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        losses = sequence_loss_by_example(
            logits,
            targets,
            weights,
            average_across_timesteps=average_across_timesteps,
            softmax_loss_function=softmax_loss_function,
        )
        cost = reduce_sum(losses)
        if average_across_batch:
            return cost / cast(shape_of(targets[0])[0], cost.dtype)
        return cost
