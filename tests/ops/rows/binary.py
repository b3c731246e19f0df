"""Rows of the arithmetic of two tensors."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, normal

ROWS = [
    Row("Mul", [normal(2, 3), normal(3)], np.multiply, grad=True, dtypes=("float32", "int32")),
]
