"""Two sparse tensors: their sum, the larger and the smaller of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import NUMBERS, REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT, require

__all__ = ["SPECS"]

_PAIR = [
    "a_indices: int64",
    "a_values: T",
    "a_shape: int64",
    "b_indices: int64",
    "b_values: T",
    "b_shape: int64",
]


def _union(a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Give the coordinates that are in either, in row order, and where each of both stands."""
    places = np.concatenate([a, b])
    union, numbers = np.unique(places, axis=0, return_inverse=True)
    numbers = numbers.reshape(-1)
    return union, numbers[: len(a)], numbers[len(a) :]


def _add(
    xp: Any, a_indices: Any, a: Any, a_shape: Any, b_indices: Any, b: Any, b_shape: Any, least: Any
) -> Any:
    _check_shapes(a_shape, b_shape)
    places, of_a, of_b = _union(a_indices, b_indices)
    total = np.zeros(len(places), a.dtype)
    total[of_a] += a
    total[of_b] += b
    kept = np.abs(total) >= least
    return places[kept], total[kept], a_shape


def _check_shapes(a: Any, b: Any) -> None:
    require(
        np.array_equal(a, b), f"Sparse tensors must have one shape, not {a.tolist()}, {b.tolist()}."
    )


def _added_shapes(c: ShapeContext) -> list[Shape]:
    shape = c.shape("a_shape")
    return [(None, None if shape is None else shape[0]), (None,), shape]


def _grad_add(ops: Any, node: Any, _: Any, dy: Any, __: Any) -> list[Any]:
    a, b = node.inputs[0], node.inputs[3]
    back = ops.SparseAddGrad(dy, a, b, node.outputs[0])
    to_a, to_b = back.a_val_grad, back.b_val_grad
    to_a.set_shape(node.inputs[1].static_shape)
    to_b.set_shape(node.inputs[4].static_shape)
    return [None, to_a, None, None, to_b, None, None]


SPARSE_ADD = OpSpec(
    "SparseAdd",
    inputs=[*_PAIR, "thresh: Treal"],
    outputs=["sum_indices: int64", "sum_values: T", "sum_shape: int64"],
    attrs={"T": NUMBERS, "Treal": REAL_NUMBERS},
    doc="The sum of two sparse tensors, without the elements whose size is below `thresh`.",
    shape=_added_shapes,
    kernel=_add,
    grad=_grad_add,
    host=True,
)


def _add_grad(xp: Any, dy: Any, a: Any, b: Any, total: Any) -> Any:
    row = {tuple(place): number for number, place in enumerate(total.tolist())}
    found = []
    for places in (a.tolist(), b.tolist()):
        numbers = [row.get(tuple(place), -1) for place in places]
        found.append(np.array([dy[n] if n >= 0 else 0 for n in numbers], dy.dtype))
    return tuple(found)


SPARSE_ADD_GRAD = OpSpec(
    "SparseAddGrad",
    inputs=[
        "backprop_val_grad: T",
        "a_indices: int64",
        "b_indices: int64",
        "sum_indices: int64",
    ],
    outputs=["a_val_grad: T", "b_val_grad: T"],
    attrs={"T": NUMBERS},
    doc="The gradient of SparseAdd: zero for elements that the sum leaves out.",
    shape=lambda c: [
        rules.with_rank(c, "a_indices", 2)[:1],
        rules.with_rank(c, "b_indices", 2)[:1],
    ],
    kernel=_add_grad,
    host=True,
)


def _extreme(function: Any) -> Any:
    def kernel(
        xp: Any, a_indices: Any, a: Any, a_shape: Any, b_indices: Any, b: Any, b_shape: Any
    ) -> Any:
        _check_shapes(a_shape, b_shape)
        places, of_a, of_b = _union(a_indices, b_indices)
        full_a, full_b = np.zeros(len(places), a.dtype), np.zeros(len(places), b.dtype)
        full_a[of_a], full_b[of_b] = a, b
        return places, function(full_a, full_b)

    return kernel


def _extreme_op(name: str, doc: str, function: Any, types: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=_PAIR,
        outputs=["output_indices: int64", "output_values: T"],
        attrs={"T": types},
        doc=doc,
        shape=lambda c: [(None, None), (None,)],
        kernel=_extreme(function),
        grad=NO_GRADIENT,
        host=True,
    )


SPECS = (
    SPARSE_ADD,
    SPARSE_ADD_GRAD,
    _extreme_op(
        "SparseSparseMaximum",
        "The larger of two sparse tensors, element by element; what is not there is 0.",
        np.maximum,
        REAL_NUMBERS,
    ),
    _extreme_op(
        "SparseSparseMinimum",
        "The smaller of two sparse tensors, element by element; what is not there is 0.",
        np.minimum,
        NUMBERS,
    ),
)
