"""Weights must fit the values they weigh: a scalar, or of the same rank with sizes equal or 1."""

from __future__ import annotations

from typing import Any

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.functions.arrays import rank, shape
from penstock.functions.arrays_filling import ones_like
from penstock.functions.checks import Assert
from penstock.functions.cond import cond
from penstock.functions.grouping import no_op
from penstock.functions.math_logic import equal, logical_or
from penstock.functions.math_reductions import reduce_all
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["assert_broadcastable", "broadcast_weights"]

_RULE = (
    "Weights must be a scalar, or have as many axes as the values, each of the same size or of 1"
)


def assert_broadcastable(weights: Any, values: Any) -> Node:
    """Build a check that weights fit values; what can be told of static shapes is told now.

    Args:
      weights: the weights.
      values: what they weigh.

    Returns:
      An operation that fails with `InvalidArgumentError` if they do not.

    Raises:
      ValueError: if the static shapes do not fit.
    """
    with name_scope(None, "assert_broadcastable", [weights, values]):
        with name_scope(None, "weights", [weights]) as scope:
            weights = convert_to_tensor(weights, name=scope)
            weights_shape = shape(weights, name="shape")
            weights_rank = rank(weights, name="rank")
        with name_scope(None, "values", [values]) as scope:
            values = convert_to_tensor(values, name=scope)
            values_shape = shape(values, name="shape")
            rank(values, name="rank")
        answer = _static_answer(weights.static_shape, values.static_shape)
        if answer is not None:
            return no_op(name=answer)
        is_scalar = equal(0, weights_rank, name="is_scalar")
        fits = cond(is_scalar, lambda: is_scalar, lambda: _fit(weights_shape, values_shape))
        told = [f"{_RULE}. The values' shape is", values_shape, "the weights' is", weights_shape]
        return Assert(fits, told, name="AssertGuard")


def _static_answer(weights: Shape, values: Shape) -> str | None:
    """Name the check that static shapes pass; None if they leave it open.

    Raises:
      ValueError: if they do not fit.
    """
    if weights == ():
        return "static_scalar_check_success"
    if weights is None or values is None:
        return None
    wrong = len(weights) != len(values) or any(
        None not in (one, other) and one not in (1, other)
        for one, other in zip(weights, values, strict=False)
    )
    if wrong:
        raise ValueError(
            f"{_RULE}, but the weights' shape is {shapes.describe(weights)} and the values' "
            f"{shapes.describe(values)}."
        )
    pairs = zip(weights, values, strict=True)
    if all(one == 1 or (one is not None and one == other) for one, other in pairs):
        return "static_dims_check_success"
    return None


def _fit(weights: Tensor, values: Tensor) -> Tensor:
    """Tell whether two shapes, if they are of one rank, fit."""
    same_rank = equal(raw.Size(weights), raw.Size(values))

    def sizes_fit() -> Tensor:
        return reduce_all(logical_or(equal(weights, 1), equal(weights, values)))

    return cond(same_rank, sizes_fit, lambda: same_rank)  # type: ignore[no-any-return]


def broadcast_weights(weights: Any, values: Any) -> Tensor:
    """Build the weights, repeated to the shape of the values.

    Args:
      weights: the weights.
      values: what they weigh.

    Raises:
      ValueError: as `assert_broadcastable`.
    """
    with name_scope(None, "broadcast_weights", [weights, values]) as scope:
        values = convert_to_tensor(values, name="values")
        weights = convert_to_tensor(weights, dtype=values.dtype.base_dtype, name="weights")
        same = weights.static_shape == values.static_shape
        if same and shapes.is_fully_defined(weights.static_shape):
            return weights  # type: ignore[no-any-return]
        with default_graph().control_dependencies([assert_broadcastable(weights, values)]):
            return raw.Mul(weights, ones_like(values), name=scope)  # type: ignore[no-any-return]
