"""Comparisons and logic, element by element: what comes out is true or false."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import COMPLEX, FLOATING, NUMBERS, REAL_NUMBERS, SIGNED_INTEGERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]

_EQUATABLE = (
    FLOATING
    | SIGNED_INTEGERS
    | COMPLEX
    | {dtypes.uint8, dtypes.quint8, dtypes.qint8, dtypes.qint32, dtypes.string, dtypes.bool}
)


def _compared(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "y: T"],
        outputs=["z: bool"],
        attrs={"T": REAL_NUMBERS},
        doc=doc,
        shape=rules.broadcast,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
    )


def _equality_shape(c: ShapeContext) -> Shape:
    if c.attrs["incompatible_shape_error"]:
        return rules.broadcast(c)
    x, y = c.shape("x"), c.shape("y")
    if not (shapes.is_fully_defined(x) and shapes.is_fully_defined(y)):
        return None
    try:
        return shapes.broadcast(x, y)
    except ValueError:
        return ()  # shapes that do not fit: one answer for all


def _fits(x: Any, y: Any) -> bool:
    try:
        shapes.broadcast(x.shape, y.shape)
    except ValueError:
        return False
    return True


def _equal(xp: Any, x: Any, y: Any, *, incompatible_shape_error: bool) -> Any:
    if not incompatible_shape_error and not _fits(x, y):
        return xp.asarray(False)
    return xp.equal(x, y)


def _not_equal(xp: Any, x: Any, y: Any, *, incompatible_shape_error: bool) -> Any:
    if not incompatible_shape_error and not _fits(x, y):
        return xp.asarray(True)
    return xp.not_equal(x, y)


def _equality(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "y: T"],
        outputs=["z: bool"],
        attrs={"T": _EQUATABLE, "incompatible_shape_error": True},
        doc=doc,
        shape=_equality_shape,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
    )


def _logical(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: bool", "y: bool"],
        outputs=["z: bool"],
        doc=doc,
        shape=rules.broadcast,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
    )


LOGICAL_NOT = OpSpec(
    "LogicalNot",
    inputs=["x: bool"],
    outputs=["y: bool"],
    doc="Whether x is false.",
    shape=rules.same,
    kernel=lambda xp, x: xp.logical_not(x),
    grad=NOT_DIFFERENTIABLE,
)

APPROXIMATE_EQUAL = OpSpec(
    "ApproximateEqual",
    inputs=["x: T", "y: T"],
    outputs=["z: bool"],
    attrs={"T": NUMBERS, "tolerance": 1e-5},
    doc="Whether x and y differ by less than `tolerance`.",
    shape=rules.merged("x", "y"),
    kernel=lambda xp, x, y, *, tolerance: xp.abs(x - y) < tolerance,
    grad=NOT_DIFFERENTIABLE,
)

SPECS = (
    _compared("Less", "Whether x < y.", lambda xp, x, y: xp.less(x, y)),
    _compared("LessEqual", "Whether x <= y.", lambda xp, x, y: xp.less_equal(x, y)),
    _compared("Greater", "Whether x > y.", lambda xp, x, y: xp.greater(x, y)),
    _compared("GreaterEqual", "Whether x >= y.", lambda xp, x, y: xp.greater_equal(x, y)),
    _equality("Equal", "Whether x and y are equal.", _equal),
    _equality("NotEqual", "Whether x and y differ.", _not_equal),
    _logical("LogicalAnd", "Whether both are true.", lambda xp, x, y: xp.logical_and(x, y)),
    _logical("LogicalOr", "Whether one is true.", lambda xp, x, y: xp.logical_or(x, y)),
    LOGICAL_NOT,
    APPROXIMATE_EQUAL,
)
