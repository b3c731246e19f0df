"""Rows of gathering, scattering, selecting, and of distinct elements."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, integers, normal

_X = normal(4, 3, 5)
_ANY = ("float16", "bfloat16", "float32", "int32", "bool", "complex64")
_INDEX = integers(0, 4, 2, 3)
_POINTS = np.array([[0, 2], [3, 1], [0, 2]], np.int32)
_CHOICE = np.array([True, False, True, False])


def _vector(*values):
    return np.array(values, np.int32)


def _added(x, indices, updates):
    result = np.array(x)
    np.add.at(result, tuple(np.moveaxis(indices, -1, 0)), updates)
    return result


def _written(x, indices, updates):
    result = np.array(x)
    result[tuple(np.moveaxis(indices, -1, 0))] = updates
    return result


def _batch_gather(x, indices, axis):
    return np.stack([x[row][:, indices[row]] for row in range(4)])


ROWS = [
    Row("Gather", [_X, _INDEX], lambda x, i: x[i], dtypes=_ANY, grad=[0]),
    Row("GatherV2", [_X, _INDEX, np.int32(0)], lambda x, i, a: x[i], dtypes=_ANY, grad=[0]),
    Row("GatherV2", [_X, _INDEX, np.int32(-1)], lambda x, i, a: x[:, :, i], grad=[0], label="last"),
    Row("GatherV2", [_X, np.int64(2), np.int64(1)], lambda x, i, a: x[:, 2], grad=[0],
        label="scalar"),
    Row("GatherV2", [_X, integers(0, 5, 4, 2), np.int32(2)], _batch_gather,
        attrs={"batch_dims": 1}, grad=[0], label="batch"),
    Row("GatherV2", [_X, integers(0, 5, 4, 3, 2), np.int32(2)],
        lambda x, i, a: np.take_along_axis(x, i, 2), attrs={"batch_dims": -1}, grad=[0],
        label="two batch axes"),
    Row("GatherV2", [np.array([b"a", b"b"], object), _vector(1, 0, 1), np.int32(0)],
        lambda x, i, a: x[i], label="strings"),
    Row("GatherNd", [_X, _POINTS], lambda x, i: x[i[:, 0], i[:, 1]], dtypes=_ANY, grad=[0]),
    Row("GatherNd", [_X, _vector(1, 2, 3)], lambda x, i: x[1, 2, 3], grad=[0], label="element"),
    Row("GatherNd", [_X, _INDEX[0][:, None]], lambda x, i: x[i[:, 0]], grad=[0], label="rows"),
    Row("GatherNd", [_X, np.zeros((2, 0), np.int32)], lambda x, i: np.stack([x, x]), label="all",
        grad=[0]),
    Row("ScatterNd", [_POINTS, normal(3, 5), _vector(4, 3, 5)],
        lambda i, u, s: _added(np.zeros((4, 3, 5)), i, u), grad=[1]),
    Row("ScatterNd", [_INDEX[..., None].astype(np.int64), integers(0, 9, 2, 3), np.array([4])],
        lambda i, u, s: _added(np.zeros(4, int), i, u), label="int64"),
    Row("TensorScatterUpdate", [_X, _POINTS[:2], normal(2, 5)], _written, grad=[0, 2]),
    Row("TensorScatterAdd", [_X, _POINTS, normal(3, 5)], _added, grad=[0, 2]),
    Row("TensorScatterSub", [_X, _POINTS, normal(3, 5)], lambda x, i, u: _added(x, i, -u),
        grad=[0, 2]),
    Row("ScatterNdNonAliasingAdd", [_X, _POINTS, normal(3, 5)], _added, grad=[0, 2]),
    Row("InplaceUpdate", [_X, _vector(2, 0), normal(2, 3, 5)],
        lambda x, i, v: _written(x, i[:, None], v)),
    Row("InplaceAdd", [_X, _vector(2, 2), normal(2, 3, 5)],
        lambda x, i, v: _added(x, i[:, None], v)),
    Row("InplaceSub", [_X, _vector(2, 0), normal(2, 3, 5)],
        lambda x, i, v: _added(x, i[:, None], -v)),
    Row("GuaranteeConst", [_X], lambda x: x),
    Row("DeepCopy", [_X], lambda x: x),
    Row("RefIdentity", [_X], lambda x: []),
    Row("Where", [normal(2, 3) > 0], np.argwhere),
    Row("Where", [_vector(0, 3, -1)], lambda x: np.array([[1], [2]]), label="numbers"),
    Row("Where", [np.array(True)], lambda x: np.zeros((1, 0), np.int64), label="scalar"),
    Row("Select", [_X > 0, _X, -2 * _X], np.where, grad=[1, 2]),
    Row("Select", [_CHOICE, _X, -2 * _X], lambda c, t, e: np.where(c[:, None, None], t, e),
        grad=[1, 2], label="rows"),
    Row("Select", [np.array(False), _X, -2 * _X], np.where, grad=[1, 2], label="scalar"),
    Row("SelectV2", [_CHOICE[:, None], normal(4, 1), normal(3)], np.where, grad=[1, 2]),
    Row("DynamicPartition", [normal(4, 2), _vector(0, 2, 0, 1)],
        lambda x, p: [x[p == i] for i in range(3)], attrs={"num_partitions": 3}, grad=[0]),
    Row("DynamicPartition", [normal(2, 2), np.array([[1, 0], [1, 1]], np.int32)],
        lambda x, p: [x[p == i] for i in range(2)], attrs={"num_partitions": 2}, grad=[0],
        label="matrix"),
    Row("DynamicStitch", [[_vector(0, 3), np.array([[1, 2], [3, 3]], np.int32)],
        [normal(2, 3), normal(2, 2, 3)]],
        lambda i, d: np.stack([d[0][0], d[1][0, 0], d[1][0, 1], d[1][1, 1]])),
    Row("DynamicStitch", [[np.int32(1), _vector(2, 0)], [normal(3), normal(2, 3)]],
        lambda i, d: np.stack([d[1][1], d[0], d[1][0]]), grad=[2, 3], label="once"),
    Row("ParallelDynamicStitch", [[_vector(0, 2), _vector(1)], [normal(2, 3), normal(1, 3)]],
        lambda i, d: np.stack([d[0][0], d[1][0], d[0][1]]), grad=[2, 3]),
    Row("Unique", [_vector(3, 1, 3, 2, 1)],
        lambda x: [np.array([3, 1, 2]), np.array([0, 1, 0, 2, 1])]),
    Row("Unique", [np.array([b"b", b"a", b"b"], object)],
        lambda x: [np.array([b"b", b"a"], object), np.array([0, 1, 0])], label="strings"),
    Row("UniqueWithCounts", [_vector(3, 1, 3, 2, 1)],
        lambda x: [np.array([3, 1, 2]), np.array([0, 1, 0, 2, 1]), np.array([2, 2, 1])],
        attrs={"out_idx": "int64"}),
    Row("UniqueV2", [np.array([[1, 2, 1], [3, 4, 3]], np.int32), np.array([1])],
        lambda x, a: [np.array([[1, 2], [3, 4]]), np.array([0, 1, 0])]),
    Row("UniqueWithCountsV2", [_vector(5, 5), np.array([], np.int64)],
        lambda x, a: [np.array([5]), np.array([0, 0]), np.array([2])]),
    Row("ListDiff", [_vector(1, 2, 3, 2), _vector(2)],
        lambda x, y: [np.array([1, 3]), np.array([0, 2])]),
]  # fmt: skip
