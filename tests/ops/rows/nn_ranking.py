"""Rows of the largest entries, and of classes among them."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, integers, normal

_REALS = ("float16", "bfloat16", "float32", "float64", "int32", "uint8")
_X = normal(2, 3, 7)
_TIES = np.array([[1, 3, 3, 2], [5, 4, 4, 4], [-7, 0, 7, -7]], np.int32)


def _top(k):
    def reference(x, *_):
        rows = x.reshape(-1, x.shape[-1])
        chosen = [
            sorted(range(len(row)), key=lambda i, row=row: (-row[i].astype(float), i))[:k]
            for row in rows
        ]
        values = np.array([row[places] for row, places in zip(rows, chosen, strict=True)])
        shape = (*x.shape[:-1], k)
        return [values.reshape(shape), np.array(chosen, np.int32).reshape(shape)]

    return reference


def _nth(x, n):
    return np.sort(x, -1)[..., n]


def _is_in_top(row, target, k):
    return np.isfinite(row).all() and 0 <= target < len(row) and (row > row[target]).sum() < k


def _in_top(predictions, targets, k):
    pairs = zip(predictions, targets, strict=True)
    return np.array([bool(_is_in_top(row, target, k)) for row, target in pairs])


_SCORES = np.array(
    [[1, 2, 2, 0], [1, np.nan, 2, 0], [np.inf, 2, 3, 4], [1, 2, 2, 0], [4, 3, 2, 1]], np.float32
)
_TARGETS = np.array([2, 2, 0, 9, 1], np.int32)

ROWS = [
    Row("TopKV2", [_X, np.int32(3)], _top(3), dtypes=_REALS, grad=[0]),
    Row("TopKV2", [_TIES, np.int32(4)], _top(4), {"sorted": False}, label="ties"),
    Row("TopKV2", [normal(5), np.int32(2)], _top(2), grad=[0], label="vector"),
    Row("TopK", [_X], _top(2), {"k": 2}, dtypes=_REALS, grad=[0]),
    Row("NthElement", [_X, np.int32(2)], _nth, dtypes=_REALS, grad=[0]),
    Row(
        "NthElement",
        [_TIES, np.int32(1)],
        lambda x, n: _nth(x, 2),
        {"reverse": True},
        label="reverse",
    ),
    Row("InTopK", [_SCORES, _TARGETS], lambda p, t: _in_top(p, t, 1), {"k": 1}),
    Row(
        "InTopK",
        [normal(6, 5), integers(0, 5, 6, dtype=np.int64)],
        lambda p, t: _in_top(p, t, 2),
        {"k": 2},
        label="int64",
    ),
    Row("InTopKV2", [_SCORES, _TARGETS, np.int32(2)], _in_top),
]
