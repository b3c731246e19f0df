"""Rows of ops on several diagonals at once; the reference goes through them one by one."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, normal


def _each(k, rows, columns, align):
    """Give each place of the diagonals: row, column, and where it stands."""
    low, high = k[0], k[-1]
    lengths = {d: len(np.diagonal(np.empty((rows, columns)), d)) for d in range(low, high + 1)}
    longest = max(lengths.values())
    for number, d in enumerate(range(high, low - 1, -1)):
        is_right = align.split("_")[0 if d >= 0 else 1] == "RIGHT"
        start = (longest - lengths[d]) * is_right
        for index in range(lengths[d]):
            yield index + max(-d, 0), index + max(d, 0), (number, start + index)
    yield None, longest, high - low + 1


def _part(k, align):
    def reference(x, _, padding):
        *places, (_, longest, count) = _each(k, *x.shape[-2:], align)
        made = np.full((*x.shape[:-2], count, longest), padding)
        for row, column, at in places:
            made[..., at[0], at[1]] = x[..., row, column]
        return made[..., 0, :] if len(k) == 1 else made

    return reference


def _set(k, align, padding=None):
    def reference(x, diagonal, *_):
        made = np.array(x)
        rows = diagonal[..., None, :] if len(k) == 1 else diagonal
        for row, column, at in list(_each(k, *x.shape[-2:], align))[:-1]:
            made[..., row, column] = rows[..., at[0], at[1]]
        return made

    return reference


def _diag(k, align, rows, columns):
    def reference(diagonal, _k, _rows, _columns, padding):
        stack = diagonal.shape[: diagonal.ndim - len(k)]
        return _set(k, align)(np.full((*stack, rows, columns), padding), diagonal)

    return reference


def _rows():
    x = normal(2, 3, 4)
    for align in ("LEFT_LEFT", "RIGHT_LEFT", "LEFT_RIGHT", "RIGHT_RIGHT"):
        for k in ([0], [-1], [-1, 1], [0, 2], [-2, 3]):
            ends, nine = np.array(k, np.int32), np.float32(9)
            shape = _part(k, align)(x, ends, nine).shape
            for version in ("V2", "V3")[align != "LEFT_LEFT" :]:
                options = {"attrs": {"align": align} if version == "V3" else {}}
                options["label"] = f"{k} {align}"
                diagonals = normal(*shape, seed=1)
                yield Row(f"MatrixDiagPart{version}", [x, ends, nine], _part(k, align),
                          grad=[0], **options)  # fmt: skip
                yield Row(f"MatrixSetDiag{version}", [x, diagonals, ends], _set(k, align),
                          grad=[0, 1], **options)  # fmt: skip
                sizes = [np.int32(3), np.int32(4)]
                yield Row(f"MatrixDiag{version}", [diagonals, ends, *sizes, nine],
                          _diag(k, align, 3, 4), grad=[0], **options)  # fmt: skip


ROWS = [
    *_rows(),
    Row("MatrixDiagV3", [normal(2, 3), np.int32(1), np.int32(-1), np.int32(-1), np.float32(0)],
        _diag([1], "RIGHT_LEFT", 4, 4), grad=[0], label="square"),
    Row("MatrixDiagV3", [normal(3), np.int32(-1), np.int32(-1), np.int32(3), np.float32(0)],
        _diag([-1], "RIGHT_LEFT", 4, 3), grad=[0], label="rows by columns"),
]  # fmt: skip
