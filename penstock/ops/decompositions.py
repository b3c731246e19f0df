"""Inverses, determinants, solutions and decompositions of matrices, which stand in the last axes.

Of a matrix that must be symmetric (or Hermitian), only the lower triangle is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import COMPLEX, FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined
from penstock.ops import decomposition_gradients as gradients
from penstock.ops.diagonals import matrix_shape

__all__ = ["SPECS", "symmetric", "triangle"]

_TYPES = (FLOATING - {dtypes.bfloat16}) | COMPLEX


def _wide(xp: Any, x: Any) -> Any:
    """Give half floats as float32: linear algebra knows no shorter ones."""
    return x.astype("float32") if x.dtype.itemsize == 2 else x


def _in_wide(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Make a kernel of one matrix that computes half floats as float32."""

    def compute(xp: Any, matrix: Any) -> Any:
        return kernel(xp, _wide(xp, matrix)).astype(matrix.dtype)

    return compute


def adjoint(xp: Any, x: Any) -> Any:
    """Give the conjugate transpose."""
    return xp.conj(xp.swapaxes(x, -1, -2))


def symmetric(xp: Any, x: Any) -> Any:
    """Give the Hermitian matrix whose lower triangle is that of `x`."""
    return xp.tril(x) + adjoint(xp, xp.tril(x, -1))


def triangle(xp: Any, x: Any, lower: bool) -> Any:
    """Give the lower or the upper triangle, and zeros in the other."""
    return xp.tril(x) if lower else xp.triu(x)


def _square(c: ShapeContext, name: str) -> Shape:
    shape = matrix_shape(c, name)
    if shape is None:
        return None
    try:
        side = shapes.merge(shape[-2:-1], shape[-1:])
    except ValueError:
        raise c.mismatch(f"{name} of square matrices") from None
    return (*shape[:-2], *(side or ()), *(side or ()))


def _square_shape(c: ShapeContext) -> Shape:
    return _square(c, c.spec.inputs[0].name)


def _batch_shape(c: ShapeContext) -> Shape:
    shape = _square(c, "input")
    return None if shape is None else shape[:-2]


def _inverse(xp: Any, matrix: Any, *, adjoint: bool) -> Any:
    if adjoint:
        matrix = xp.conj(xp.swapaxes(matrix, -1, -2))
    return xp.linalg.inv(_wide(xp, matrix)).astype(matrix.dtype)


def _log_determinant(xp: Any, matrix: Any) -> Any:
    sign, log = xp.linalg.slogdet(_wide(xp, matrix))
    return sign.astype(matrix.dtype), log.astype(matrix.dtype)


def _of_square(
    name: str, doc: str, kernel: Any, grad: Any, shape: Any = _square_shape, **attrs: Any
) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T"],
        outputs=["output: T"],
        attrs={**attrs, "T": _TYPES},
        doc=doc,
        shape=shape,
        kernel=kernel,
        grad=grad,
    )


LOG_DETERMINANT = OpSpec(
    "LogMatrixDeterminant",
    inputs=["input: T"],
    outputs=["sign: T", "log_abs_determinant: T"],
    attrs={"T": _TYPES},
    doc="The sign of the determinant and the logarithm of its absolute value.",
    shape=lambda c: [_batch_shape(c)] * 2,
    kernel=_log_determinant,
    grad=gradients.log_determinant_grad,
)


# The gradient of the Cholesky decomposition as an op of its own


def _cholesky_grad(xp: Any, factor: Any, dy: Any) -> Any:
    wide = xp.tril(_wide(xp, factor))
    inverse = xp.linalg.inv(wide)
    middle = xp.tril(adjoint(xp, wide) @ dy.astype(wide.dtype))
    middle = middle - xp.tril(xp.triu(middle)) / 2
    half = adjoint(xp, inverse) @ middle @ inverse
    return ((half + adjoint(xp, half)) / 2).astype(factor.dtype)


CHOLESKY_GRAD = OpSpec(
    "CholeskyGrad",
    inputs=["l: T", "grad: T"],
    outputs=["output: T"],
    attrs={"T": FLOATING - {dtypes.bfloat16}},
    doc="The gradient of Cholesky, from its output `l` and the gradient `grad` of that.",
    shape=lambda c: _square(c, "l"),
    kernel=_cholesky_grad,
    grad=Undefined("TensorFlow defines none for it; Cholesky's own gradient has one"),
)


# Solutions


def _solution_shape(c: ShapeContext) -> Shape:
    matrix, rhs = _square(c, "matrix"), matrix_shape(c, "rhs")
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
    return xp.linalg.solve(_wide(xp, matrix), _wide(xp, rhs)).astype(rhs.dtype)


def _solve_triangular(xp: Any, matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    return _solve(xp, triangle(xp, matrix, lower), rhs, adjoint=adjoint)


def _solving(name: str, doc: str, kernel: Any, grad: Any, **attrs: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["matrix: T", "rhs: T"],
        outputs=["output: T"],
        attrs={**attrs, "T": _TYPES},
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
    a, b = _wide(xp, matrix), _wide(xp, rhs)
    turned = adjoint(xp, a)
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
    attrs={"T": _TYPES, "fast": True},
    doc="The x for which matrix x comes closest to `rhs`, with a weight on its own length.",
    shape=_least_squares_shape,
    kernel=_least_squares,
    grad=gradients.least_squares_grad,
)


# Decompositions


def _eigen_shape(c: ShapeContext) -> list[Shape]:
    shape = _square(c, "input")
    if shape is None:
        return [None, None if c.attrs["compute_v"] else (0,)]
    return [shape[:-1], shape if c.attrs["compute_v"] else (0,)]


def _eigen(xp: Any, matrix: Any, *, compute_v: bool) -> Any:
    full = symmetric(xp, _wide(xp, matrix))
    if not compute_v:
        return xp.linalg.eigvalsh(full).astype(matrix.dtype), xp.zeros((0,), matrix.dtype)
    values, vectors = xp.linalg.eigh(full)
    return values.astype(matrix.dtype), vectors.astype(matrix.dtype)


SELF_ADJOINT_EIG = OpSpec(
    "SelfAdjointEigV2",
    inputs=["input: T"],
    outputs=["e: T", "v: T"],
    attrs={"compute_v": True, "T": _TYPES},
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
    q, r = xp.linalg.qr(_wide(xp, matrix), mode=mode)
    return q.astype(matrix.dtype), r.astype(matrix.dtype)


QR = OpSpec(
    "Qr",
    inputs=["input: T"],
    outputs=["q: T", "r: T"],
    attrs={"full_matrices": False, "T": _TYPES},
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
    wide = _wide(xp, matrix)
    if not compute_uv:
        nothing = xp.zeros((0,), matrix.dtype)
        values = xp.linalg.svd(wide, full_matrices=full_matrices, compute_uv=False)
        return values.astype(matrix.dtype), nothing, nothing
    u, s, turned = xp.linalg.svd(wide, full_matrices=full_matrices)
    return tuple(part.astype(matrix.dtype) for part in (s, u, adjoint(xp, turned)))


SVD = OpSpec(
    "Svd",
    inputs=["input: T"],
    outputs=["s: T", "u: T", "v: T"],
    attrs={"compute_uv": True, "full_matrices": False, "T": _TYPES},
    doc="Singular values, falling, and the left and right vectors to them as columns.",
    shape=_svd_shape,
    kernel=_svd,
    grad=gradients.svd_grad,
)

SPECS = (
    _of_square("MatrixInverse", "The inverse.", _inverse, gradients.inverse_grad, adjoint=False),
    _of_square(
        "MatrixDeterminant",
        "The determinant.",
        _in_wide(lambda xp, x: xp.linalg.det(x)),
        gradients.determinant_grad,
        _batch_shape,
    ),
    LOG_DETERMINANT,
    _of_square(
        "Cholesky",
        "The lower triangle that gives `input` when it is multiplied by its adjoint.",
        _in_wide(lambda xp, x: xp.linalg.cholesky(symmetric(xp, x))),
        gradients.cholesky_grad,
    ),
    CHOLESKY_GRAD,
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
    SELF_ADJOINT_EIG,
    QR,
    SVD,
)
