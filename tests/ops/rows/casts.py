"""Rows of casts, parts of complex numbers, sums of many, bounds and checks."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, integers, normal

_X = normal(2, 3)
_Z = complexes(2, 3)
_BOUNDS = {"boundaries": [0.0, 1.0, 2.5]}


def _same_bits(dtype):
    return lambda x: np.asarray(x).view(dtype)


ROWS = [
    Row("Cast", [np.array([-2.7, -0.5, 0.0, 3.9], np.float32)], np.trunc, {"DstT": "int32"}),
    Row("Cast", [_X], lambda x: x, {"DstT": "float64"}, grad=True, rtol=1e-6,
        dtypes=("float16", "bfloat16", "float32")),
    Row("Cast", [_X], lambda x: x.astype(np.float32), {"DstT": "float32"}, grad=True,
        label="narrow"),
    Row("Cast", [_X > 0], lambda x: x, {"DstT": "float32"}, label="bool"),
    Row("Cast", [integers(-1, 2, 5)], lambda x: x != 0, {"DstT": "bool"}, label="to bool"),
    Row("Cast", [_Z], np.real, {"DstT": "float32"}, label="real part"),
    Row("Cast", [_X], lambda x: x, {"DstT": "bfloat16"}, rtol=1e-2, label="bfloat16"),
    Row("Bitcast", [integers(0, 99, 3)], _same_bits(np.float32), {"type": "float32"}),
    Row("Bitcast", [integers(0, 99, 2, 3)], lambda x: x.view(np.uint8).reshape(2, 3, 4),
        {"type": "uint8"}, label="smaller"),
    Row("Bitcast", [integers(0, 99, 3, 2)], lambda x: x.view(np.int64)[..., 0],
        {"type": "int64"}, label="larger"),
    Row("Real", [_Z], np.real),
    Row("Imag", [_Z], np.imag),
    Row("Real", [_Z], np.real, {"Tout": "float64"}, dtypes=["complex128"], grad=True,
        label="double"),
    Row("Conj", [_Z], np.conj, dtypes=("complex64", "complex128"), grad=True),
    Row("Angle", [_Z], np.angle),
    Row("ComplexAbs", [_Z], np.abs),
    *(Row(op, [_Z], function, {"Tout": "float64"}, dtypes=["complex128"], grad=True, label="double")
      for op, function in (("Imag", np.imag), ("Angle", np.angle), ("ComplexAbs", np.abs))),
    Row("AddN", [[_X, _X + 1, _X * 2]], sum, dtypes=("float16", "float32", "int32"), grad=True),
    Row("AddN", [[_X]], sum, label="one"),
    Row("AccumulateNV2", [[_X, _X + 1]], sum, {"shape": (2, 3)}, grad=True),
    Row("ClipByValue", [_X, np.float32(-0.5), np.float32(1)], lambda x, a, b: np.clip(x, a, b),
        dtypes=("float32", "int32")),
    Row("Bucketize", [np.array([-1, 0, 0.5, 2.5, 9], np.float32)],
        lambda x: np.array([0, 1, 1, 3, 3]), _BOUNDS),
    Row("Bucketize", [np.array([-1, 0, 2, 3, 9], np.int32)],
        lambda x: np.array([0, 1, 2, 3, 3]), _BOUNDS, dtypes=("int32", "int64"), label="integers"),
]  # fmt: skip
