"""Rows of sums down the columns of wide matrices, which the XLA tier does in a way of its own."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, normal

_TALL = normal(3, 2, 16_500)

ROWS = [
    *(
        Row(
            op,
            [_TALL, np.array(axes, np.int32)],
            reference=lambda x, axes, compute=compute, keep=keep: compute(
                x, axis=tuple(axes), keepdims=keep
            ),
            attrs={"keep_dims": keep},
            dtypes=("float32", "float64"),
            rtol=1e-5,
            label=f"wide {axes} {keep}",
        )
        for op, compute in (("Sum", np.sum), ("Mean", np.mean))
        for axes, keep in (([0], False), ([-2, 0], True))
    ),
    Row(
        "BiasAddGrad",
        [_TALL],
        reference=lambda dy: dy.sum((0, 1)),
        dtypes=("float32", "float64"),
        rtol=1e-5,
        label="wide",
    ),
]
