"""Rows of joining, cutting, padding, filling."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, integers, normal

_X, _Y = normal(2, 3), normal(2, 3, seed=1)
_BOX = normal(4, 5, 6)
_ANY = ("float16", "bfloat16", "float32", "int32", "bool", "complex64")
_TEXT = np.array([[b"a", b"bc"], [b"", b"d"]], object)


def _vector(*values):
    return np.array(values, np.int32)


def _put(shape, index):
    def reference(*inputs):
        result = np.zeros(shape)
        result[index] = inputs[-1]
        return result

    return reference


def _written(index):
    def reference(ref, begin, end, strides, value):
        result = ref.copy()
        result[index] = value
        return result

    return reference


def _folded(x, mode):
    """Sum what np.pad copies, by differentiating it: pad the numbers of the places."""
    places = np.pad(np.arange(12).reshape(3, 4), ((1, 2), (2, 1)), mode=mode)
    return np.bincount(places.ravel(), x.ravel(), 12).reshape(3, 4)


_PADDINGS = np.array([[1, 2], [2, 1]], np.int32)

ROWS = [
    Row("Concat", [np.int32(1), [_X, _Y[:, :1]]], lambda a, v: np.concatenate(v, 1), grad=[1, 2]),
    Row("ConcatV2", [[_X, _Y[:, :1], _Y], np.int32(-1)], lambda v, a: np.concatenate(v, 1),
        grad=True),
    Row("ConcatV2", [[_X, _Y], np.int64(0)], lambda v, a: np.concatenate(v, 0), grad=True,
        label="rows"),
    Row("ConcatV2", [[normal(1, 2, seed=i) for i in range(18)], np.int32(0)],
        lambda v, a: np.concatenate(v, 0), grad=True, label="many"),
    Row("ConcatV2", [[_TEXT, _TEXT], np.int32(0)], lambda v, a: np.concatenate(v, 0),
        label="strings"),
    Row("ConcatOffset", [np.int32(1), [_vector(2, 3), _vector(2, 1), _vector(2, 2)]],
        lambda a, s: [np.array([0, 0]), np.array([0, 3]), np.array([0, 4])]),
    Row("Split", [np.int32(1), _BOX], lambda a, x: np.split(x, 5, 1), attrs={"num_split": 5},
        grad=[1]),
    Row("Split", [np.int32(-1), _BOX], lambda a, x: np.split(x, 2, 2), attrs={"num_split": 2},
        grad=[1], label="last"),
    Row("Split", [np.int32(0), _X], lambda a, x: x, attrs={"num_split": 1}, grad=[1], label="one"),
    Row("SplitV", [_BOX, np.array([1, -1, 2]), np.int32(2)], lambda x, n, a: np.split(x, [1, 4], 2),
        attrs={"num_split": 3}, grad=[0]),
    Row("Pack", [[_X, _Y]], lambda v: np.stack(v), grad=True),
    Row("Pack", [[_X, _Y, _X]], lambda v: np.stack(v, -1), attrs={"axis": -1}, grad=True,
        label="last"),
    Row("Pack", [[np.int32(1), np.int32(2)]], lambda v: np.array(v), label="scalars"),
    Row("Unpack", [_X], lambda x: list(x), attrs={"num": 2}, grad=True),
    Row("Unpack", [_BOX], lambda x: list(np.moveaxis(x, -2, 0)), attrs={"num": 5, "axis": -2},
        grad=True, label="axis"),
    Row("ParallelConcat", [[_X[:1], _Y[:1]]], lambda v: np.concatenate(v),
        attrs={"shape": (2, 3)}),
    Row("Slice", [_BOX, _vector(1, 0, 2), _vector(2, 5, -1)], lambda x, b, s: x[1:3, :, 2:],
        dtypes=_ANY, grad=[0]),
    Row("StridedSlice", [_BOX, _vector(1, -1, 0), _vector(3, 0, 1), _vector(1, -2, 1)],
        lambda x, *_: x[1:3, -1:0:-2, 0], attrs={"shrink_axis_mask": 4}, dtypes=_ANY, grad=[0]),
    Row("StridedSlice", [_BOX, _vector(0, 0, 1), _vector(0, 0, 0), _vector(1, 1, 2)],
        lambda x, *_: x[..., None, 1::2],
        attrs={"ellipsis_mask": 1, "new_axis_mask": 2, "end_mask": 4}, grad=[0], label="ellipsis"),
    Row("StridedSlice", [_BOX, np.array([], np.int32), np.array([], np.int32),
        np.array([], np.int32)], lambda x, *_: x, grad=[0], label="nothing"),
    Row("StridedSliceGrad", [_vector(4, 5, 6), _vector(1, -1, 0), _vector(3, 0, 1),
        _vector(1, -2, 1), normal(2, 2)], _put((4, 5, 6), np.s_[1:3, -1:0:-2, 0]),
        attrs={"shrink_axis_mask": 4}, grad=[4]),
    Row("StridedSliceGrad", [_vector(4, 5, 6), _vector(-1, 0, 5), _vector(0, 0, 0),
        _vector(-3, 1, -1), normal(2, 5, 6)], _put((4, 5, 6), np.s_[::-3, :, ::-1]),
        attrs={"begin_mask": 5, "end_mask": 7}, grad=[4], label="backwards"),
    Row("StridedSliceGrad", [_vector(4, 5), _vector(2), _vector(2), _vector(1), normal(0, 5)],
        lambda *_: np.zeros((4, 5)), label="empty"),
    Row("StridedSliceAssign", [_BOX, _vector(0, 1), _vector(4, 2), _vector(2, 1), normal(2, 6)],
        _written(np.s_[0:4:2, 1]), attrs={"shrink_axis_mask": 2}),
    Row("ResourceStridedSliceAssign", [_BOX, _vector(1), _vector(3), _vector(1), np.float32(2)],
        _written(np.s_[1:3])),
    Row("Pad", [_X, _PADDINGS], np.pad, dtypes=_ANY, grad=[0]),
    Row("Pad", [np.float32(1), np.zeros((0, 2), np.int32)], lambda x, p: x, label="scalar"),
    Row("PadV2", [_X, _PADDINGS, np.float32(7)], lambda x, p, v: np.pad(x, p, constant_values=v),
        dtypes=("float32", "int32"), grad=[0]),
    Row("MirrorPad", [normal(3, 4), _PADDINGS], lambda x, p: np.pad(x, p, mode="reflect"),
        attrs={"mode": "REFLECT"}, grad=[0]),
    Row("MirrorPad", [normal(3, 4), _PADDINGS], lambda x, p: np.pad(x, p, mode="symmetric"),
        attrs={"mode": "SYMMETRIC"}, grad=[0], label="symmetric"),
    Row("MirrorPadGrad", [normal(6, 7), _PADDINGS], lambda x, p: _folded(x, "reflect"),
        attrs={"mode": "REFLECT"}, grad=[0]),
    Row("MirrorPadGrad", [normal(6, 7), _PADDINGS], lambda x, p: _folded(x, "symmetric"),
        attrs={"mode": "SYMMETRIC"}, grad=[0], label="symmetric"),
    Row("Tile", [_X, _vector(2, 3)], lambda x, n: np.tile(x, n), dtypes=_ANY, grad=[0]),
    Row("Tile", [_X, _vector(0, 1)], lambda x, n: np.zeros((0, 3)), label="empty"),
    Row("TileGrad", [normal(4, 6), _vector(2, 3)],
        lambda x, n: x.reshape(2, 2, 3, 2).sum((0, 2)), shape_known=False),
    Row("Fill", [_vector(2, 3), np.float32(4)], lambda d, v: np.full((2, 3), v), grad=[1]),
    Row("Fill", [np.array([], np.int64), np.array(True)], lambda d, v: v, label="scalar"),
    Row("Fill", [_vector(2), np.array(b"a", object)], lambda d, v: np.array([b"a", b"a"], object),
        label="strings"),
    Row("ZerosLike", [_X], np.zeros_like, dtypes=_ANY),
    Row("ZerosLike", [_TEXT], lambda x: np.full((2, 2), b"", object), label="strings"),
    Row("OnesLike", [_X], np.ones_like, dtypes=_ANY),
    Row("Empty", [_vector(2, 3)], lambda s: np.zeros((2, 3)), attrs={"dtype": "float32"}),
    Row("OneHot", [integers(-1, 5, 2, 3), np.int32(4), np.float32(2), np.float32(-1)],
        lambda i, d, on, off: np.where(i[..., None] == np.arange(4), on, off)),
    Row("OneHot", [integers(0, 4, 3, dtype=np.int64), np.int32(4), np.int32(1), np.int32(0)],
        lambda i, d, on, off: (np.arange(4)[:, None] == i).astype(int), attrs={"axis": 0},
        label="first"),
    Row("OneHot", [np.uint8(2), np.int32(3), np.array(True), np.array(False)],
        lambda i, d, on, off: np.array([False, False, True]), label="scalar"),
]  # fmt: skip
