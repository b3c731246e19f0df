"""Rows of pooling, against loops over every step of the window."""

from __future__ import annotations

from itertools import product

import numpy as np

from tests.ops.row import Row, normal

_REALS = ("float16", "bfloat16", "float32", "float64", "int32", "uint8")
_FLOATS = ("float16", "bfloat16", "float32", "float64")


def _views(shape, ksize, strides, padding):
    """List (step, the slices of the input under it, padding cut off)."""
    axes = []
    for size, taps, stride in zip(shape, ksize, strides, strict=True):
        steps = -(-size // stride) if padding == "SAME" else (size - taps) // stride + 1
        missing = max((steps - 1) * stride + taps - size, 0) if padding == "SAME" else 0
        starts = [step * stride - missing // 2 for step in range(steps)]
        axes.append([slice(max(start, 0), min(start + taps, size)) for start in starts])
    for step in product(*(range(len(axis)) for axis in axes)):
        yield step, tuple(axis[number] for axis, number in zip(axes, step, strict=True))


def _output_shape(shape, *window):
    return tuple(np.max([step for step, _ in _views(shape, *window)], axis=0) + 1)


def _first_largest(x, view):
    """Give the index of the first of the largest elements in a view."""
    part = x[view]
    inside = np.unravel_index(np.argmax(part), part.shape)
    return tuple(each.start + at for each, at in zip(view, inside, strict=True))


def _maximum(*window):
    def reference(x, *_):
        y = np.zeros(_output_shape(x.shape, *window))
        for step, view in _views(x.shape, *window):
            y[step] = x[view].max()
        return y

    return reference


def _maximum_grad(*window):
    def reference(x, y, dy, *_):
        dx = np.zeros(x.shape)
        for step, view in _views(x.shape, *window):
            dx[_first_largest(x, view)] += dy[step]
        return dx

    return reference


def _maximum_second(*window):
    def reference(x, y, grad, *_):
        result = np.zeros(_output_shape(x.shape, *window))
        for step, view in _views(x.shape, *window):
            result[step] = grad[_first_largest(x, view)]
        return result

    return reference


def _with_argmax(with_batch, *window):
    def reference(x):
        y = _maximum(*window)(x)
        places = np.zeros(y.shape, np.int64)
        for step, view in _views(x.shape, *window):
            batch, *rest = _first_largest(x, view)
            index = (batch if with_batch else 0, *rest)
            places[step] = np.ravel_multi_index(index, x.shape)
        return [y, places]

    return reference


def _mean(*window):
    def reference(x):
        y = np.zeros(_output_shape(x.shape, *window))
        for step, view in _views(x.shape, *window):
            y[step] = x[view].mean()
        return y

    return reference


def _mean_grad(*window):
    def reference(sizes, dy):
        dx = np.zeros(sizes)
        for step, view in _views(sizes, *window):
            dx[view] += dy[step] / dx[view].size
        return dx

    return reference


def _attrs(ksize, strides, padding, **more):
    return {"ksize": list(ksize), "strides": list(strides), "padding": padding, **more}


def _shuffled(shape):
    """Draw distinct numbers, so that steps of differences change no maximum."""
    count = int(np.prod(shape))
    return np.random.default_rng(5).permutation(count).reshape(shape).astype(np.float32)


def _rows(shape, window, label, dtypes=(), data_format=None, volume=False):
    """Make the rows of a window: maximum and mean, their gradients, and the gradient of one."""
    name = "3D" if volume else ""
    x = _shuffled(shape)
    y = np.asarray(_maximum(*window)(x), np.float32)
    dy = normal(*y.shape)
    attrs = _attrs(*window, **({"data_format": data_format} if data_format else {}))
    real = dtypes and (_FLOATS[:3] if volume else _REALS)
    narrow = dtypes and (_FLOATS[:3] if volume else _FLOATS)
    sizes = np.array(shape, np.int32)
    common = {"label": label, "rtol": None if dtypes else 1e-4}
    return [
        Row(f"MaxPool{name}", [x], _maximum(*window), attrs, dtypes=real, grad=True, **common),
        Row(
            f"MaxPool{name}Grad",
            [x, y, dy],
            _maximum_grad(*window),
            attrs,
            dtypes=() if volume else narrow,
            grad=[2],
            **common,
        ),
        Row(
            f"MaxPool{name}GradGrad",
            [x, y, normal(*shape)],
            _maximum_second(*window),
            attrs,
            dtypes=narrow,
            grad=False if volume else [2],  # MaxPool3DGrad takes no float64
            **common,
        ),
        Row(
            f"AvgPool{name}",
            [normal(*shape)],
            _mean(*window),
            attrs,
            dtypes=dtypes and _FLOATS,
            grad=True,
            **common,
        ),
        Row(
            f"AvgPool{name}Grad",
            [sizes, dy],
            _mean_grad(*window),
            attrs,
            dtypes=dtypes and _FLOATS,
            grad=[1],
            **common,
        ),
    ]


_IMAGE = (2, 5, 6, 3)
_SAME = ((1, 2, 3, 1), (1, 2, 2, 1), "SAME")
_VALID = ((1, 3, 2, 1), (1, 1, 2, 1), "VALID")
_CUBE = ((1, 2, 2, 1, 1), (1, 1, 1, 1, 1), "VALID")
_WHOLE = ((1, 5, 6, 1), (1, 1, 1, 1), "VALID")
_X = _shuffled(_IMAGE)
_TIES = np.random.default_rng(3).integers(0, 3, _IMAGE).astype(np.float32)
_Y = np.asarray(_maximum(*_SAME)(_X), np.float32)
_KSIZE, _STRIDES = np.array(_SAME[0], np.int32), np.array(_SAME[1], np.int32)
_PLACES = _with_argmax(False, *_SAME)(_X)[1]
_BATCH_PLACES = _with_argmax(True, *_SAME)(_X)[1]

ROWS = [
    *_rows((1, 3, 4, 2), _SAME, "dtypes", dtypes=_REALS),
    *_rows(_IMAGE, _SAME, "same"),
    *_rows(_IMAGE, _VALID, "valid"),
    *_rows(_IMAGE, _WHOLE, "whole"),
    *_rows(_IMAGE, ((1, 1, 2, 1), (1, 3, 3, 1), "SAME"), "stride beyond the window"),
    *_rows(_IMAGE, ((1, 7, 7, 1), (1, 7, 7, 1), "SAME"), "window beyond the image"),
    *_rows((2, 3, 5, 6), ((1, 1, 2, 3), (1, 1, 2, 2), "SAME"), "NCHW", data_format="NCHW"),
    *_rows((1, 3, 4, 3, 2), ((1, 2, 2, 2, 1), (1, 2, 1, 2, 1), "SAME"), "same", volume=True),
    *_rows((1, 2, 3, 2, 1), _CUBE, "dtypes", _REALS, volume=True),
    Row("MaxPool", [normal(2, 3, 3, 4)], _maximum((1, 1, 1, 2), (1, 1, 1, 2), "VALID"),
        _attrs((1, 1, 1, 2), (1, 1, 1, 2), "VALID"), label="channels"),
    Row("MaxPoolGrad", [_TIES, _Y, normal(*_Y.shape)], _maximum_grad(*_SAME), _attrs(*_SAME),
        label="ties"),
    Row("MaxPoolGradGrad", [_TIES, _Y, normal(*_IMAGE)], _maximum_second(*_SAME), _attrs(*_SAME),
        label="ties"),
    Row("MaxPoolV2", [_X, _KSIZE, _STRIDES], _maximum(*_SAME), {"padding": "SAME"}, grad=[0]),
    Row("MaxPoolGradV2", [_X, _Y, normal(*_Y.shape), _KSIZE, _STRIDES], _maximum_grad(*_SAME),
        {"padding": "SAME"}, grad=[2]),
    Row("MaxPoolGradGradV2", [_X, _Y, normal(*_IMAGE), _KSIZE, _STRIDES], _maximum_second(*_SAME),
        {"padding": "SAME"}, grad=[2]),
    Row("MaxPoolWithArgmax", [_TIES], _with_argmax(False, *_SAME), _attrs(*_SAME), dtypes=_REALS),
    Row("MaxPoolWithArgmax", [_X], _with_argmax(True, *_SAME),
        _attrs(*_SAME, include_batch_in_index=True, Targmax="int32"), label="batch", grad=True,
        second=False),
    Row("MaxPoolGradWithArgmax", [_X, normal(*_Y.shape), _PLACES],
        lambda x, dy, places: _maximum_grad(*_SAME)(x, None, dy), _attrs(*_SAME)),
    Row("MaxPoolGradWithArgmax", [_X, normal(*_Y.shape), _BATCH_PLACES.astype(np.int32)],
        lambda x, dy, places: _maximum_grad(*_SAME)(x, None, dy),
        _attrs(*_SAME, include_batch_in_index=True), label="batch"),
    Row("MaxPoolGradGradWithArgmax", [_X, normal(*_IMAGE), _PLACES],
        lambda x, g, places: _maximum_second(*_SAME)(x, None, g), _attrs(*_SAME)),
    Row("MaxPoolGradGradWithArgmax", [_X, normal(*_IMAGE), _BATCH_PLACES],
        lambda x, g, places: _maximum_second(*_SAME)(x, None, g),
        _attrs(*_SAME, include_batch_in_index=True), label="batch"),
]  # fmt: skip
