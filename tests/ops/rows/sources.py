"""Rows of constants, placeholders and what passes its input on."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, normal

_SAME = lambda x: x  # noqa: E731
_X = normal(2, 3)

ROWS = [
    Row("Const", attrs={"value": _X, "dtype": "float32"}, reference=lambda: _X),
    Row("Placeholder", attrs={"dtype": "float32", "shape": (2,)}),
    Row("PlaceholderWithDefault", [_X], _SAME, {"shape": (None, 3)}, shape_known=False),
    Row("Identity", [_X], _SAME, grad=True, dtypes=("float32", "int64", "bool", "complex64")),
    Row("Identity", [np.array([b"a", b"b"], object)], _SAME, label="strings"),
    Row("IdentityN", [[_X, np.arange(3)]], lambda xs: xs, grad=[0]),
    Row("NoOp", reference=list),
    Row("StopGradient", [_X], _SAME),
    Row("Snapshot", [_X], _SAME, grad=True),
    Row("PreventGradient", [_X], _SAME),
]
