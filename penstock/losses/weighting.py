"""How the losses of single predictions become one: weighted, summed or averaged."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays import rank, size
from penstock.functions.arrays_filling import ones_like, zeros_like
from penstock.functions.math import div_no_nan
from penstock.functions.math_casts import cast
from penstock.functions.math_logic import equal
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.math_sequences import range
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.losses.broadcasting import assert_broadcastable, broadcast_weights
from penstock.losses.collected import add_loss

__all__ = ["Reduction", "compute_weighted_loss", "num_present"]


class Reduction:
    """How weighted losses become one.

    * `NONE`: they stay as they are.
    * `SUM`: their sum.
    * `MEAN`: their sum by the sum of the weights.
    * `SUM_OVER_BATCH_SIZE`: their sum by their number.
    * `SUM_BY_NONZERO_WEIGHTS`, also `SUM_OVER_NONZERO_WEIGHTS`: their sum by the number of weights
      that are not zero.
    """

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """List them all."""
        return (
            cls.NONE,
            cls.SUM,
            cls.MEAN,
            cls.SUM_OVER_BATCH_SIZE,
            cls.SUM_OVER_NONZERO_WEIGHTS,
            cls.SUM_BY_NONZERO_WEIGHTS,
        )

    @classmethod
    def validate(cls, key: str) -> None:
        """Check that there is such a reduction.

        Raises:
          ValueError: if there is not.
        """
        if key not in cls.all():
            raise ValueError(
                f"There is no reduction {key!r}: it must be one of {sorted(set(cls.all()))}."
            )


def num_present(losses: Tensor, weights: Tensor, per_batch: bool = False) -> Tensor:
    """Build the number of losses whose weight is not zero.

    Args:
      losses: the losses.
      weights: their weights, which fit them.
      per_batch: whether they are counted for each entry of the first axis.
    """
    if weights.static_shape == () and not per_batch and _is_constant_zero(weights):
        return zeros_like(weights)
    with name_scope(None, "num_present", [losses, weights]) as scope:
        weights = cast(weights, dtypes.float32)
        present = raw.Select(equal(weights, 0.0), zeros_like(weights), ones_like(weights))
        present = broadcast_weights(present, losses)
        if not per_batch:
            return reduce_sum(present, name=scope)
        axes = range(1, rank(present))
        return reduce_sum(present, axes, keepdims=True, name=scope)


def _is_constant_zero(weights: Tensor) -> bool:
    return weights.op.type == "Const" and not weights.op.attrs["value"]


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Build one loss of many.

    Args:
      losses: the losses of single predictions, of any shape [batch, ...].
      weights: a scalar, or a tensor of as many axes, each of the same size or of 1.
      scope: the name scope.
      loss_collection: the collection it is added to.
      reduction: how they become one, see `Reduction`.

    Returns:
      A scalar of the dtype of `losses`; of their shape for `Reduction.NONE`.

    Raises:
      ValueError: if the weights do not fit, or there is no such reduction.
    """
    Reduction.validate(reduction)
    with name_scope(scope, "weighted_loss", (losses, weights)):
        fits = assert_broadcastable(weights, losses)
        with default_graph().control_dependencies([fits]):
            losses = convert_to_tensor(losses)
            kind = losses.dtype.base_dtype
            losses = cast(losses, dtypes.float32)
            weights = cast(weights, dtypes.float32)
            weighted = raw.Mul(losses, weights, name="Mul")
            loss = _reduced(weighted, losses, weights, reduction)
            loss = cast(loss, kind)
            add_loss(loss, loss_collection)
            return loss  # type: ignore[no-any-return]


def _reduced(weighted: Tensor, losses: Tensor, weights: Tensor, reduction: str) -> Tensor:
    if reduction == Reduction.NONE:
        return weighted
    total = reduce_sum(weighted)
    if reduction == Reduction.SUM:
        return total
    if reduction == Reduction.MEAN:
        count = reduce_sum(ones_like(losses) * weights)
    elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
        with name_scope(None, "num_elements", [losses]) as scope:
            count = cast(size(losses, name=scope), losses.dtype)
    else:
        count = num_present(losses, weights)
    return div_no_nan(reduce_sum(total), count, name="value")
