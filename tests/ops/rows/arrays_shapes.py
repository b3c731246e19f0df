"""Rows of shapes, axes and the order of elements."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, integers, normal

_X = normal(2, 3, 4)
_ANY = ("float16", "bfloat16", "float32", "int32", "bool", "complex64")
_TEXT = np.array([[b"a", b"bc"], [b"", b"d"]], object)


def _vector(*values):
    return np.array(values, np.int32)


def _reversed_sequences(x, lengths):
    result = x.copy()
    for row, length in enumerate(lengths):
        result[row, :length] = x[row, :length][::-1]
    return result


ROWS = [
    Row("Shape", [_X], lambda x: np.array([2, 3, 4]), dtypes=_ANY),
    Row("Shape", [_X], lambda x: np.array([2, 3, 4]), attrs={"out_type": "int64"}, label="int64"),
    Row("Shape", [_TEXT], lambda x: np.array([2, 2]), label="strings"),
    Row("ShapeN", [[_X, _X[0]]], lambda xs: [np.array([2, 3, 4]), np.array([3, 4])]),
    Row("Size", [_X], lambda x: np.array(24)),
    Row("Size", [_X[:0]], lambda x: np.array(0), attrs={"out_type": "int64"}, label="empty"),
    Row("Rank", [_X], lambda x: np.array(3)),
    Row("Reshape", [_X, _vector(4, 6)], lambda x, s: x.reshape(4, 6), dtypes=_ANY, grad=[0]),
    Row("Reshape", [_X, _vector(-1, 12)], lambda x, s: x.reshape(2, 12), grad=[0], label="rest"),
    Row("Reshape", [_X[:, :, 0], np.array([3, -1], np.int64)], lambda x, s: x.reshape(3, 2),
        label="int64"),
    Row("Reshape", [_X[0, 0, :1], np.array([], np.int32)], lambda x, s: x.reshape(()), grad=[0],
        label="scalar"),
    Row("Reshape", [_X[:0], _vector(3, 0)], lambda x, s: x.reshape(3, 0), label="empty"),
    Row("Reshape", [_TEXT, _vector(4)], lambda x, s: x.reshape(4), label="strings"),
    Row("ExpandDims", [_X, np.int32(1)], lambda x, a: x[:, None], dtypes=_ANY, grad=[0]),
    Row("ExpandDims", [_X, np.int32(-1)], lambda x, a: x[..., None], grad=[0], label="last"),
    Row("ExpandDims", [np.float32(3), np.int64(0)], lambda x, a: x[None], label="scalar"),
    Row("ExpandDims", [_X, _vector(-4)], lambda x, a: x[None], label="vector of one"),
    Row("Squeeze", [_X[:, :1, :1]], lambda x: x[:, 0, 0], dtypes=_ANY, grad=True),
    Row("Squeeze", [_X[:1, :, :1]], lambda x: x[..., 0], attrs={"squeeze_dims": [-1]}, grad=True,
        label="named"),
    Row("BroadcastTo", [_X[:, :1], _vector(5, 2, 3, 4)],
        lambda x, s: np.broadcast_to(x, (5, 2, 3, 4)), dtypes=("float32", "int32"), grad=[0]),
    Row("BroadcastTo", [np.float32(2), np.array([2, 2], np.int64)], lambda x, s: np.full((2, 2), x),
        grad=[0], label="scalar"),
    Row("BroadcastArgs", [_vector(2, 1, 3), _vector(4, 1)], lambda a, b: np.array([2, 4, 3])),
    Row("Transpose", [_X, _vector(2, 0, 1)], lambda x, p: x.transpose(2, 0, 1), dtypes=_ANY,
        grad=[0]),
    Row("Transpose", [_X[0, 0, 0], np.array([], np.int32)], lambda x, p: x, label="scalar"),
    Row("ConjugateTranspose", [complexes(2, 3), np.array([1, 0], np.int64)],
        lambda x, p: x.conj().T, grad=[0]),
    Row("InvertPermutation", [_vector(2, 0, 3, 1)], lambda x: np.argsort(x),
        dtypes=("int32", "int64")),
    Row("Reverse", [_X, np.array([True, False, True])], lambda x, d: x[::-1, :, ::-1], grad=[0]),
    Row("ReverseV2", [_X, _vector(-1, 0)], lambda x, a: x[::-1, :, ::-1], dtypes=_ANY, grad=[0]),
    Row("ReverseV2", [_TEXT, _vector(1)], lambda x, a: x[:, ::-1], label="strings"),
    Row("ReverseSequence", [normal(3, 4, 2), np.array([0, 3, 4])], _reversed_sequences,
        attrs={"seq_dim": 1}, dtypes=("float32", "int32"), grad=[0]),
    Row("ReverseSequence", [normal(2, 4, 3), _vector(1, 2, 4)],
        lambda x, n: _reversed_sequences(x.transpose(2, 1, 0), n).transpose(2, 1, 0),
        attrs={"seq_dim": 1, "batch_dim": 2}, grad=[0], label="batch last"),
    Row("Roll", [_X, _vector(1, -2), _vector(0, 2)], lambda x, s, a: np.roll(x, [1, -2], [0, 2]),
        dtypes=("float32", "int32"), grad=[0]),
    Row("Roll", [_X[0, 0], np.int32(9), np.int64(0)], lambda x, s, a: np.roll(x, 9), grad=[0],
        label="one axis"),
    Row("Diag", [_X[0, :2]], lambda x: np.diag(x.ravel()).reshape(2, 4, 2, 4), grad=True,
        dtypes=("float32", "int32", "complex64")),
    Row("DiagPart", [normal(2, 3, 2, 3)], lambda x: x.reshape(6, 6).diagonal().reshape(2, 3),
        grad=True),
    Row("SpaceToBatchND", [normal(2, 4, 5, 3), _vector(2, 3), np.array([[0, 0], [1, 0]], np.int32)],
        lambda x, b, p: np.pad(x, ((0, 0), (0, 0), (1, 0), (0, 0)))
        .reshape(2, 2, 2, 2, 3, 3).transpose(2, 4, 0, 1, 3, 5).reshape(12, 2, 2, 3), grad=[0]),
    Row("BatchToSpaceND", [normal(12, 2, 2, 3), _vector(2, 3),
        np.array([[1, 0], [0, 2]], np.int32)],
        lambda x, b, p: x.reshape(2, 3, 2, 2, 2, 3).transpose(2, 3, 0, 4, 1, 5)
        .reshape(2, 4, 6, 3)[:, 1:, :-2], grad=[0]),
    Row("SpaceToBatch", [normal(1, 4, 2, 3), np.zeros((2, 2), np.int32)],
        lambda x, p: x.reshape(1, 2, 2, 1, 2, 3).transpose(2, 4, 0, 1, 3, 5).reshape(4, 2, 1, 3),
        attrs={"block_size": 2}, grad=[0]),
    Row("BatchToSpace", [normal(4, 2, 1, 3), np.zeros((2, 2), np.int32)],
        lambda x, p: x.reshape(2, 2, 1, 2, 1, 3).transpose(2, 3, 0, 4, 1, 5).reshape(1, 4, 2, 3),
        attrs={"block_size": 2}, grad=[0]),
    Row("SpaceToDepth", [normal(2, 4, 6, 3)],
        lambda x: x.reshape(2, 2, 2, 3, 2, 3).transpose(0, 1, 3, 2, 4, 5).reshape(2, 2, 3, 12),
        attrs={"block_size": 2}, grad=True),
    Row("SpaceToDepth", [normal(1, 3, 2, 2)],
        lambda x: np.concatenate([x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)], 1),
        attrs={"block_size": 2, "data_format": "NCHW"}, grad=True, label="channels first"),
    Row("DepthToSpace", [normal(2, 2, 3, 12)],
        lambda x: x.reshape(2, 2, 3, 2, 2, 3).transpose(0, 1, 3, 2, 4, 5).reshape(2, 4, 6, 3),
        attrs={"block_size": 2}, grad=True),
    Row("InvertPermutation", [integers(0, 1, 1)], lambda x: x, label="one"),
]  # fmt: skip
