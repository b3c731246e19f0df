"""Rows of sparse tensors."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, normal

_AT = np.array([[0, 1], [1, 0], [1, 3], [2, 2]])
_SHAPE = np.array([3, 4])
_VALUES = normal(4)
_OTHER = np.array([[0, 1], [1, 1], [2, 2]])


def _dense(at, values, shape=(3, 4)):
    result = np.zeros(shape, np.asarray(values).dtype)
    np.add.at(result, tuple(at.T), values)
    return result


def _sparse(dense, at):
    return [at, dense[tuple(at.T)]]


def _softmax(at, values, shape):
    result = np.zeros(len(at))
    for row in range(3):
        mine = at[:, 0] == row
        powers = np.exp(values[mine])
        result[mine] = powers / powers.sum()
    return result


def _added(at, a, shape, other, b, *_):
    total = _dense(at, a) + _dense(other, b)
    places = np.unique(np.concatenate([at, other]), axis=0)
    return [places, total[tuple(places.T)], shape]


def _extreme(function):
    def reference(at, a, shape, other, b, _):
        both = function(_dense(at, a), _dense(other, b))
        return _sparse(both, np.unique(np.concatenate([at, other]), axis=0))

    return reference


_PAIR = [_AT, _VALUES, _SHAPE, _OTHER, normal(3, seed=5), _SHAPE]

ROWS = [
    Row("SparseTensorDenseMatMul", [_AT, _VALUES, _SHAPE, normal(4, 2)],
        lambda at, v, s, b: _dense(at, v) @ b, grad=[1, 3]),
    Row("SparseTensorDenseMatMul", [_AT, complexes(4), _SHAPE, complexes(2, 3)],
        lambda at, v, s, b: _dense(at, v).conj().T @ b.conj().T,
        attrs={"adjoint_a": True, "adjoint_b": True}, label="adjoint"),
    Row("SparseTensorDenseMatMul", [_AT, normal(4), _SHAPE, normal(2, 3)],
        lambda at, v, s, b: _dense(at, v).T @ b.T,
        attrs={"adjoint_a": True, "adjoint_b": True}, grad=[1, 3], label="transposed"),
    Row("SparseTensorDenseAdd", [_AT, _VALUES, _SHAPE, normal(3, 4)],
        lambda at, v, s, b: _dense(at, v) + b, grad=[1, 3]),
    Row("SparseDenseCwiseAdd", [_AT, _VALUES, _SHAPE, normal(4)],
        lambda at, v, s, d: v + np.broadcast_to(d, (3, 4))[tuple(at.T)]),
    Row("SparseDenseCwiseMul", [_AT, _VALUES, _SHAPE, normal(3, 1)],
        lambda at, v, s, d: v * np.broadcast_to(d, (3, 4))[tuple(at.T)], grad=[1, 3]),
    Row("SparseDenseCwiseDiv", [_AT, _VALUES, _SHAPE, normal(4) + 3],
        lambda at, v, s, d: v / np.broadcast_to(d, (3, 4))[tuple(at.T)], grad=[1, 3]),
    Row("SparseReorder", [_AT[[2, 0, 3, 1]], _VALUES, _SHAPE],
        lambda at, v, s: [_AT, v[[1, 3, 0, 2]]], grad=[1]),
    Row("SparseReshape", [_AT, _SHAPE, np.array([2, -1])],
        lambda at, s, n: [np.stack(np.unravel_index(np.ravel_multi_index(at.T, s), (2, 6)), 1),
                          np.array([2, 6])]),
    Row("SparseSlice", [_AT, _VALUES, _SHAPE, np.array([1, 0]), np.array([5, 3])],
        lambda at, v, s, b, n: [np.array([[0, 0], [1, 2]]), v[[1, 3]], np.array([2, 3])], grad=[1]),
    Row("SparseSliceGrad", [normal(2), _AT, np.array([1, 0]), np.array([[0, 0], [1, 2]])],
        lambda dy, *_: np.array([0, dy[0], 0, dy[1]])),
    Row("SparseSplit", [np.int64(1), _AT, _VALUES, _SHAPE],
        lambda a, at, v, s: [at[[0, 1]], np.array([[1, 1], [2, 0]]), v[[0, 1]], v[[2, 3]],
                             np.array([3, 2]), np.array([3, 2])], attrs={"num_split": 2}),
    Row("SparseConcat", [[_AT, _OTHER], [_VALUES, normal(3)], [_SHAPE, _SHAPE]],
        lambda at, v, s: [
            np.array([[0, 1], [0, 5], [1, 0], [1, 3], [1, 5], [2, 2], [2, 6]]),
            np.array([v[0][0], v[1][0], v[0][1], v[0][2], v[1][1], v[0][3], v[1][2]]),
            np.array([3, 8])], attrs={"concat_dim": 1}),
    Row("SparseFillEmptyRows", [_AT[:3], _VALUES[:3], _SHAPE, np.float32(9)],
        lambda at, v, s, d: [np.concatenate([at, [[2, 0]]]), np.append(v, d),
                             np.array([False, False, True]), np.arange(3)], grad=[1, 3],
        second=False),
    Row("SparseFillEmptyRowsGrad", [np.array([0, 2]), normal(3)],
        lambda m, dy: [dy[[0, 2]], dy[1]]),
    Row("SparseReduceSum", [_AT, _VALUES, _SHAPE, np.array([-1], np.int32)],
        lambda at, v, s, a: _dense(at, v).sum(1), grad=[1]),
    Row("SparseReduceSum", [_AT, _VALUES, _SHAPE, np.array([0, 1], np.int32)],
        lambda at, v, s, a: _dense(at, v).sum(keepdims=True), attrs={"keep_dims": True}, grad=[1],
        label="all"),
    Row("SparseReduceMax", [_AT, -np.abs(_VALUES), _SHAPE, np.int32(0)],
        lambda at, v, s, a: v[[1, 0, 3, 2]]),
    Row("SparseReduceSumSparse", [_AT, _VALUES, _SHAPE, np.int32(1)],
        lambda at, v, s, a: [np.arange(3)[:, None], _dense(at, v).sum(1), np.array([3])]),
    Row("SparseReduceMaxSparse", [_AT, _VALUES, _SHAPE, np.int32(1)],
        lambda at, v, s, a: [np.array([[0, 0], [1, 0], [2, 0]]),
                             np.array([v[0], max(v[1], v[2]), v[3]])[:, None][:, 0],
                             np.array([3, 1])], attrs={"keep_dims": True}),
    Row("SparseAdd", [*_PAIR, np.float32(0)], _added, grad=[1, 4]),
    Row("SparseAddGrad", [normal(3), _AT[:1], _OTHER[:2], np.array([[0, 1], [2, 2], [1, 1]])],
        lambda dy, *_: [dy[:1], dy[[0, 2]]]),
    Row("SparseSparseMaximum", _PAIR, _extreme(np.maximum)),
    Row("SparseSparseMinimum", _PAIR, _extreme(np.minimum)),
    Row("SparseSoftmax", [_AT, _VALUES, _SHAPE], _softmax, grad=[1], second=False),
]  # fmt: skip
