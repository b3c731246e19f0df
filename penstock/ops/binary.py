"""Arithmetic of two tensors, element by element, with broadcasting."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import NUMBERS
from penstock.graph.spec import OpSpec
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _elementwise(name: str, types: frozenset[Any], doc: str, kernel: Any, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "y: T"],
        outputs=["z: T"],
        attrs={"T": types},
        doc=doc,
        shape=rules.broadcast,
        kernel=kernel,
        grad=grad,
    )


def reduced_to_inputs(ops: Any, node: Any, gx: Any, gy: Any) -> list[Any]:
    """Sum gradients of a broadcasting op over the axes along which its inputs were stretched."""
    x, y = node.inputs
    shape_x, shape_y = ops.Shape(x), ops.Shape(y)
    axes_x, axes_y = ops.BroadcastGradientArgs(shape_x, shape_y)
    return [
        ops.Reshape(ops.Sum(gx, axes_x), shape_x),
        ops.Reshape(ops.Sum(gy, axes_y), shape_y),
    ]


MUL = _elementwise(
    "Mul",
    NUMBERS,
    "x * y.",
    lambda xp, x, y: xp.multiply(x, y),
    lambda ops, node, dy: reduced_to_inputs(
        ops, node, ops.Mul(dy, node.inputs[1]), ops.Mul(node.inputs[0], dy)
    ),
)

SPECS = (MUL,)
