"""Rows of morphology, against loops over every step and tap."""

from __future__ import annotations

from itertools import product

import numpy as np

from tests.ops.row import Row, integers, normal


def _geometry(size, taps, stride, rate, padding):
    reach = (taps - 1) * rate + 1
    if padding == "VALID":
        return (size - reach) // stride + 1, 0
    steps = -(-size // stride)
    return steps, max((steps - 1) * stride + reach - size, 0) // 2


def _winners(x, taps, strides, rates, padding):
    """Give the output, and for each of its elements which place and tap it comes from."""
    (rows, above), (columns, left) = (
        _geometry(x.shape[axis], taps.shape[axis - 1], strides[axis], rates[axis], padding)
        for axis in (1, 2)
    )
    y = np.zeros((x.shape[0], rows, columns, x.shape[3]))
    origins = {}
    for b, i, j, c in np.ndindex(y.shape):
        best = -np.inf
        for di, dj in product(range(taps.shape[0]), range(taps.shape[1])):
            row = i * strides[1] + di * rates[1] - above
            column = j * strides[2] + dj * rates[2] - left
            if not (0 <= row < x.shape[1] and 0 <= column < x.shape[2]):
                continue
            total = x[b, row, column, c] + taps[di, dj, c]
            if total > best:
                best = total
                origins[b, i, j, c] = (b, row, column, c), (di, dj, c)
        y[b, i, j, c] = best
    return y, origins


def _dilation(*setting):
    return lambda x, taps: _winners(x, taps, *setting)[0]


def _back(which, *setting):
    def reference(x, taps, dy):
        _, origins = _winners(x, taps, *setting)
        total = np.zeros((x, taps)[which].shape)
        for place, pair in origins.items():
            total[pair[which]] += dy[place]
        return total

    return reference


_SETTINGS = [
    ([1, 1, 1, 1], [1, 1, 1, 1], "SAME", (5, 4)),
    ([1, 2, 1, 1], [1, 2, 2, 1], "SAME", (3, 4)),
    ([1, 1, 2, 1], [1, 2, 1, 1], "VALID", (3, 1)),
]

ROWS = []
for _strides, _rates, _padding, _steps in _SETTINGS:
    _attrs = {"strides": _strides, "rates": _rates, "padding": _padding}
    _inputs = [normal(2, 5, 4, 3), normal(2, 3, 3)]
    _setting = (_strides, _rates, _padding)
    _label = f"{_strides} {_padding}"
    ROWS += [
        Row(
            "Dilation2D",
            _inputs,
            reference=_dilation(*_setting),
            attrs=_attrs,
            dtypes=("float16", "float32", "float64"),
            grad=True,
            second=False,
            label=_label,
        ),
        Row(
            "Dilation2DBackpropInput",
            [*_inputs, normal(2, *_steps, 3, seed=1)],
            reference=_back(0, *_setting),
            attrs=_attrs,
            dtypes=("float32", "float64"),
            label=_label,
        ),
        Row(
            "Dilation2DBackpropFilter",
            [*_inputs, normal(2, *_steps, 3, seed=1)],
            reference=_back(1, *_setting),
            attrs=_attrs,
            dtypes=("float32", "float64"),
            label=_label,
        ),
    ]
ROWS.append(
    Row(
        "Dilation2D",
        [integers(0, 50, 1, 4, 4, 2), integers(0, 50, 2, 2, 2)],
        reference=_dilation([1, 1, 1, 1], [1, 1, 1, 1], "VALID"),
        attrs={"strides": [1, 1, 1, 1], "rates": [1, 1, 1, 1], "padding": "VALID"},
        dtypes=("int32", "uint8", "int64"),
        label="of numbers",
    )
)
