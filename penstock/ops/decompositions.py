"""Decompositions of matrices, which stand in the last two axes.

Of a matrix that must be symmetric (or Hermitian), only the lower triangle is read.
"""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined
from penstock.ops import decomposition_gradients as gradients
from penstock.ops.diagonals import matrix_shape
from penstock.ops.matrix_parts import (
    MATRIX_TYPES,
    adjoint_of,
    in_wide,
    of_square,
    square,
    symmetric,
    wide,
)

__all__ = ["SPECS"]


# The gradient of the Cholesky decomposition as an op of its own


def _cholesky_grad(xp: Any, factor: Any, dy: Any) -> Any:
    lower = xp.tril(wide(xp, factor))
    inverse = xp.linalg.inv(lower)
    middle = xp.tril(adjoint_of(xp, lower) @ dy.astype(lower.dtype))
    middle = middle - xp.tril(xp.triu(middle)) / 2
    half = adjoint_of(xp, inverse) @ middle @ inverse
    return ((half + adjoint_of(xp, half)) / 2).astype(factor.dtype)


CHOLESKY_GRAD = OpSpec(
    "CholeskyGrad",
    inputs=["l: T", "grad: T"],
    outputs=["output: T"],
    attrs={"T": FLOATING - {dtypes.bfloat16}},
    doc="The gradient of Cholesky, from its output `l` and the gradient `grad` of that.",
    shape=lambda c: square(c, "l"),
    kernel=_cholesky_grad,
    grad=Undefined("TensorFlow defines none for it; Cholesky's own gradient has one"),
)


def _eigen_shape(c: ShapeContext) -> list[Shape]:
    shape = square(c, "input")
    if shape is None:
        return [None, None if c.attrs["compute_v"] else (0,)]
    return [shape[:-1], shape if c.attrs["compute_v"] else (0,)]


def _eigen(xp: Any, matrix: Any, *, compute_v: bool) -> Any:
    full = symmetric(xp, wide(xp, matrix))
    if not compute_v:
        return xp.linalg.eigvalsh(full).astype(matrix.dtype), xp.zeros((0,), matrix.dtype)
    values, vectors = xp.linalg.eigh(full)
    return values.astype(matrix.dtype), vectors.astype(matrix.dtype)


SELF_ADJOINT_EIG = OpSpec(
    "SelfAdjointEigV2",
    inputs=["input: T"],
    outputs=["e: T", "v: T"],
    attrs={"compute_v": True, "T": MATRIX_TYPES},
    doc="The eigenvalues of symmetric matrices, rising, and the eigenvectors as columns.",
    shape=_eigen_shape,
    kernel=_eigen,
    grad=gradients.eigen_grad,
)


def _sides(c: ShapeContext) -> tuple[Shape, Any, Any, Any]:
    """Give the batch, the rows, the columns and the smaller of the two."""
    shape = matrix_shape(c, "input")
    if shape is None:
        return None, None, None, None
    rows, columns = shape[-2:]
    smaller = None if rows is None or columns is None else min(rows, columns)
    return shape[:-2], rows, columns, smaller


def _qr_shape(c: ShapeContext) -> list[Shape]:
    batch, rows, columns, smaller = _sides(c)
    if batch is None:
        return [None, None]
    inner = rows if c.attrs["full_matrices"] else smaller
    return [(*batch, rows, inner), (*batch, inner, columns)]


def _qr(xp: Any, matrix: Any, *, full_matrices: bool) -> Any:
    mode = "complete" if full_matrices else "reduced"
    q, r = xp.linalg.qr(wide(xp, matrix), mode=mode)
    return q.astype(matrix.dtype), r.astype(matrix.dtype)


QR = OpSpec(
    "Qr",
    inputs=["input: T"],
    outputs=["q: T", "r: T"],
    attrs={"full_matrices": False, "T": MATRIX_TYPES},
    doc="Matrices q with orthogonal columns and upper triangles r, whose product is `input`.",
    shape=_qr_shape,
    kernel=_qr,
    grad=gradients.qr_grad,
)


def _svd_shape(c: ShapeContext) -> list[Shape]:
    batch, rows, columns, smaller = _sides(c)
    if not c.attrs["compute_uv"]:
        return [None if batch is None else (*batch, smaller), (0,), (0,)]
    if batch is None:
        return [None, None, None]
    full = c.attrs["full_matrices"]
    return [
        (*batch, smaller),
        (*batch, rows, rows if full else smaller),
        (*batch, columns, columns if full else smaller),
    ]


def _svd(xp: Any, matrix: Any, *, compute_uv: bool, full_matrices: bool) -> Any:
    full = wide(xp, matrix)
    if not compute_uv:
        nothing = xp.zeros((0,), matrix.dtype)
        values = xp.linalg.svd(full, full_matrices=full_matrices, compute_uv=False)
        return values.astype(matrix.dtype), nothing, nothing
    u, s, turned = xp.linalg.svd(full, full_matrices=full_matrices)
    return tuple(part.astype(matrix.dtype) for part in (s, u, adjoint_of(xp, turned)))


SVD = OpSpec(
    "Svd",
    inputs=["input: T"],
    outputs=["s: T", "u: T", "v: T"],
    attrs={"compute_uv": True, "full_matrices": False, "T": MATRIX_TYPES},
    doc="Singular values, falling, and the left and right vectors to them as columns.",
    shape=_svd_shape,
    kernel=_svd,
    grad=gradients.svd_grad,
)

SPECS = (
    of_square(
        "Cholesky",
        "The lower triangle that gives `input` when it is multiplied by its adjoint.",
        in_wide(lambda xp, x: xp.linalg.cholesky(symmetric(xp, x))),
        gradients.cholesky_grad,
    ),
    CHOLESKY_GRAD,
    SELF_ADJOINT_EIG,
    QR,
    SVD,
)
