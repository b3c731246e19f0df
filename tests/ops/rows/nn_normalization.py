"""Rows of local response normalization and of fused batch normalization."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, between, normal, positive

_X, _DY = normal(2, 3, 4, 5), normal(2, 3, 4, 5, seed=1)
_SCALE, _OFFSET = positive(5), normal(5, seed=2)
_MEAN, _VARIANCE = normal(5, seed=3), positive(5, seed=4)
_NONE = np.zeros(0, np.float32)
_SAVED = np.float32(0)
_EPSILON = 1e-3


def _lrn(radius, bias, alpha, beta):
    def reference(x):
        y = np.zeros(x.shape)
        for channel in range(x.shape[-1]):
            near = x[..., max(channel - radius, 0) : channel + radius + 1]
            y[..., channel] = x[..., channel] / (bias + alpha * (near**2).sum(-1)) ** beta
        return y

    return reference


def _lrn_grad(radius, bias, alpha, beta):
    """Differentiate by differences, one element after the other."""

    def reference(dy, x, y):
        dx = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            step = np.zeros(x.shape)
            step[index] = 1e-5
            forward = _lrn(radius, bias, alpha, beta)
            dx[index] = (dy * (forward(x + step) - forward(x - step))).sum() / 2e-5
        return dx

    return reference


_LRN = (2, 1.5, 0.4, 0.7)
_LRN_ATTRS = dict(zip(("depth_radius", "bias", "alpha", "beta"), _LRN, strict=True))


def _channel(vector, first):
    return vector[:, None, None] if first else vector


def _moments(x, first):
    axes = (0, 2, 3) if first else (0, 1, 2)
    return x.mean(axes), x.var(axes), x.size // x.shape[1 if first else 3]


def _normalized(x, scale, offset, mean, variance, first):
    z = (x - _channel(mean, first)) / np.sqrt(_channel(variance, first) + _EPSILON)
    return z * _channel(scale, first) + _channel(offset, first)


def _training(first=False, third=False):
    def reference(x, scale, offset, *_):
        mean, variance, count = _moments(x, first)
        y = _normalized(x, scale, offset, mean, variance, first)
        found = [y, mean, variance * count / (count - 1), mean, variance]
        return [*found, 0.0] if third else found

    return reference


def _inference(x, scale, offset, mean, variance):
    y = _normalized(x, scale, offset, mean, variance, False)
    return [y, mean, variance, mean, variance]


def _by_differences(forward, x, scale, offset, dy):
    """Give the gradients by x, scale and offset, one element after the other."""
    found = []
    for index, value in enumerate((x, scale, offset)):
        grad = np.zeros(value.shape)
        for place in np.ndindex(*value.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = [x, scale, offset]
                moved[index] = value.copy()
                moved[index][place] += step
                ends.append((dy * forward(*moved)[0]).sum())
            grad[place] = (ends[0] - ends[1]) / 2e-5
        found.append(grad)
    return found


def _training_grad(first=False):
    def reference(dy, x, scale, *_):
        grads = _by_differences(_training(first), x, scale, np.zeros(scale.shape), dy)
        return [*grads, np.zeros(0), np.zeros(0)]

    return reference


def _inference_grad(dy, x, scale, mean, variance, *_):
    def forward(x, scale, offset):
        return _inference(x, scale, offset, mean, variance)

    grads = _by_differences(forward, x, scale, np.zeros(scale.shape), dy)
    return [*grads, np.zeros(scale.shape), np.zeros(scale.shape)]


_FIRST_X, _FIRST_DY = np.moveaxis(_X, -1, 1), np.moveaxis(_DY, -1, 1)
_M, _V, _ = _moments(_X, False)


def _version_rows(version):
    third = version == "V3"
    kinds = ("float16", "bfloat16", "float32") if version else ()
    training = {"epsilon": _EPSILON}
    frozen = {"epsilon": _EPSILON, "is_training": False}
    more = [_SAVED] if third else []
    rtol = {"rtol": 1e-4, "shape_known": not third}
    forward, backward = f"FusedBatchNorm{version}", f"FusedBatchNormGrad{version}"
    inference = (lambda *a: [*_inference(*a), 0.0]) if third else _inference
    first = {"data_format": "NCHW", **training}
    return [
        Row(forward, [_X, _SCALE, _OFFSET, _NONE, _NONE], _training(third=third), training,
            **rtol),
        Row(forward, [_FIRST_X, _SCALE, _OFFSET, _NONE, _NONE], _training(True, third), first,
            label="NCHW", **rtol),
        Row(forward, [_X, _SCALE, _OFFSET, _MEAN, _VARIANCE], inference, frozen, grad=[0, 1, 2],
            label="frozen", **rtol),
        *[
            Row(forward, [_X, _SCALE, _OFFSET, _MEAN, _VARIANCE], inference, frozen,
                dtypes=[kind], label="types", shape_known=not third,
                rtol=1e-4 if kind == "float32" else 2e-2)
            for kind in kinds
        ],
        Row(backward, [_DY, _X, _SCALE, _M, _V, *more], _training_grad(), training, rtol=1e-4),
        Row(backward, [_FIRST_DY, _FIRST_X, _SCALE, _M, _V, *more], _training_grad(True), first,
            label="NCHW", rtol=1e-4),
        Row(backward, [_DY, _X, _SCALE, _MEAN, _VARIANCE, *more], _inference_grad, frozen,
            grad=[0, 1, 2], label="frozen", rtol=1e-4),
    ]  # fmt: skip


_SMALL = _X[:1, :1, :1, :4]

ROWS = [
    Row("LRN", [_X], _lrn(*_LRN), _LRN_ATTRS, dtypes=("float16", "bfloat16", "float32"), grad=True),
    Row("LRN", [normal(1, 2, 1, 3)], _lrn(5, 1, 1, 0.5), label="defaults"),
    Row(
        "LRNGrad",
        [normal(1, 2, 2, 5, seed=1), _X[:1, :2, :2], _lrn(*_LRN)(_X[:1, :2, :2]).astype("float32")],
        _lrn_grad(*_LRN),
        _LRN_ATTRS,
        dtypes=("float16", "bfloat16", "float32"),
        rtol=4e-2,
    ),
    Row(
        "LRNGrad",
        [between(-1, 1, 1, 1, 1, 4), _SMALL, _lrn(*_LRN)(_SMALL).astype("float32")],
        _lrn_grad(*_LRN),
        _LRN_ATTRS,
        label="single",
    ),
    *(row for version in ("", "V2", "V3") for row in _version_rows(version)),
]
