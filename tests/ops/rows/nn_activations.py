"""Rows of activations, softmax, cross-entropies and biases."""

from __future__ import annotations

import numpy as np
from scipy import special

from tests.ops.row import Row, integers, normal

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_REALS = (*_FLOATS, "int32", "uint8")
_X, _DY = normal(3, 4), normal(3, 4, seed=1)
# Elu and its kind bend at 0: kept away from it, where differences cannot tell the slope.
_APART = np.where(np.abs(_X) < 0.2, _X + 0.5, _X).astype(np.float32)
_WIDE = (_APART * 4).astype(np.float32)
_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772


def _selu(x):
    return _SCALE * np.where(x < 0, _ALPHA * np.expm1(x), x)


def _selu_grad(dy, y):
    return dy * np.where(y < 0, y + _SCALE * _ALPHA, _SCALE)


def _cross_entropy(features, labels):
    log_softmax = features - special.logsumexp(features, axis=1, keepdims=True)
    labels = np.broadcast_to(labels, features.shape)
    return [-(labels * log_softmax).sum(1), special.softmax(features, 1) - labels]


def _sparse(features, labels):
    return _cross_entropy(features, np.eye(features.shape[1])[labels])


def _bias_second(dy):
    return dy.sum((0, 2, 3))


_LABELS = special.softmax(normal(3, 4, seed=2), axis=1).astype(np.float32)
_IMAGE = normal(2, 3, 4, 5)

ROWS = [
    Row("Relu", [_APART], lambda x: np.maximum(x, 0), dtypes=_REALS, grad=True),
    Row("ReluGrad", [_DY, _APART], lambda g, x: g * (x > 0), dtypes=_REALS, grad=[0]),
    Row("Relu6", [_WIDE], lambda x: np.clip(x, 0, 6), dtypes=_REALS, grad=True),
    Row(
        "Relu6Grad",
        [_DY, _WIDE],
        lambda g, x: g * ((x > 0) & (x < 6)),
        dtypes=_REALS,
        grad=[0],
    ),
    Row("LeakyRelu", [_APART], lambda x: np.where(x > 0, x, 0.2 * x), dtypes=_FLOATS, grad=True),
    Row(
        "LeakyRelu",
        [_APART],
        lambda x: np.where(x > 0, x, 0.01 * x),
        {"alpha": 0.01},
        grad=True,
        label="alpha",
    ),
    Row(
        "LeakyReluGrad",
        [_DY, _APART],
        lambda g, x: g * np.where(x > 0, 1, 0.3),
        {"alpha": 0.3},
        dtypes=_FLOATS,
        grad=[0],
    ),
    Row("Elu", [_APART], lambda x: np.where(x < 0, np.expm1(x), x), dtypes=_FLOATS, grad=True),
    Row(
        "EluGrad",
        [_DY, _APART],
        lambda g, y: g * np.where(y < 0, y + 1, 1),
        dtypes=_FLOATS,
        grad=True,
    ),
    Row("Selu", [_APART], _selu, dtypes=_FLOATS, grad=True),
    Row("SeluGrad", [_DY, _APART], _selu_grad, dtypes=_FLOATS, grad=True),
    Row("Softplus", [_X * 3], lambda x: np.logaddexp(x, 0), dtypes=_FLOATS, grad=True),
    Row(
        "Softplus",
        [np.array([-800.0, -40, 0, 40, 800], np.float32)],
        lambda x: np.logaddexp(x, 0),
        label="far",
    ),
    Row("SoftplusGrad", [_DY, _X], lambda g, x: g * special.expit(x), dtypes=_FLOATS, grad=True),
    Row("Softsign", [_APART], lambda x: x / (1 + abs(x)), dtypes=_FLOATS, grad=True, second=False),
    Row("SoftsignGrad", [_DY, _X], lambda g, x: g / (1 + abs(x)) ** 2, dtypes=_FLOATS),
    Row("Softmax", [_X], lambda x: special.softmax(x, -1), dtypes=_FLOATS, grad=True),
    Row("Softmax", [_IMAGE * 300], lambda x: special.softmax(x, -1), grad=True, label="far"),
    Row("LogSoftmax", [_X], lambda x: special.log_softmax(x, -1), dtypes=_FLOATS, grad=True),
    Row("LogSoftmax", [_IMAGE], lambda x: special.log_softmax(x, -1), grad=True, label="many"),
    Row(
        "SoftmaxCrossEntropyWithLogits",
        [_X, _LABELS],
        _cross_entropy,
        dtypes=_FLOATS,
        grad=[0],
    ),
    Row(
        "SoftmaxCrossEntropyWithLogits",
        [_X * 300, _LABELS[:1]],
        _cross_entropy,
        label="one label, far",
    ),
    Row(
        "SparseSoftmaxCrossEntropyWithLogits",
        [_X, integers(0, 4, 3)],
        _sparse,
        dtypes=_FLOATS,
    ),
    Row(
        "SparseSoftmaxCrossEntropyWithLogits",
        [_X * 300, integers(0, 4, 3, dtype=np.int64)],
        _sparse,
        label="int64, far",
    ),
    Row("L2Loss", [_IMAGE], lambda t: (t * t).sum() / 2, dtypes=_FLOATS, grad=True),
    Row(
        "BiasAdd",
        [_IMAGE, normal(5, seed=1)],
        lambda x, b: x + b,
        dtypes=(*_REALS, "complex64"),
        grad=True,
    ),
    Row(
        "BiasAdd",
        [_IMAGE, normal(3, seed=1)],
        lambda x, b: x + b[:, None, None],
        {"data_format": "NCHW"},
        grad=True,
        label="NCHW",
    ),
    Row("BiasAdd", [_X, normal(4, seed=1)], lambda x, b: x + b, grad=True, label="matrix"),
    Row("BiasAddV1", [_IMAGE, normal(5, seed=1)], lambda x, b: x + b, grad=True),
    Row(
        "BiasAddGrad",
        [_IMAGE],
        lambda dy: dy.sum((0, 1, 2)),
        dtypes=("float16", "float32", "float64", "int32"),
        grad=True,
        rtol=1e-2,
    ),
    Row("BiasAddGrad", [_IMAGE], _bias_second, {"data_format": "NCHW"}, grad=True, label="NCHW"),
]
