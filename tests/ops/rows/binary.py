"""Rows of the arithmetic of two tensors."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, integers, normal, positive

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_ALL = (*_FLOATS, "int32", "int64", "complex64")
_X, _Y = normal(2, 3), positive(3)
_I, _J = integers(-9, 10, 4, 3), integers(1, 5, 3) * np.array([1, -1, 1], np.int32)


def _truncated(x, y):
    return np.trunc(x / y).astype(np.result_type(x, y))


def _squared(x, y):
    return np.abs(x - y) ** 2


ROWS = [
    Row("Add", [_X, _Y], np.add, dtypes=_ALL, grad=True),
    Row("Add", [np.array([b"a", b"b"], object), np.array(b"c", object)],
        lambda x, y: np.array([b"ac", b"bc"], object), label="strings"),
    Row("AddV2", [_X, _X + 1], np.add, dtypes=(*_ALL, "uint8"), grad=True, label="one shape"),
    Row("AddV2", [_X, normal(2, 1)], np.add, dtypes=_ALL, grad=True),
    Row("AddV2", [complexes(2, 3), complexes(3)], np.add, grad=True, label="complex"),
    Row("Sub", [_X, _Y], np.subtract, dtypes=_ALL, grad=True),
    Row("Sub", [_X, _X + 1], np.subtract, grad=True, label="one shape"),
    Row("Mul", [_X, _Y], np.multiply, dtypes=_ALL, grad=True),
    Row("Mul", [_X, np.float32(2)], np.multiply, grad=True, label="scalar"),
    Row("Mul", [complexes(2, 3), complexes(2, 3, seed=1)], np.multiply, grad=True,
        label="complex"),
    Row("MulNoNan", [_X, np.array([0, 2, 3], np.float32)], np.multiply, grad=[0],
        dtypes=("float16", "float32", "complex64")),
    Row("MulNoNan", [np.full(3, np.inf, np.float32), np.array([0, 2, 3], np.float32)],
        lambda x, y: np.array([0, np.inf, np.inf]), label="infinite"),
    Row("Div", [_X, _Y], np.divide, dtypes=_FLOATS, grad=True),
    Row("Div", [_I, _J], _truncated, dtypes=("int32", "int64", "int8"), label="integers"),
    Row("RealDiv", [_X, _Y], np.divide, dtypes=_FLOATS, grad=True),
    Row("RealDiv", [complexes(2, 3), complexes(3)], np.divide, grad=True, label="complex"),
    Row("DivNoNan", [_X, _Y], np.divide, dtypes=("float32", "float64"), grad=True),
    Row("DivNoNan", [complexes(3), np.array([0, 1, 2], np.complex64)],
        lambda x, y: np.where(y == 0, 0, x / np.where(y == 0, 1, y)), label="zero"),
    Row("FloorDiv", [_I, _J], np.floor_divide, dtypes=("int32", "int64", "float32")),
    Row("TruncateDiv", [_I, _J], _truncated, dtypes=("int32", "int64", "float32")),
    Row("FloorMod", [_I, _J], np.mod, dtypes=("int32", "int64", "float32")),
    Row("FloorMod", [normal(2, 3), _Y], np.mod, grad=True, label="floats"),
    Row("TruncateMod", [_I, _J], np.fmod, dtypes=("int32", "int64", "float32")),
    Row("Mod", [_I, _J], np.fmod, dtypes=("int32", "int64", "float32")),
    Row("Pow", [positive(2, 3), _X], np.power, dtypes=_FLOATS, grad=True),
    Row("Pow", [_X, np.float32(3)], np.power, grad=[0], label="scalar"),
    Row("Pow", [integers(-3, 4, 5), integers(0, 4, 5)], np.power, label="integers"),
    Row("Pow", [complexes(3), complexes(3, seed=1)], np.power, grad=True, label="complex"),
    Row("Maximum", [_X, normal(3, seed=1)], np.maximum, dtypes=(*_FLOATS, "int32"), grad=True),
    Row("Minimum", [_X, normal(3, seed=1)], np.minimum, dtypes=(*_FLOATS, "int32"), grad=True),
    Row("SquaredDifference", [_X, _Y], _squared, dtypes=(*_FLOATS, "int32"), grad=True),
    Row("SquaredDifference", [complexes(3), complexes(3, seed=1)], _squared, label="complex"),
    Row("Xdivy", [_X, _Y], np.divide, dtypes=("float16", "float32", "float64"), grad=True),
    Row("Xdivy", [np.zeros(3, np.float32), np.array([0, 1, np.inf], np.float32)],
        lambda x, y: np.zeros(3), label="zero"),
    Row("Xlogy", [_X, _Y], lambda x, y: x * np.log(y), grad=True,
        dtypes=("float16", "float32", "float64")),
    Row("Xlogy", [np.zeros(3, np.float32), np.array([0, 1, -1], np.float32)],
        lambda x, y: np.zeros(3), label="zero"),
    Row("Atan2", [_X, normal(2, 3, seed=1)], np.arctan2, dtypes=_FLOATS, grad=True),
    Row("Complex", [_X, _Y], lambda x, y: x + 1j * y, grad=True),
    Row("Complex", [_X.astype(np.float64), _Y.astype(np.float64)], lambda x, y: x + 1j * y,
        attrs={"Tout": "complex128"}, label="double"),
]  # fmt: skip
