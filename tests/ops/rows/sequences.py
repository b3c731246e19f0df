"""Rows of evenly spaced numbers and counts."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row

_I = np.int32
_VALUES = np.array([[-1, 0, 1], [2, 5, 7]], np.float32)


def _range(start, limit, delta):
    return np.arange(start, limit, delta)


def _counts(values, span, bins):
    return np.array([2, 1, 1, 0, 2])


_NONE = np.zeros([0], np.int32)

ROWS = [
    Row("Range", [_I(2), _I(11), _I(3)], _range, dtypes=("int32", "int64", "float32", "bfloat16")),
    Row("Range", [_I(5), _I(0), _I(-2)], _range, dtypes=("int32", "float64"), label="down"),
    Row("Range", [_I(5), _I(5), _I(1)], _range, label="empty"),
    Row("Range", [np.float32(0), np.float32(1), np.float32(0.1)], label="roundings",
        reference=lambda *_: np.cumsum(np.float32([0] + [0.1] * 9), dtype=np.float32)),
    Row("LinSpace", [np.float32(0), np.float32(1), _I(4)], np.linspace,
        dtypes=("float32", "float64", "bfloat16")),
    Row("LinSpace", [np.float32(3), np.float32(1), _I(1)], np.linspace, label="one"),
    Row("Bincount", [np.array([1, 1, 5], _I), _I(6), _NONE],
        lambda arr, size, weights: np.bincount(arr, minlength=6)),
    Row("Bincount", [np.array([1, 1, 5], _I), _I(3), _NONE], lambda *_: [[0, 2, 0]],
        label="beyond"),
    Row("Bincount", [np.array([1, 1, 5], _I), _I(6), np.float32([0.5, 2, 3])],
        lambda arr, size, weights: np.bincount(arr, weights), label="weights"),
    Row("HistogramFixedWidth", [_VALUES, np.float32([0, 5]), _I(5)], _counts,
        dtypes=("float32", "float64", "int32")),
    Row("HistogramFixedWidth", [_VALUES, np.float32([0, 5]), _I(5)], _counts,
        {"dtype": "int64"}, label="int64"),
]  # fmt: skip
