"""Ops that TensorFlow got after 1.15, and that models of TensorFlow 2 have in their files."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes, shapes
from penstock.core.dtypes import COMPLEX, FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops.arrays_common import INDEX, require

__all__ = ["SPECS"]

_FACTORS = (
    FLOATING | COMPLEX | {dtypes.int8, dtypes.uint8, dtypes.int16, dtypes.int32, dtypes.int64}
)


def _product_shape(c: ShapeContext) -> Shape:
    x, y = c.shape("x"), c.shape("y")
    if x is None or y is None:
        return None
    if min(len(x), len(y)) < 2:
        raise c.mismatch("factors of at least 2 axes")
    rows, inner = x[-2:][:: -1 if c.attrs["adj_x"] else 1]
    other, columns = y[-2:][:: -1 if c.attrs["adj_y"] else 1]
    if None not in (inner, other) and inner != other:
        raise c.mismatch("as many columns in the first factor as rows in the second")
    try:
        stack = shapes.broadcast(x[:-2], y[:-2])
    except ValueError:
        raise c.mismatch("stacks that fit together") from None
    return (*(stack or ()), rows, columns)


def _product(xp: Any, x: Any, y: Any, *, adj_x: bool, adj_y: bool, Tout: Any) -> Any:
    dtype = Tout.as_numpy_dtype
    x, y = (
        xp.swapaxes(xp.conj(one), -1, -2) if turned else one
        for one, turned in ((x.astype(dtype), adj_x), (y.astype(dtype), adj_y))
    )
    return xp.matmul(x, y).astype(dtype)


BATCH_MAT_MUL_V3 = OpSpec(
    "BatchMatMulV3",
    inputs=["x: Ta", "y: Tb"],
    outputs=["output: Tout"],
    attrs={
        "Ta": attr("type", allowed=_FACTORS),
        "Tb": attr("type", allowed=_FACTORS),
        "Tout": attr("type", allowed=_FACTORS),
        "adj_x": False,
        "adj_y": False,
    },
    doc="Products of matrices, stack by stack, in a dtype of their own.",
    shape=_product_shape,
    kernel=_product,
    grad=Undefined("files have it without its gradient; use tf.matmul to train"),
)


def _counts_shape(c: ShapeContext) -> Shape:
    given, size = c.shape("input"), c.value("size")
    if given is None:
        return None
    if len(given) > 2:
        raise c.mismatch("numbers in one axis, or in rows")
    return (*given[:-1], None if size is None else int(size))


def _counts(
    xp: Any, numbers: Any, size: Any, weights: Any, *, T: Any, binary_output: bool
) -> np.ndarray:
    numbers, size = np.asarray(numbers), int(size)
    require(size >= 0, f"The number of bins must not be negative, but size is {size}.")
    require(
        bool((numbers >= 0).all()),
        f"Only numbers from 0 are counted, but the least is {numbers.min(initial=0)}.",
    )
    rows = numbers if numbers.ndim > 1 else numbers.reshape(1, -1)
    added = np.broadcast_to(np.asarray(weights).reshape(rows.shape) if np.size(weights) else 1,
                            rows.shape)  # fmt: skip
    made = np.zeros((len(rows), size), T.as_numpy_dtype)
    at, column = np.nonzero(rows < size)
    places = at, rows[at, column]
    if binary_output:
        made[places] = 1
    else:
        np.add.at(made, places, added[at, column].astype(made.dtype))
    return made.reshape(*numbers.shape[:-1], size)


DENSE_BINCOUNT = OpSpec(
    "DenseBincount",
    inputs=["input: Tidx", "size: Tidx", "weights: T"],
    outputs=["output: T"],
    attrs={
        "Tidx": attr("type", allowed=INDEX),
        "T": attr("type", allowed={dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64}),
        "binary_output": False,
    },
    doc="How often each number occurs, in all or row by row; or the sums of their weights.",
    shape=_counts_shape,
    kernel=_counts,
    host=True,
)

SPECS = (BATCH_MAT_MUL_V3, DENSE_BINCOUNT)
