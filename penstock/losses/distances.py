"""Losses of predictions that are numbers."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays import constant
from penstock.functions.arrays_filling import ones_like
from penstock.functions.math_casts import cast
from penstock.functions.math_elementwise import log
from penstock.functions.math_reductions import reduce_sum
from penstock.graph.build import raw
from penstock.graph.collections import GraphKeys
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.losses.weighting import Reduction, compute_weighted_loss

__all__ = [
    "absolute_difference",
    "cosine_distance",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_squared_error",
    "required",
]

_DEFAULT = Reduction.SUM_BY_NONZERO_WEIGHTS


def required(**values: Any) -> None:
    """Check that what a loss needs was given.

    Raises:
      ValueError: if a value is None.
    """
    for name, value in values.items():
        if value is None:
            raise ValueError(f"{name} must not be None.")


def _floats(labels: Any, predictions: Any) -> tuple[Tensor, Tensor]:
    """Give labels and predictions as float32, of one shape.

    Raises:
      ValueError: if one is None, or their shapes differ.
    """
    predictions = cast(predictions, dtypes.float32)
    labels = cast(labels, dtypes.float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the loss |predictions - labels|.

    Args:
      labels: what is right, of any shape.
      predictions: what was predicted, of the same shape.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", (predictions, labels, weights)) as scope:
        labels, predictions = _floats(labels, predictions)
        losses = raw.Abs(raw.Sub(predictions, labels))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
    dim: int | None = None,
) -> Tensor:
    """Build the loss 1 - labels . predictions, of vectors of length 1.

    Args:
      labels: what is right, of any shape; vectors along `axis`.
      predictions: what was predicted, of the same shape.
      axis: the axis of the vectors; `dim` is its older name.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, the shapes do not fit, or not exactly one of axis and dim is
        given.
    """
    if dim is not None and axis is not None:
        raise ValueError("Cannot specify both 'dim' and 'axis': they are one.")
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify 'axis': that of the vectors.")
    required(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _floats(labels, predictions)
        products = raw.Mul(predictions, labels, name="Mul")
        losses = 1 - reduce_sum(products, axis=(axis,), keepdims=True)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the loss max(0, 1 - sign * logits), where the sign is that of the right answer.

    Args:
      labels: 0 or 1, of any shape.
      logits: scores; positive ones mean 1. Of the same shape.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", (logits, labels, weights)) as scope:
        labels, logits = _floats(labels, logits)
        ones = ones_like(labels)
        signs = raw.Sub(2 * labels, ones, name="Sub")
        losses = raw.Relu(raw.Sub(ones, raw.Mul(signs, logits, name="Mul"), name="Sub"))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build a loss that is quadratic for small errors, and linear for larger ones.

    With e = |predictions - labels| it is e² / 2 up to `delta`, and delta * e - delta² / 2 beyond
    (Huber, "Robust estimation of a location parameter", 1964).

    Args:
      labels: what is right, of any shape.
      predictions: what was predicted, of the same shape.
      delta: where the quadratic part ends.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _floats(labels, predictions)
        error = raw.Abs(raw.Sub(predictions, labels))
        quadratic = raw.Minimum(error, delta)
        linear = raw.Sub(error, quadratic, name="Sub")
        half = constant(0.5, dtypes.float32)
        squares = raw.Mul(half, raw.Mul(quadratic, quadratic, name="Mul"), name="Mul")
        losses = raw.Add(squares, raw.Mul(float(delta), linear, name="Mul"), name="Add")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the loss -labels * log(predictions) - (1 - labels) * log(1 - predictions).

    Args:
      labels: 0 or 1, or between, of any shape.
      predictions: chances, of the same shape.
      epsilon: what is added to the arguments of the logarithms, so that they are not 0.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _floats(labels, predictions)
        of_ones = raw.Neg(raw.Mul(labels, log(predictions + epsilon), name="Mul"), name="Neg")
        losses = of_ones - raw.Mul(1 - labels, log(1 - predictions + epsilon), name="Mul")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the loss (predictions - labels)².

    Args:
      labels: what is right, of any shape.
      predictions: what was predicted, of the same shape.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", (predictions, labels, weights)) as scope:
        labels, predictions = _floats(labels, predictions)
        losses = raw.SquaredDifference(predictions, labels)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
