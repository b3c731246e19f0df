"""Last axes of size 1 that one of two tensors has and the other has not."""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays import rank, squeeze
from penstock.functions.cond import cond
from penstock.functions.math_logic import equal
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["remove_squeezable_dimensions", "squeezed_weights"]


def remove_squeezable_dimensions(
    labels: Any, predictions: Any, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Build labels and predictions without a last axis of size 1 that only one of them has.

    Args:
      labels: labels.
      predictions: predictions.
      expected_rank_diff: how many axes predictions should have more.
      name: name scope.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
        more = predictions.shape.ndims, labels.shape.ndims
        if None not in more:
            extra = more[0] - more[1] - expected_rank_diff
            if extra == 1 and predictions.shape[-1].is_compatible_with(1):
                predictions = squeeze(predictions, [-1])
            elif extra == -1 and labels.shape[-1].is_compatible_with(1):
                labels = squeeze(labels, [-1])
            return labels, predictions
        extra = rank(predictions) - rank(labels) - expected_rank_diff
        if more[0] is None or predictions.shape[-1].is_compatible_with(1):
            predictions = _squeezed_if(equal(extra, 1), predictions)
        if more[1] is None or labels.shape[-1].is_compatible_with(1):
            labels = _squeezed_if(equal(extra, -1), labels)
        return labels, predictions


def _squeezed_if(holds: Tensor, tensor: Tensor) -> Tensor:
    return cond(holds, lambda: squeeze(tensor, [-1]), lambda: tensor)  # type: ignore[no-any-return]


def squeezed_weights(weights: Any, logits: Tensor) -> Tensor:
    """Build weights of examples without a last axis of size 1.

    Args:
      weights: a scalar, [batch, ...] or [batch, ..., 1].
      logits: scores of classes, [batch, ..., classes].
    """
    weights = convert_to_tensor(weights)
    ranks = weights.shape.ndims, logits.shape.ndims
    if ranks[0] == 0:
        return weights  # type: ignore[no-any-return]
    if None not in ranks:
        return squeeze(weights, [-1]) if ranks[0] == ranks[1] else weights
    same = equal(rank(weights), rank(logits))
    if ranks[0] is None or weights.shape[-1].is_compatible_with(1):
        return _squeezed_if(same, weights)
    return weights  # type: ignore[no-any-return]
