"""Losses of predictions that are scores of classes."""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays import shape, stop_gradient
from penstock.functions.math_casts import cast
from penstock.graph.build import convert_to_tensor
from penstock.graph.collections import GraphKeys
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.losses.distances import required
from penstock.losses.squeezing import remove_squeezable_dimensions, squeezed_weights
from penstock.losses.weighting import Reduction, compute_weighted_loss
from penstock.nn.cross_entropy import (
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
)
from penstock.nn.element_losses import sigmoid_cross_entropy_with_logits

__all__ = ["sigmoid_cross_entropy", "softmax_cross_entropy", "sparse_softmax_cross_entropy"]

_DEFAULT = Reduction.SUM_BY_NONZERO_WEIGHTS


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the cross-entropy of classes of which any number may be right.

    Args:
      multi_class_labels: 0 or 1 for each class, [batch, classes].
      logits: scores of the same shape, before the sigmoid.
      label_smoothing: how far labels are drawn towards 1/2, from 0 to 1.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(multi_class_labels=multi_class_labels, logits=logits)
    inputs = (logits, multi_class_labels, weights)
    with name_scope(scope, "sigmoid_cross_entropy_loss", inputs) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(multi_class_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the cross-entropy of classes of which one is right, given as a row of chances.

    Args:
      onehot_labels: chances of the classes, [batch, classes].
      logits: scores of the same shape, before the softmax.
      label_smoothing: how far labels are drawn towards 1/classes, from 0 to 1.
      weights, scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(onehot_labels=onehot_labels, logits=logits)
    inputs = (logits, onehot_labels, weights)
    with name_scope(scope, "softmax_cross_entropy_loss", inputs) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(onehot_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            other = label_smoothing / cast(shape(labels)[-1], logits.dtype)
            labels = labels * (1.0 - label_smoothing) + other
        labels = stop_gradient(labels, name="labels_stop_gradient")
        losses = softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Build the cross-entropy of classes of which one is right, given by its number.

    Args:
      labels: numbers of classes, [batch] or [batch, 1].
      logits: scores of the classes, [batch, classes], before the softmax.
      weights: a scalar, [batch] or [batch, 1].
      scope, loss_collection, reduction: as in `compute_weighted_loss`.

    Raises:
      ValueError: if one is None, or the shapes do not fit.
    """
    required(labels=labels, logits=logits)
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", (logits, labels, weights)) as scope:
        labels, logits = remove_squeezable_dimensions(labels, logits, expected_rank_diff=1)
        weights = squeezed_weights(weights, logits)
        losses = sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
