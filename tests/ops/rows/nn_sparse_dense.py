"""Rows of making sparse values dense."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, normal


def _dense(indices, shape, values, default):
    result = np.full(shape, default)
    for number, place in enumerate(np.asarray(indices).reshape(-1, len(shape))):
        result[tuple(place)] = values if np.ndim(values) == 0 else values[number]
    return result


def _sizes(*values):
    return np.array(values, np.int32)


_PLACES = np.array([[0, 1], [1, 0], [1, 2]], np.int32)

ROWS = [
    Row(
        "SparseToDense",
        [_PLACES, _sizes(2, 3), normal(3), np.float32(0.5)],
        _dense,
        grad=[2, 3],
    ),
    Row(
        "SparseToDense",
        [_sizes(0, 3), _sizes(5), np.int32(7), np.int32(-1)],
        _dense,
        label="one value",
    ),
    Row(
        "SparseToDense",
        [np.int64(2), np.array([4], np.int64), np.float64(7), np.float64(0)],
        _dense,
        label="one place",
    ),
    Row(
        "SparseToDense",
        [_PLACES[::-1].copy(), _sizes(2, 3), normal(3), np.float32(0)],
        _dense,
        {"validate_indices": False},
        label="out of order",
    ),
]
