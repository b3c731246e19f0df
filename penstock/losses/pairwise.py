"""The loss of differences between predictions."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays import rank
from penstock.functions.arrays_filling import zeros_like
from penstock.functions.math import div_no_nan, maximum
from penstock.functions.math_casts import cast
from penstock.functions.math_elementwise import square
from penstock.functions.math_logic import greater
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.math_sequences import range
from penstock.graph.build import raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.losses.broadcasting import assert_broadcastable
from penstock.losses.collected import add_loss
from penstock.losses.distances import required
from penstock.losses.weighting import num_present

__all__ = ["mean_pairwise_squared_error"]


def mean_pairwise_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
) -> Tensor:
    """Build the mean, over pairs of elements of an example, of the squared error of differences.

    For predictions p and labels q of an example it is the mean of ((p_i - p_j) - (q_i - q_j))²,
    worked out in linear time from the sums of errors and of their squares.

    Args:
      labels: what is right, [batch, ...].
      predictions: what was predicted, of the same shape.
      weights: a scalar, or a tensor of as many axes, each of the same size or of 1.
      scope: the name scope.
      loss_collection: the collection it is added to.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", (predictions, labels, weights)):
        weights = cast(weights, dtypes.float32)
        labels = cast(labels, dtypes.float32)
        fits = assert_broadcastable(weights, labels)
        with default_graph().control_dependencies([fits]):
            predictions = cast(predictions, dtypes.float32)
            predictions.shape.assert_is_compatible_with(labels.shape)
            errors = raw.Sub(predictions, labels, name="Sub")
            axes = range(1, rank(errors))
            squares = reduce_sum(square(errors), axes, keepdims=True)
            count = num_present(errors, weights, per_batch=True)
            first = 2.0 * div_no_nan(squares, maximum(count - 1, 0), name="value")
            total = square(reduce_sum(errors, axes, keepdims=True))
            pairs = maximum(raw.Mul(count, count - 1, name="Mul"), 0)
            second = 2.0 * div_no_nan(total, pairs, name="value")
            loss = reduce_sum(raw.Mul(first - second, weights, name="Mul"))
            is_any = greater(reduce_sum(count), 0)
            loss = raw.Select(is_any, loss, zeros_like(loss), name="value")
            add_loss(loss, loss_collection)
            return loss  # type: ignore[no-any-return]
