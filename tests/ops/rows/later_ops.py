"""Rows of ops of later versions, and of rows of unequal lengths; the numbers are TensorFlow's."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, normal

_NOTHING = np.zeros(0, np.float32)
_IDS = np.array([[1, 2, 1], [0, 9, 2]], np.int32)
_VALUES = np.arange(1, 7, dtype=np.float32)
_BY_ROW = [np.int64(4), np.array([0, 0, 0, 2, 3, 3])]
_ROW_IDS = ["FIRST_DIM_SIZE", "VALUE_ROWIDS"]


def _counts(numbers, size, weights, wanted, label, **attrs):
    inputs = [np.asarray(numbers, np.int32), np.int32(size), weights]
    return Row("DenseBincount", inputs, lambda *_: np.array(wanted), attrs=attrs, label=label)


def _dense(sizes, values, default, partitions, types, wanted, label):
    inputs = [np.array(sizes), np.asarray(values, np.float32), np.float32(default), partitions]
    return Row(
        "RaggedTensorToTensor",
        inputs,
        lambda *_: np.array(wanted, float),
        attrs={"row_partition_types": types},
        label=label,
    )


ROWS = [
    Row("BatchMatMulV3", [normal(2, 2, 3), normal(3, 4)], np.matmul, {"Tout": "float32"}),
    Row("BatchMatMulV3", [complexes(2, 3), complexes(2, 3, seed=1)],
        lambda x, y: np.conj(x.T) @ y, {"Tout": "complex64", "adj_x": True}),
    Row("BatchMatMulV3", [np.arange(6, dtype=np.int8).reshape(2, 3),
                          np.arange(6, dtype=np.int8).reshape(2, 3)],
        lambda x, y: np.array([[5, 14], [14, 50]]), {"Tout": "int32", "adj_y": True}),
    _counts([1, 2, 1, 7, 0], 5, _NOTHING, [1, 2, 1, 0, 0], "plain"),
    _counts([1, 2, 1, 7, 0], 5, np.array([0.5, 1, 2, 3, 4], np.float32), [4, 2.5, 1, 0, 0],
            "weighted"),
    _counts(_IDS, 4, _NOTHING, [[0, 2, 1, 0], [1, 0, 1, 0]], "in rows"),
    _counts(_IDS, 4, np.full((2, 3), 3), [[0, 6, 3, 0], [3, 0, 3, 0]], "in rows, weighted"),
    _counts(_IDS, 4, _NOTHING, [[0, 1, 1, 0], [1, 0, 1, 0]], "whether", binary_output=True),
    _counts([1], 0, _NOTHING, [], "no bins"),
    _counts([], 3, _NOTHING, [0, 0, 0], "no numbers"),
    _dense([-1, -1], _VALUES, 0, _BY_ROW, _ROW_IDS,
           [[1, 2, 3], [0, 0, 0], [4, 0, 0], [5, 6, 0]], "row ids"),
    _dense([-1, 2], _VALUES, 9, _BY_ROW, _ROW_IDS, [[1, 2], [9, 9], [4, 9], [5, 6]], "narrow"),
    _dense([2, -1], _VALUES, 9, _BY_ROW, _ROW_IDS, [[1, 2, 3], [9, 9, 9]], "low"),
    _dense([5, 4], _VALUES, 9, _BY_ROW, _ROW_IDS,
           [[1, 2, 3, 9], [9] * 4, [4, 9, 9, 9], [5, 6, 9, 9], [9] * 4], "wide"),
    _dense(-1, _VALUES, 0, [np.array([0, 3, 3, 4, 6])], ["ROW_SPLITS"],
           [[1, 2, 3], [0, 0, 0], [4, 0, 0], [5, 6, 0]], "row splits"),
    _dense([-1, -1, -1], _VALUES, -1, [np.array([0, 2, 2, 3]), np.array([0, 3, 4, 6])],
           ["ROW_SPLITS"] * 2,
           [[[1, 2, 3], [4, -1, -1]], [[-1] * 3] * 2, [[5, 6, -1], [-1] * 3]], "rows of rows"),
    _dense([-1, -1, 2], _VALUES.reshape(3, 2), -1, [np.array([0, 2, 3])], ["ROW_SPLITS"],
           [[[1, 2], [3, 4]], [[5, 6], [-1, -1]]], "vectors"),
    _dense([-1, -1], _NOTHING, 0, [np.array([0, 0, 0])], ["ROW_SPLITS"], np.zeros((2, 0)), "empty"),
]  # fmt: skip
