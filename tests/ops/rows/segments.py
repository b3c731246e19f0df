"""Rows of the segment ops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.ops.row import Row, normal

_X = normal(5, 2)
_SORTED = np.array([0, 0, 1, 3, 3], np.int32)
_MIXED = np.array([3, 0, -1, 3, 0], np.int32)
_DENSE = np.array([1, 0, -1, 1, 0], np.int32)
_COUNT = np.int32(5)
_INDICES, _PICKED = np.array([0, 4, 2, 0]), np.array([0, 0, 2, 2], np.int32)
_TYPES = ("float16", "float32", "float64", "int32")


def _by_segment(function, empty, count=None):
    def reference(data, ids, given=None):
        size = int(ids[-1]) + 1 if given is None and count is None else int(given or count)
        rows = [data[ids == segment] for segment in range(size)]
        blank = np.full(data.shape[1:], empty, data.dtype)
        return np.stack([function(each, axis=0) if len(each) else blank for each in rows])

    return reference


def _sparse(function):
    def reference(data, indices, ids, count=None):
        return _by_segment(function, 0, count)(data[indices], ids)

    return reference


def _root(rows, axis):
    return rows.sum(axis) / np.sqrt(len(rows))


def _spread(root):
    def reference(grad, indices, ids, rows):
        sizes = np.bincount(ids, minlength=len(grad)).astype(float)
        result = np.zeros((int(rows), grad.shape[1]))
        np.add.at(result, indices, (grad[ids].T / (np.sqrt if root else np.array)(sizes)[ids]).T)
        return result

    return reference


_LOW, _HIGH = np.finfo(np.float32).min, np.finfo(np.float32).max
_SPARSE = (("Sum", np.sum), ("Mean", np.mean), ("SqrtN", _root))

_ROWS = [
    Row("SegmentSum", [_X, _SORTED], _by_segment(np.sum, 0), dtypes=_TYPES, grad=[0]),
    Row("SegmentMean", [_X, _SORTED], _by_segment(np.mean, 0), dtypes=_TYPES[:3], grad=[0]),
    Row("SegmentMean", [np.array([-4, -3, 2]), np.array([0, 0, 1])], lambda x, ids: [[-3, 2]],
        label="integers"),
    Row("SegmentProd", [_X, _SORTED], _by_segment(np.prod, 1), dtypes=_TYPES),
    Row("SegmentMax", [_X, _SORTED], _by_segment(np.max, 0), dtypes=_TYPES,
        grad=[0]),
    Row("SegmentMin", [_X, _SORTED], _by_segment(np.min, 0), dtypes=_TYPES,
        grad=[0]),
    Row("UnsortedSegmentSum", [_X, _MIXED, _COUNT], _by_segment(np.sum, 0), dtypes=_TYPES,
        grad=[0]),
    Row("UnsortedSegmentSum", [_X, np.array([[0, 1], [2, 0], [0, 1], [1, 1], [2, 2]]), _COUNT],
        lambda x, ids, count: np.bincount(ids.ravel(), x.ravel(), 5), grad=[0], label="all axes"),
    Row("UnsortedSegmentProd", [_X, _MIXED, _COUNT], _by_segment(np.prod, 1), dtypes=_TYPES,
        grad=[0]),
    Row("UnsortedSegmentMax", [_X, _MIXED, _COUNT], _by_segment(np.max, _LOW)),
    Row("UnsortedSegmentMin", [_X, _MIXED, _COUNT], _by_segment(np.min, _HIGH)),
    Row("UnsortedSegmentMax", [_X, _DENSE, np.int32(2)], _by_segment(np.max, 0), grad=[0],
        label="dense"),
    Row("UnsortedSegmentMin", [_X, _DENSE, np.int32(2)], _by_segment(np.min, 0), grad=[0],
        label="dense"),
    Row("UnsortedSegmentMax", [np.array([1, 2]), np.array([0, 0]), np.int32(2)],
        lambda *_: [[2, np.iinfo(np.int64).min]], label="integers"),
    *(Row(f"SparseSegment{name}", [_X, _INDICES, _PICKED], _sparse(function), grad=[0],
          second=False) for name, function in _SPARSE),
    *(Row(f"SparseSegment{name}WithNumSegments", [_X, _INDICES, _PICKED, np.int32(4)],
          _sparse(function), grad=[0], second=False) for name, function in _SPARSE),
    Row("SparseSegmentMeanGrad", [_X, _INDICES, _PICKED, np.int32(6)], _spread(False)),
    Row("SparseSegmentSqrtNGrad", [_X, _INDICES, _PICKED, np.int32(6)], _spread(True)),
]  # fmt: skip

# How many rows come out of an op with sorted ids is left to the run, as in TensorFlow.
_COUNTED = ("Unsorted", "WithNumSegments", "Grad")
ROWS = [replace(row, shape_known=any(word in row.op for word in _COUNTED)) for row in _ROWS]
