"""The cross-entropy of sequences, weighted step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.arrays import reshape, shape as shape_of
from penstock.functions.math import div_no_nan
from penstock.functions.math_casts import cast
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.math_statistics import count_nonzero
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.cross_entropy import sparse_softmax_cross_entropy_with_logits

__all__ = ["sequence_loss"]


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """Build the weighted cross-entropy of sequences of classes.

    An average divides by the sum of the weights, a sum by how many weights are not zero. Where
    the divisor is 0, the loss is.

    Args:
      logits: floats [batch, time, classes]: scores of the classes, before any softmax.
      targets: ints [batch, time]: the right classes.
      weights: floats [batch, time]; 0 for steps beyond a sequence's end.
      average_across_timesteps: whether to average along time.
      average_across_batch: whether to average over the batch.
      sum_over_timesteps: whether to sum along time.
      sum_over_batch: whether to sum over the batch.
      softmax_loss_function: called with `labels` [steps] and `logits` [steps, classes], in place
        of `tf.nn.sparse_softmax_cross_entropy_with_logits`.
      name: a name for what is built.

    Returns:
      A scalar if both axes are averaged, or both summed. Else one axis is, the first that is set
      of time averaged, batch averaged, time summed and batch summed, and the other is left:
      [batch] or [time]. [batch, time] if none is set.

    Raises:
      ValueError: if a rank is not as above, or one axis is to be both averaged and summed.
    """
    _check_ranks(logits, targets, weights)
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError(_both("average_across_timesteps", "sum_over_timesteps"))
    if average_across_batch and sum_over_batch:
        raise ValueError(_both("average_across_batch", "sum_over_batch"))
    with name_scope(name, "sequence_loss", [logits, targets, weights]):
        classes = shape_of(logits)[2]
        flat_logits = reshape(logits, [-1, classes])
        flat_targets = reshape(targets, [-1])
        loss_function = softmax_loss_function or sparse_softmax_cross_entropy_with_logits
        losses = loss_function(labels=flat_targets, logits=flat_logits) * reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return div_no_nan(reduce_sum(losses), reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            return div_no_nan(reduce_sum(losses), cast(count_nonzero(weights), losses.dtype))
        losses = reshape(losses, shape_of(logits)[0:2])
        if average_across_timesteps or average_across_batch:
            axis = [1] if average_across_timesteps else [0]
            return div_no_nan(reduce_sum(losses, axis=axis), reduce_sum(weights, axis=axis))
        if sum_over_timesteps or sum_over_batch:
            axis = [1] if sum_over_timesteps else [0]
            total = reduce_sum(losses, axis=axis)
            return div_no_nan(total, cast(count_nonzero(weights, axis=axis), total.dtype))
        return losses


def _check_ranks(logits: Any, targets: Any, weights: Any) -> None:
    for what, tensor, rank in (
        ("logits", logits, 3),
        ("targets", targets, 2),
        ("weights", weights, 2),
    ):
        known = tensor.get_shape().ndims
        if known is not None and known != rank:
            axes = "[batch, time, classes]" if rank == 3 else "[batch, time]"
            raise ValueError(
                f"{what} must be a tensor {axes}, but {tensor.name!r} has shape "
                f"{tensor.get_shape()}. Lists of steps are for "
                "tf.contrib.legacy_seq2seq.sequence_loss."
            )


def _both(average: str, total: str) -> str:
    return f"{average} and {total} exclude each other, but both are set. Leave one at False."
