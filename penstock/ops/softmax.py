"""Softmax, its logarithm, and cross-entropies of class scores that are computed with it.

The last axis holds the classes. Every form subtracts the largest score first, so that no
exponential overflows.
"""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import FLOATING
from penstock.core.shapes import Shape
from penstock.graph.constant_value import constant_value
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS", "sparse_cross_entropy"]

_FLOAT = attr("type", allowed=FLOATING)


def _at_least_a_vector(c: ShapeContext) -> Shape:
    shape = c.shape("logits")
    if shape == ():
        raise c.mismatch("logits of at least one axis, the last of which holds the classes")
    return shape


def _parts(xp: Any, scores: Any) -> tuple[Any, Any, Any]:
    """Give the scores less their row's largest, their exponentials, and the sums of those."""
    if scores.shape[-1] > 0:
        scores = scores - xp.max(scores, axis=-1, keepdims=True)
    weights = xp.exp(scores)
    return scores, weights, xp.sum(weights, axis=-1, keepdims=True, dtype=weights.dtype)


def _softmax(xp: Any, logits: Any) -> Any:
    _, weights, total = _parts(xp, logits)
    return weights / total


def _log_softmax(xp: Any, logits: Any) -> Any:
    shifted, _, total = _parts(xp, logits)
    return shifted - xp.log(total)


def _softmax_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    softmax = node.outputs[0]
    mean = ops.Sum(dy * softmax, -1, keep_dims=True)
    return [(dy - mean) * softmax]


def _log_softmax_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    softmax = ops.Exp(node.outputs[0])
    return [dy - ops.Sum(dy, -1, keep_dims=True) * softmax]


SOFTMAX = OpSpec(
    "Softmax",
    inputs=["logits: T"],
    outputs=["softmax: T"],
    attrs={"T": _FLOAT},
    doc="exp(logits), divided by its sum over the last axis.",
    shape=_at_least_a_vector,
    kernel=_softmax,
    grad=_softmax_grad,
)

LOG_SOFTMAX = OpSpec(
    "LogSoftmax",
    inputs=["logits: T"],
    outputs=["logsoftmax: T"],
    attrs={"T": _FLOAT},
    doc="`logits` minus the logarithm of the sum of exp(logits) over the last axis.",
    shape=_at_least_a_vector,
    kernel=_log_softmax,
    grad=_log_softmax_grad,
)


# Cross-entropies give the loss and, since it costs next to nothing, its gradient too.


def _cross_entropy_shape(c: ShapeContext) -> list[Shape]:
    a, b = c.shape("features"), c.shape("labels")
    try:
        both = a or b if a is None or b is None else shapes.broadcast(a, b)
    except ValueError:
        raise c.mismatch("features and labels of one shape, [batch, classes]") from None
    if both is not None and len(both) != 2:
        raise c.mismatch("features and labels of two axes, [batch, classes]")
    if both is None:
        both = (None, None)
    return [both[:1], both]


def _cross_entropy(xp: Any, features: Any, labels: Any) -> tuple[Any, Any]:
    shifted, weights, total = _parts(xp, features)
    terms = labels * (xp.log(total) - shifted)
    # A label of 0 counts for nothing, also where the class is impossible and its log -inf.
    loss = xp.sum(xp.where(labels == 0, 0, terms), axis=-1, dtype=terms.dtype)
    return loss, weights / total - labels


def _expanded_product(ops: Any, weights: Any, rows: Any) -> Any:
    """Multiply each row by its weight."""
    return ops.ExpandDims(weights, -1) * rows


def _is_surely_zero(gradient: Any) -> bool:
    """Tell whether a gradient is made of zeros because nothing flows back along it."""
    if gradient.op.type in ("ZerosLike", "Zeros"):
        return True
    value = constant_value(gradient)
    return value is not None and not value.any()


def _cross_entropy_grad(ops: Any, node: Any, dloss: Any, dbackprop: Any) -> list[Any]:
    softmax_minus_labels = node.outputs[1]
    grad = _expanded_product(ops, dloss, softmax_minus_labels)
    logits = node.inputs[0]
    if not _is_surely_zero(dbackprop):
        softmax = ops.Softmax(logits)
        inner = ops.BatchMatMulV2(
            ops.ExpandDims(dbackprop, 1), ops.ExpandDims(softmax, 2), name="MatMul"
        )
        grad += (dbackprop - ops.Squeeze(inner, squeeze_dims=[1])) * softmax
    return [grad, _expanded_product(ops, dloss, -ops.LogSoftmax(logits))]


SOFTMAX_CROSS_ENTROPY = OpSpec(
    "SoftmaxCrossEntropyWithLogits",
    inputs=["features: T", "labels: T"],
    outputs=["loss: T", "backprop: T"],
    attrs={"T": _FLOAT},
    doc="-sum(labels * log(softmax(features))) for each row, and its gradient by `features`.",
    shape=_cross_entropy_shape,
    kernel=_cross_entropy,
    grad=_cross_entropy_grad,
)


def _sparse_cross_entropy_shape(c: ShapeContext) -> list[Shape]:
    features = rules.with_rank(c, "features", 2)
    labels = rules.with_rank(c, "labels", 1)
    assert features is not None and labels is not None
    try:
        batch = shapes.merge(features[:1], labels)
    except ValueError:
        raise c.mismatch("as many labels as rows of features") from None
    assert batch is not None
    return [batch, (batch[0], features[1])]


def sparse_cross_entropy(xp: Any, features: Any, labels: Any) -> tuple[Any, Any]:
    shifted, weights, total = _parts(xp, features)
    classes = xp.arange(features.shape[-1], dtype=labels.dtype)
    chosen = classes == labels[:, None]
    loss = xp.sum(xp.where(chosen, xp.log(total) - shifted, 0), axis=-1, dtype=features.dtype)
    return loss, weights / total - chosen.astype(features.dtype)


def _sparse_cross_entropy_grad(ops: Any, node: Any, dloss: Any, dbackprop: Any) -> list[Any]:
    message = (
        "The gradient of SparseSoftmaxCrossEntropyWithLogits is computed with its loss and cannot "
        "be differentiated again; use softmax_cross_entropy_with_logits_v2 with tf.one_hot labels."
    )
    backprop = ops.PreventGradient(node.outputs[1], message=message)
    return [_expanded_product(ops, dloss, backprop), None]


SPARSE_SOFTMAX_CROSS_ENTROPY = OpSpec(
    "SparseSoftmaxCrossEntropyWithLogits",
    inputs=["features: T", "labels: Tlabels"],
    outputs=["loss: T", "backprop: T"],
    attrs={
        "T": _FLOAT,
        "Tlabels": attr("type", dtypes.int64, allowed={dtypes.int32, dtypes.int64}),
    },
    doc="-log(softmax(features))[label] for each row, and its gradient by `features`.",
    shape=_sparse_cross_entropy_shape,
    kernel=sparse_cross_entropy,
    grad=_sparse_cross_entropy_grad,
)

SPECS = (SOFTMAX, LOG_SOFTMAX, SOFTMAX_CROSS_ENTROPY, SPARSE_SOFTMAX_CROSS_ENTROPY)
