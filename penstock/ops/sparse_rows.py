"""Sparse tensors in which each row has an element."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import any_type

__all__ = ["SPECS"]


def _fill_empty_rows(xp: Any, indices: Any, values: Any, shape: Any, default: Any) -> Any:
    count = int(shape[0])
    empty = np.bincount(indices[:, 0], minlength=count)[:count] == 0
    rows = np.flatnonzero(empty)
    added = np.zeros((len(rows), indices.shape[1]), np.int64)
    added[:, 0] = rows
    places = np.concatenate([indices, added])
    elements = np.concatenate([values, np.full(len(rows), default, values.dtype)])
    order = np.argsort(places[:, 0], kind="stable")
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return places[order], elements[order], empty, back[: len(indices)]


def _filled_shapes(c: ShapeContext) -> list[Shape]:
    indices, shape = rules.with_rank(c, "indices", 2), c.shape_value("dense_shape")
    rows = None if not shape else shape[0]
    return [(None, indices[1]), (None,), (rows,), indices[:1]]


SPARSE_FILL_EMPTY_ROWS = OpSpec(
    "SparseFillEmptyRows",
    inputs=["indices: int64", "values: T", "dense_shape: int64", "default_value: T"],
    outputs=[
        "output_indices: int64",
        "output_values: T",
        "empty_row_indicator: bool",
        "reverse_index_map: int64",
    ],
    attrs={"T": any_type()},
    doc="The elements, with one at the beginning of each row that has none.",
    shape=_filled_shapes,
    kernel=_fill_empty_rows,
    grad=lambda ops, node, _, dy, *__: _grad_fill_empty_rows(ops, node, dy),
    host=True,
)


def _grad_fill_empty_rows(ops: Any, node: Any, dy: Any) -> list[Any]:
    back = ops.SparseFillEmptyRowsGrad(node.outputs[3], dy)
    return [None, back.d_values, None, back.d_default_value]


def _fill_empty_rows_grad(xp: Any, back: Any, dy: Any) -> Any:
    taken = xp.asarray(dy)[back]
    return taken, xp.sum(dy, dtype=dy.dtype) - xp.sum(taken, dtype=dy.dtype)


SPARSE_FILL_EMPTY_ROWS_GRAD = OpSpec(
    "SparseFillEmptyRowsGrad",
    inputs=["reverse_index_map: int64", "grad_values: T"],
    outputs=["d_values: T", "d_default_value: T"],
    attrs={"T": any_type()},
    doc="The gradient of SparseFillEmptyRows.",
    shape=lambda c: [c.shape("reverse_index_map"), ()],
    kernel=_fill_empty_rows_grad,
    grad=Undefined("TensorFlow has no second derivative of SparseFillEmptyRows"),
)

SPECS = (SPARSE_FILL_EMPTY_ROWS, SPARSE_FILL_EMPTY_ROWS_GRAD)
