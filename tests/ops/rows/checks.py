"""Rows of the ops that check values, or show them."""

import numpy as np

from tests.ops.row import Row, normal

_X = normal(2, 3)
_TEXT = np.array(b"as it runs", object)


def _nothing(outputs):
    assert outputs == []


ROWS = [
    Row("Assert", [np.array(True), [_X, np.int32(3)]], check=_nothing),
    Row("CheckNumerics", [_X], lambda x: x, {"message": "told"}, grad=True,
        dtypes=("float32", "float16", "bfloat16", "float64")),
    Row("EnsureShape", [_X], lambda x: x, {"shape": [None, 3]}, grad=True),
    Row("Print", [_X, [np.int32(3), _TEXT]], lambda x, data: x, {"message": "told"},
        check=lambda outputs: None, grad=(0,)),
    Row("PrintV2", [_TEXT], check=_nothing),
    Row("StringFormat", [[np.array([0.5, 2]), np.arange(9)]],
        lambda inputs: np.array(b"x is [0.5 2], y is [0 1 ... 7 8]", object),
        {"template": "x is {}, y is {}", "placeholder": "{}", "summarize": 2}),
]  # fmt: skip
