"""The cross-entropies of scores of classes of which one is right."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes, shapes
from penstock.functions.arrays import transpose
from penstock.functions.arrays_joining import concat
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import check_labels_named
from penstock.nn.softmaxes import class_axis
from penstock.ops import composed

__all__ = [
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
]

_HALVES = (dtypes.float16, dtypes.bfloat16)


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
    return _cross_entropy(labels, logits, class_axis(axis, dim), name)


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
    check_labels_named("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = raw.StopGradient(labels, name="labels_stop_gradient")
    return _cross_entropy(labels, logits, dim if axis is None else axis, scope)


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
    check_labels_named("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
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
