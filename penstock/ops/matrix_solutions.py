"""Inverses, determinants and solutions of equations of matrices, which stand in the last axes."""

from __future__ import annotations

from typing import Any

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import decomposition_gradients as gradients
from penstock.ops.diagonals import matrix_shape
from penstock.ops.matrix_parts import (
    MATRIX_TYPES,
    adjoint_of,
    batch_shape,
    in_wide,
    of_square,
    square,
    triangle,
    wide,
)

__all__ = ["SPECS"]


def _inverse(xp: Any, matrix: Any, *, adjoint: bool) -> Any:
    if adjoint:
        matrix = xp.conj(xp.swapaxes(matrix, -1, -2))
    return xp.linalg.inv(wide(xp, matrix)).astype(matrix.dtype)


def _log_determinant(xp: Any, matrix: Any) -> Any:
    sign, log = xp.linalg.slogdet(wide(xp, matrix))
    return sign.astype(matrix.dtype), log.astype(matrix.dtype)


LOG_DETERMINANT = OpSpec(
    "LogMatrixDeterminant",
    inputs=["input: T"],
    outputs=["sign: T", "log_abs_determinant: T"],
    attrs={"T": MATRIX_TYPES},
    doc="The sign of the determinant and the logarithm of its absolute value.",
    shape=lambda c: [batch_shape(c)] * 2,
    kernel=_log_determinant,
    grad=gradients.log_determinant_grad,
)


def _solution_shape(c: ShapeContext) -> Shape:
    matrix, rhs = square(c, "matrix"), matrix_shape(c, "rhs")
    if matrix is None or rhs is None:
        return None
    try:
        rows = shapes.merge(matrix[:-1], rhs[:-1])
    except ValueError:
        raise c.mismatch("a right-hand side with a row for each row of the matrices") from None
    return (*(rows or ()), rhs[-1])


def _solve(xp: Any, matrix: Any, rhs: Any, *, adjoint: bool) -> Any:
    if adjoint:
        matrix = xp.conj(xp.swapaxes(matrix, -1, -2))
    return xp.linalg.solve(wide(xp, matrix), wide(xp, rhs)).astype(rhs.dtype)


def _solve_triangular(xp: Any, matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    return _solve(xp, triangle(xp, matrix, lower), rhs, adjoint=adjoint)


def _solving(name: str, doc: str, kernel: Any, grad: Any, **attrs: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["matrix: T", "rhs: T"],
        outputs=["output: T"],
        attrs={**attrs, "T": MATRIX_TYPES},
        doc=doc,
        shape=_solution_shape,
        kernel=kernel,
        grad=grad,
    )


def _least_squares_shape(c: ShapeContext) -> Shape:
    matrix, rhs = matrix_shape(c, "matrix"), matrix_shape(c, "rhs")
    if matrix is None or rhs is None:
        return None
    try:
        rows = shapes.merge(matrix[:-1], rhs[:-1])
    except ValueError:
        raise c.mismatch("a right-hand side with a row for each row of the matrices") from None
    return (*(rows or ())[:-1], matrix[-1], rhs[-1])


def _least_squares(xp: Any, matrix: Any, rhs: Any, weight: Any) -> Any:
    a, b = wide(xp, matrix), wide(xp, rhs)
    turned = adjoint_of(xp, a)
    rows, columns = a.shape[-2:]
    damping = xp.eye(min(rows, columns), dtype=a.dtype) * weight.astype(a.dtype)
    if rows >= columns:
        solution = xp.linalg.solve(turned @ a + damping, turned @ b)
    else:
        solution = turned @ xp.linalg.solve(a @ turned + damping, b)
    return solution.astype(rhs.dtype)


LEAST_SQUARES = OpSpec(
    "MatrixSolveLs",
    inputs=["matrix: T", "rhs: T", "l2_regularizer: double"],
    outputs=["output: T"],
    attrs={"T": MATRIX_TYPES, "fast": True},
    doc="The x for which matrix x comes closest to `rhs`, with a weight on its own length.",
    shape=_least_squares_shape,
    kernel=_least_squares,
    grad=gradients.least_squares_grad,
)


SPECS = (
    of_square("MatrixInverse", "The inverse.", _inverse, gradients.inverse_grad, adjoint=False),
    of_square(
        "MatrixDeterminant",
        "The determinant.",
        in_wide(lambda xp, x: xp.linalg.det(x)),
        gradients.determinant_grad,
        batch_shape,
    ),
    LOG_DETERMINANT,
    _solving(
        "MatrixSolve",
        "The x for which matrix x is `rhs`.",
        _solve,
        gradients.solve_grad,
        adjoint=False,
    ),
    _solving(
        "MatrixTriangularSolve",
        "The x for which matrix x is `rhs`, where one triangle of the matrix alone is read.",
        _solve_triangular,
        gradients.triangular_solve_grad,
        lower=True,
        adjoint=False,
    ),
    LEAST_SQUARES,
)
