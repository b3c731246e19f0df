"""Rows of reductions, running sums, and the axes of broadcasting."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, integers, normal, positive

_X = normal(2, 3, 4)
_FLOATS = ("float16", "bfloat16", "float32", "float64")
_NUMBERS = (*_FLOATS, "int32", "int64")
_EMPTY = np.zeros([0, 2], np.float32)


def _axis(*axes):
    return np.array(axes, np.int32)


def _over(function, keepdims=False):
    return lambda x, axes: function(x, axis=tuple(np.ravel(axes)), keepdims=keepdims)


def _rows(op, function, x=_X, **facts):
    return [
        Row(op, [x, _axis(1)], _over(function), **facts),
        Row(op, [x, np.int32(-1)], _over(function), label="scalar axis", **facts),
        Row(op, [x, np.array([0, 2])], _over(function, True), {"keep_dims": True}, label="kept",
            **facts),
        Row(op, [x, _axis(0, 1, 2)], _over(function), label="all", **facts),
        Row(op, [x, _axis()], _over(function), label="none", **facts),
    ]  # fmt: skip


def _norm(x, axis, keepdims):
    return np.sqrt(np.sum(np.abs(x) ** 2, axis=axis, keepdims=keepdims))


def _running(function, first):
    def reference(x, axis):
        rolled = np.concatenate([np.full_like(x[:, :1], first), x[:, :-1]], axis=1)
        return function(rolled, axis=1)

    return reference


def _from_end(function):
    return lambda x, axis: np.flip(function(np.flip(x, 1), axis=1), 1)


_SCANS = (("Cumsum", np.cumsum, 0), ("Cumprod", np.cumprod, 1))

ROWS = [
    *_rows("Sum", np.sum, dtypes=_NUMBERS, grad=True),
    Row("Sum", [complexes(2, 3), _axis(0)], _over(np.sum), grad=True, label="complex"),
    Row("Sum", [np.ones(5000, np.float16), _axis(0)], _over(np.sum), label="many halves"),
    *_rows("Prod", np.prod, dtypes=_FLOATS, grad=True, x=positive(2, 3, 2)),
    Row("Prod", [integers(-3, 4, 2, 3), _axis(0)], _over(np.prod), label="integers"),
    *_rows("Mean", np.mean, dtypes=_FLOATS, grad=True),
    Row("Mean", [np.array([3, -4, -4], np.int32), _axis(0)], lambda x, axis: -1, label="integers"),
    Row("Mean", [_EMPTY, _axis(0)], lambda x, axis: [[np.nan] * 2], label="empty"),
    *_rows("Max", np.max, dtypes=_NUMBERS, grad=True),
    Row("Max", [_EMPTY, _axis(0)], lambda x, axis: [[-np.inf] * 2], label="empty"),
    *_rows("Min", np.min, dtypes=_NUMBERS, grad=True),
    Row("Min", [_EMPTY, _axis(0)], lambda x, axis: [[np.inf] * 2], label="empty"),
    *_rows("EuclideanNorm", _norm, dtypes=("float32", "float64")),
    *_rows("Any", np.any, x=_X > 1),
    *_rows("All", np.all, x=_X < 1),
    Row("ArgMax", [_X, np.int32(1)], np.argmax, dtypes=_NUMBERS),
    Row("ArgMax", [_X, np.int64(-1)], np.argmax, {"output_type": "int32"}, label="int32"),
    Row("ArgMin", [_X, np.int32(1)], np.argmin, dtypes=_NUMBERS),
    *(Row(op, [_X, np.int32(-2)], function, dtypes=_NUMBERS, grad=True)
      for op, function, _ in _SCANS),
    *(Row(op, [_X, np.int32(1)], _running(function, first), {"exclusive": True}, grad=True,
          label="exclusive") for op, function, first in _SCANS),
    *(Row(op, [_X, np.int32(1)], _from_end(function), {"reverse": True}, grad=True,
          label="reverse") for op, function, _ in _SCANS),
    *(Row(op, [_X, np.int32(1)], _from_end(_running(function, first)), label="both",
          attrs={"reverse": True, "exclusive": True}, grad=True)
      for op, function, first in _SCANS),
    Row("BroadcastGradientArgs", [_axis(2, 1, 3), _axis(3)], shape_known=False,
        reference=lambda s0, s1: [[1], [0, 1]], dtypes=("int32", "int64")),
    Row("BroadcastGradientArgs", [_axis(1, 1), _axis(1)], lambda s0, s1: [[0, 1], [0, 1]],
        shape_known=False, label="ones"),
    Row("BroadcastGradientArgs", [_axis(1), _axis(1)], lambda s0, s1: [[], []],
        shape_known=False, label="equal"),
]  # fmt: skip
