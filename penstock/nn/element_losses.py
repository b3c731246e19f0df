"""Losses that each element has for itself: of yes-or-no labels, of counts, of sizes."""

from __future__ import annotations

import math
from typing import Any

from penstock.core import shapes
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import check_labels_named
from penstock.ops import composed

__all__ = [
    "l2_loss",
    "log_poisson_loss",
    "sigmoid_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """Build the cross-entropy of independent yes-or-no labels, element by element.

    It is max(x, 0) - x * z + log(1 + exp(-abs(x))) for scores x and labels z.

    Args:
      _sentinel: stands here so that the others are given by name.
      labels: probabilities; of the shape and dtype of `logits`.
      logits: scores, before any sigmoid.
      name: a name for what is built.

    Returns:
      The losses, of the shape of `logits`.

    Raises:
      ValueError: if labels or logits are missing, given by position, or of different shapes.
    """
    check_labels_named("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        _check_same_shape(labels, logits)
        zeros = composed.zeros_like(logits, logits.dtype)
        positive = logits >= zeros
        at_least_zero = raw.Select(positive, logits, zeros)
        minus_size = raw.Select(positive, -logits, logits)
        return raw.Add(at_least_zero - logits * labels, raw.Log1p(raw.Exp(minus_size)), name=scope)


def _check_same_shape(labels: Tensor, logits: Tensor) -> None:
    if not shapes.is_compatible(labels.static_shape, logits.static_shape):
        raise ValueError(
            "Labels and logits must have one shape, but labels are "
            f"{shapes.describe(labels.static_shape)} and logits "
            f"{shapes.describe(logits.static_shape)}. Reshape one of them."
        )


def weighted_cross_entropy_with_logits(
    labels: Any = None,
    logits: Any = None,
    pos_weight: Any = None,
    name: str | None = None,
    targets: Any = None,
) -> Tensor:
    """Build the cross-entropy of yes-or-no labels in which yes weighs `pos_weight` times as much.

    Args:
      labels: probabilities; of the shape and dtype of `logits`.
      logits: scores, before any sigmoid.
      pos_weight: more than 1 makes misses cost more, less than 1 false alarms.
      name: a name for what is built.
      targets: the old name of `labels`.

    Returns:
      The losses, of the shape of `logits`.

    Raises:
      ValueError: if the shapes of labels and logits differ.
    """
    if targets is not None:
        labels = targets
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        _check_same_shape(labels, logits)
        weight = 1 + (pos_weight - 1) * labels
        yes = (1 - labels) * logits
        bend = raw.Log1p(raw.Exp(-raw.Abs(logits))) + raw.Relu(-logits)
        return raw.Add(yes, weight * bend, name=scope)


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """Build the log-likelihood loss of counts that are Poisson distributed.

    It is exp(c) - z * c for the logarithm c of the expected count and the count z, and with
    `compute_full_loss` Stirling's approximation of log(z!) besides.

    Args:
      targets: counts.
      log_input: logarithms of expected counts; of the shape and dtype of `targets`.
      compute_full_loss: whether to add log(z!), which does not depend on `log_input`.
      name: a name for what is built.

    Returns:
      The losses, of the shape of `log_input`.

    Raises:
      ValueError: if the shapes differ.
    """
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        log_input = convert_to_tensor(log_input, name="log_input")
        targets = convert_to_tensor(targets, name="targets")
        _check_same_shape(targets, log_input)
        result = raw.Exp(log_input) - log_input * targets
        return result + _log_factorial(targets) if compute_full_loss else result


def _log_factorial(counts: Tensor) -> Tensor:
    """Approximate log(z!) as Stirling does, for z > 1; it is 0 for 0 and 1."""
    half = composed.constant(0.5, counts.dtype)
    two_pi = composed.constant(2 * math.pi, counts.dtype)
    stirling = (counts * raw.Log(counts)) - counts + half * raw.Log(two_pi * counts)
    zeros = composed.zeros_like(counts, counts.dtype)
    ones = composed.ones_like(counts, counts.dtype)
    small = raw.LogicalAnd(counts >= zeros, counts <= ones)
    return raw.Select(small, zeros, stirling)


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Build half the sum of the squares of all elements.

    Args:
      t: a tensor of floats.
      name: the node's name.

    Returns:
      A scalar.
    """
    return raw.L2Loss(t, name=name)
