"""Rows of comparisons, logic and bits."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, integers

_TYPES = ("float16", "bfloat16", "float32", "int32", "uint8")
_X, _Y = integers(0, 3, 4, 3), integers(0, 3, 3)
_P = np.array([[True, False], [True, True]])
_Q = np.array([True, False])
_STRINGS = [np.array([b"a", b"b"], object), np.array(b"b", object)]
_I, _J = integers(-100, 100, 4, 3), integers(0, 5, 3)
_BITS = ("int8", "int32", "int64", "uint16")
_OFF = {"incompatible_shape_error": False}

ROWS = [
    Row("Less", [_X, _Y], np.less, dtypes=_TYPES),
    Row("LessEqual", [_X, _Y], np.less_equal, dtypes=_TYPES),
    Row("Greater", [_X, _Y], np.greater, dtypes=_TYPES),
    Row("GreaterEqual", [_X, _Y], np.greater_equal, dtypes=_TYPES),
    Row("Equal", [_X, _Y], np.equal, dtypes=(*_TYPES, "bool", "complex64")),
    Row("Equal", _STRINGS, lambda x, y: np.array([False, True]), label="strings"),
    Row("Equal", [_X, _X[:2]], lambda x, y: False, _OFF, label="unlike"),
    Row("NotEqual", [_X, _Y], np.not_equal, dtypes=(*_TYPES, "bool")),
    Row("NotEqual", [complexes(3), complexes(3)], np.not_equal, label="complex"),
    Row("NotEqual", [_X, _X[:2]], lambda x, y: True, _OFF, label="unlike"),
    Row("LogicalAnd", [_P, _Q], np.logical_and),
    Row("LogicalOr", [_P, _Q], np.logical_or),
    Row("LogicalNot", [_P], np.logical_not),
    Row("ApproximateEqual", [_X, _X + np.array([0, 1, 2], np.int32)], attrs={"tolerance": 1.5},
        reference=lambda x, y: np.abs(x - y) < 1.5, dtypes=("float32", "int32")),
    Row("BitwiseAnd", [_I, _J], np.bitwise_and, dtypes=_BITS),
    Row("BitwiseOr", [_I, _J], np.bitwise_or, dtypes=_BITS),
    Row("BitwiseXor", [_I, _J], np.bitwise_xor, dtypes=_BITS),
    Row("LeftShift", [_I, _J], np.left_shift, dtypes=_BITS),
    Row("RightShift", [_I, _J], np.right_shift, dtypes=_BITS),
    Row("RightShift", [_I, np.int32(40)], lambda x, y: x >> 31, label="too far"),
    Row("Invert", [_I], np.invert, dtypes=_BITS),
    Row("PopulationCount", [np.array([0, 1, 7, -1], np.int32)],
        lambda x: np.array([0, 1, 3, 8 * x.dtype.itemsize]), dtypes=_BITS),
]  # fmt: skip
