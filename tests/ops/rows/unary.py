"""Rows of the functions of one tensor."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, between, complexes, integers, normal, positive

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_X = normal(2, 5)
_Z = complexes(4)


def _plain(op, x, reference, grad=True, complexes=True, dtypes=_FLOATS):
    rows = [Row(op, [x], reference, dtypes=dtypes, grad=grad)]
    if complexes:
        rows.append(Row(op, [_Z], reference, grad=grad, label="complex"))
    return rows


_SLOPES = {
    "SigmoidGrad": lambda y, dy: dy * y * (1 - y),
    "TanhGrad": lambda y, dy: dy * (1 - y**2),
    "SqrtGrad": lambda y, dy: dy / (2 * np.conj(y)),
    "RsqrtGrad": lambda y, dy: -0.5 * dy * np.conj(y) ** 3,
    "InvGrad": lambda y, dy: -dy * np.conj(y) ** 2,
    "ReciprocalGrad": lambda y, dy: -dy * np.conj(y) ** 2,
}
_ODD = np.array([0.0, 1.0, -2.5, np.nan, np.inf, -np.inf], np.float32)
_HALVES = np.array([-2.5, -1.5, -0.4, 0.5, 1.5, 2.5], np.float32)

ROWS = [
    *_plain("Abs", _X, np.abs, complexes=False, dtypes=(*_FLOATS, "int32")),
    *_plain("Neg", _X, np.negative, dtypes=(*_FLOATS, "int64")),
    *_plain("Sign", _X, np.sign, grad=False),
    Row("Sign", [integers(-2, 3, 5)], np.sign, label="integers"),
    Row("Sign", [_X], np.sign, grad=True, label="gradient"),
    *_plain("Square", _X, np.square, dtypes=(*_FLOATS, "int32")),
    *_plain("Sqrt", positive(2, 3), np.sqrt),
    *_plain("Rsqrt", positive(2, 3), lambda x: 1 / np.sqrt(x)),
    *_plain("Reciprocal", positive(2, 3), lambda x: 1 / x),
    *_plain("Inv", positive(2, 3), lambda x: 1 / x),
    Row("Reciprocal", [np.array([1, -1, 2, -3], np.int32)], lambda x: np.array([1, -1, 0, 0]),
        label="integers"),
    *_plain("Exp", _X, np.exp),
    *_plain("Expm1", _X, np.expm1),
    *_plain("Log", positive(2, 3), np.log),
    *_plain("Log1p", positive(2, 3), np.log1p),
    *_plain("Sin", _X, np.sin),
    *_plain("Cos", _X, np.cos),
    *_plain("Tan", between(-1, 1, 5), np.tan),
    *_plain("Asin", between(-0.9, 0.9, 5), np.arcsin),
    *_plain("Acos", between(-0.9, 0.9, 5), np.arccos),
    *_plain("Atan", _X, np.arctan),
    *_plain("Sinh", _X, np.sinh),
    *_plain("Cosh", _X, np.cosh),
    *_plain("Tanh", _X, np.tanh),
    *_plain("Asinh", _X, np.arcsinh),
    *_plain("Acosh", between(1.1, 3, 5), np.arccosh),
    *_plain("Atanh", between(-0.9, 0.9, 5), np.arctanh),
    *_plain("Sigmoid", _X, lambda x: 1 / (1 + np.exp(-x))),
    *(Row(op, [positive(2, 3), _X[:, :3]], slope, dtypes=_FLOATS, grad=True)
      for op, slope in _SLOPES.items()),
    *(Row(op, [_Z, complexes(4, seed=1)], slope, label="complex")
      for op, slope in _SLOPES.items()),
    Row("Floor", [_HALVES], np.floor, dtypes=_FLOATS),
    Row("Ceil", [_HALVES], np.ceil, dtypes=_FLOATS),
    Row("Rint", [_HALVES], np.rint, dtypes=_FLOATS),
    Row("Round", [_HALVES], np.rint, dtypes=(*_FLOATS, "int32")),
    Row("IsNan", [_ODD], np.isnan, dtypes=_FLOATS),
    Row("IsInf", [_ODD], np.isinf, dtypes=_FLOATS),
    Row("IsFinite", [_ODD], np.isfinite, dtypes=_FLOATS),
]  # fmt: skip
