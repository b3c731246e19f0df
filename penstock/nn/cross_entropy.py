"""Softmax along any axis, and the losses of class scores and of counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.errors import InvalidArgumentError
from penstock.functions.arrays import transpose
from penstock.functions.arrays_joining import concat
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "l2_loss",
    "log_poisson_loss",
    "log_softmax",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]

_HALVES = (dtypes.float16, dtypes.bfloat16)


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """Build exp(logits) divided by its sum along an axis: scores become probabilities.

    Args:
      logits: a tensor of floats of at least one axis.
      axis: the axis of the classes; the last by default.
      name: the node's name.
      dim: the old name of `axis`.

    Returns:
      A tensor of the shape of `logits`.

    Raises:
      InvalidArgumentError: if there is no such axis.
    """
    return _along(raw.Softmax, logits, _axis(axis, dim), name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """Build the logarithm of `softmax`, which keeps its digits where that is close to 0.

    Args:
      logits: a tensor of floats of at least one axis.
      axis: the axis of the classes; the last by default.
      name: the node's name.
      dim: the old name of `axis`.

    Returns:
      A tensor of the shape of `logits`.

    Raises:
      InvalidArgumentError: if there is no such axis.
    """
    return _along(raw.LogSoftmax, logits, _axis(axis, dim), name)


def _axis(axis: Any, dim: Any) -> Any:
    if dim is not None:
        if axis is not None:
            raise ValueError("Give 'axis', and not 'dim' as well, which is its old name.")
        axis = dim
    return -1 if axis is None else axis


def _along(compute: Callable[..., Tensor], logits: Any, axis: Any, name: str | None) -> Tensor:
    """Apply what works along the last axis along another one, by transposing there and back."""
    logits = convert_to_tensor(logits)
    shape = logits.static_shape
    rank = None if shape is None else len(shape)
    is_tensor = hasattr(axis, "value_index")
    if not is_tensor and (axis == -1 or (rank is not None and axis == rank - 1)):
        return compute(logits, name=name)
    known = constant_value(axis) if is_tensor else axis
    if known is not None and rank is not None and not -rank <= known < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"The axis must be one of the {rank} that the logits have, from {-rank} to "
            f"{rank - 1}, but {int(known)} was given.",
        )
    count = composed.rank(logits)
    if is_tensor:
        axis = raw.Select(axis < 0, axis + count, axis)
    elif axis < 0:
        axis = axis + count
    all_axes = composed.rank(logits)
    place = axis % rank
    swapped = compute(_swapped(logits, place, all_axes))
    output = _swapped(swapped, place, all_axes, name)
    output.set_shape(shape)
    return output


def _swapped(x: Tensor, axis: Any, rank: Tensor, name: str | None = None) -> Tensor:
    """Exchange an axis with the last one."""
    last = raw.Sub(rank, 1)
    order = [composed.range_of(axis), [last], composed.range_of(axis + 1, last), [axis]]
    return transpose(x, concat(order, 0), name=name or "transpose")


# Cross-entropies


def softmax_cross_entropy_with_logits_v2(
    labels: Any, logits: Any, axis: int | None = None, name: str | None = None, dim: Any = None
) -> Tensor:
    """Build the cross-entropy between labels and the softmax of scores, one loss per example.

    Gradients flow to both arguments.

    Args:
      labels: probabilities of the classes, which sum to 1 along `axis`; of the shape of `logits`.
      logits: scores of the classes, before any softmax.
      axis: the axis of the classes; the last by default.
      name: a name for what is built.
      dim: the old name of `axis`.

    Returns:
      The losses, of the shape of `logits` without the axis of the classes.
    """
    return _cross_entropy(labels, logits, _axis(axis, dim), name)


def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    dim: int = -1,
    name: str | None = None,
    axis: int | None = None,
) -> Tensor:
    """Build the cross-entropy between labels and the softmax of scores, one loss per example.

    No gradient flows to the labels.

    Args:
      _sentinel: stands here so that the others are given by name.
      labels: probabilities of the classes, which sum to 1 along `dim`; of the shape of `logits`.
      logits: scores of the classes, before any softmax.
      dim: the axis of the classes; the last by default.
      name: a name for what is built.
      axis: the new name of `dim`.

    Returns:
      The losses, of the shape of `logits` without the axis of the classes.

    Raises:
      ValueError: if labels or logits are missing, or given by position.
    """
    _check_named("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = raw.StopGradient(labels, name="labels_stop_gradient")
    return _cross_entropy(labels, logits, dim if axis is None else axis, scope)


def _check_named(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    if sentinel is not None:
        raise ValueError(f"Give the arguments of {function} by name: labels=..., logits=...")
    if labels is None or logits is None:
        raise ValueError(f"{function} needs both labels and logits.")


def _cross_entropy(labels: Any, logits: Any, axis: int, name: str | None) -> Tensor:
    with name_scope(name, "softmax_cross_entropy_with_logits", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        half = logits.dtype in _HALVES
        precise = raw.Cast(logits, DstT=dtypes.float32) if half else logits
        if labels.dtype.base_dtype is not precise.dtype.base_dtype:
            labels = raw.Cast(labels, DstT=precise.dtype.base_dtype)
        rank = composed.rank(precise)
        shape = logits.static_shape
        if axis != -1:
            precise = _moved_to_end(precise, axis, rank)
            labels = _moved_to_end(labels, axis, rank)
        sizes = composed.shape(precise)
        rows, targets = _as_matrix(precise), _as_matrix(labels)
        loss = raw.SoftmaxCrossEntropyWithLogits(rows, targets, name=scope)[0]
        loss = raw.Reshape(loss, raw.Slice(sizes, [0], [raw.Sub(rank, 1)]))
        if shape is not None:
            left = list(shape)
            del left[axis]
            loss.set_shape(left)
        return raw.Cast(loss, DstT=logits.dtype) if half else loss


def _moved_to_end(x: Tensor, axis: int, rank: Tensor) -> Tensor:
    order = [composed.range_of(axis), composed.range_of(axis + 1, rank), [axis]]
    return transpose(x, concat(order, 0))


def _as_matrix(x: Tensor) -> Tensor:
    """Flatten all axes but the last into one."""
    rank = composed.rank(x)
    last = raw.Slice(composed.shape(x), [raw.Sub(rank, 1)], [1])
    matrix = raw.Reshape(x, concat([[-1], last], 0))
    shape = x.static_shape
    if shape is not None:
        rows = shapes.num_elements(shape[:-1])
        if rows is not None:
            matrix.set_shape([rows, shape[-1]])
    return matrix


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """Build the cross-entropy of the softmax of scores where one class is right, by its number.

    Args:
      _sentinel: stands here so that the others are given by name.
      labels: int32 or int64 class numbers, of the shape of `logits` without its last axis.
      logits: scores [..., classes], before any softmax.
      name: a name for what is built.

    Returns:
      The losses, of the shape of `labels`.

    Raises:
      ValueError: if labels or logits are missing or given by position, or do not fit.
      InvalidArgumentError: when the graph runs, if a label is no class.
    """
    _check_named("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "SparseSoftmaxCrossEntropyWithLogits", [labels, logits]):
        labels, logits = convert_to_tensor(labels), convert_to_tensor(logits)
        half = logits.dtype is dtypes.float16
        precise = raw.Cast(logits, DstT=dtypes.float32) if half else logits
        sizes = composed.shape(labels)
        is_settled = _check_sparse(labels, logits)
        if logits.static_shape is not None and len(logits.static_shape) == 2:
            loss = raw.SparseSoftmaxCrossEntropyWithLogits(precise, labels, name=name)[0]
            return raw.Cast(loss, DstT=dtypes.float16) if half else loss
        checks = [] if is_settled else [_assert_rows_fit(labels, logits)]
        with labels.graph.control_dependencies(checks):
            classes = composed.shape(logits)[composed.rank(logits) - 1]
            rows = raw.Reshape(precise, [-1, classes])
            flat = raw.Reshape(labels, [-1])
            loss = raw.SparseSoftmaxCrossEntropyWithLogits(rows, flat, name=name)[0]
            loss = raw.Reshape(loss, sizes)
            loss.set_shape(labels.static_shape)
            return raw.Cast(loss, DstT=dtypes.float16) if half else loss


def _check_sparse(labels: Tensor, logits: Tensor) -> bool:
    """Hold what is known of the shapes against each other; tell whether that settles it."""
    own, scores = labels.static_shape, logits.static_shape
    if scores == ():
        raise ValueError("Logits need an axis for the classes, but are a scalar.")
    if own is None or scores is None:
        return False
    if len(own) != len(scores) - 1:
        raise ValueError(
            f"Labels must have one axis less than logits, the axis of the classes, but labels are "
            f"{shapes.describe(own)} and logits {shapes.describe(scores)}. For labels that are "
            "probabilities use softmax_cross_entropy_with_logits_v2."
        )
    settled = shapes.is_fully_defined(own) and shapes.is_fully_defined(scores[:-1])
    if settled and own != scores[:-1]:
        raise ValueError(
            f"Labels must have the shape of logits without its last axis, but labels are "
            f"{shapes.describe(own)} and logits {shapes.describe(scores)}."
        )
    return settled


def _assert_rows_fit(labels: Tensor, logits: Tensor) -> Any:
    """Build the check that labels have the shape of logits without the last axis."""
    x, y = composed.shape(labels), composed.shape(logits)[:-1]
    with name_scope("assert_equal_1"):
        fits = raw.All(raw.Equal(x, y), composed.constant([0], dtypes.int32))
        texts = [
            "Labels must have the shape of logits without its last axis.",
            f"The shape of labels ({x.name}) = ",
            f"that of logits, without its last axis ({y.name}) = ",
        ]
        with name_scope("Assert"):
            for text in texts:  # of no use, but TensorFlow makes them, and op seeds count nodes
                composed.constant(text, dtypes.string)
            return raw.Assert(fits, [texts[0], texts[1], x, texts[2], y], summarize=3)


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
    _check_named("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
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
