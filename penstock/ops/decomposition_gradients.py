"""Gradients of inverses, determinants, solutions and decompositions.

Most follow Giles, "An extended collection of matrix derivative results for forward and reverse
mode algorithmic differentiation", 2008; that of the Cholesky decomposition Murray,
"Differentiation of the Cholesky decomposition", 2016.
"""

from __future__ import annotations

from typing import Any

from penstock.ops import composed
from penstock.ops.composed_matrices import (
    adjoint,
    cholesky_solve,
    eye,
    matmul,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
    matrix_transpose,
)

__all__ = [
    "cholesky_grad",
    "determinant_grad",
    "eigen_grad",
    "inverse_grad",
    "least_squares_grad",
    "log_determinant_grad",
    "qr_grad",
    "solve_grad",
    "svd_grad",
    "triangular_solve_grad",
]


def inverse_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Move dy past the two inverses: -y^H dy y^H, in the adjoint case -y dy^H y."""
    y = node.outputs[0]
    if node.attrs["adjoint"]:
        return [ops.Neg(matmul(y, matmul(dy, y, adjoint_a=True)))]
    return [ops.Neg(matmul(y, matmul(dy, y, adjoint_b=True), adjoint_a=True))]


def _as_factors(ops: Any, values: Any, like: Any) -> Any:
    """Build one number per matrix in the shape of matrices of one element."""
    sizes = ops.ConcatV2([composed.shape(like), [1, 1]], 0, name="concat")
    return ops.Reshape(values, sizes)


def determinant_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Multiply dy by the determinant and the adjoint inverse."""
    y = node.outputs[0]
    inverse = ops.MatrixInverse(node.inputs[0], adjoint=True)
    return [_as_factors(ops, dy * y, y) * inverse]


def log_determinant_grad(ops: Any, node: Any, _: Any, dy: Any) -> list[Any]:
    """Multiply dy by the adjoint inverse; the sign has no slope."""
    inverse = ops.MatrixInverse(node.inputs[0], adjoint=True)
    return [_as_factors(ops, dy, node.outputs[1]) * inverse]


def _halved_diagonal(matrix: Any) -> Any:
    return matrix_set_diag(matrix, 0.5 * matrix_diag_part(matrix))


def cholesky_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Solve for the symmetric matrix that moves the factor by dy."""
    factor = node.outputs[0]
    rows = composed.shape(factor)[-1]
    batch = composed.shape(factor)[:-2]
    identity = eye(rows, batch_shape=batch, dtype=factor.dtype)
    inverse = ops.MatrixTriangularSolve(factor, identity)
    middle = _halved_diagonal(matmul(factor, dy, adjoint_a=True))
    middle = ops.MatrixBandPart(middle, -1, 0)
    half = matmul(matmul(inverse, middle, adjoint_a=True), inverse)
    return [(half + adjoint(half)) * 0.5]


def _outer(ops: Any, node: Any, by_rhs: Any) -> Any:
    """Build the gradient for the matrix from that for the right-hand side."""
    solution = node.outputs[0]
    if node.attrs["adjoint"]:
        return ops.Neg(matmul(solution, by_rhs, adjoint_b=True))
    return ops.Neg(matmul(by_rhs, solution, adjoint_b=True))


def solve_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Solve the adjoint system for dy."""
    by_rhs = ops.MatrixSolve(node.inputs[0], dy, adjoint=not node.attrs["adjoint"])
    return [_outer(ops, node, by_rhs), by_rhs]


def triangular_solve_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Solve the adjoint system for dy; the other triangle has no slope."""
    lower = node.attrs["lower"]
    by_rhs = ops.MatrixTriangularSolve(
        node.inputs[0], dy, lower=lower, adjoint=not node.attrs["adjoint"]
    )
    by_matrix = _outer(ops, node, by_rhs)
    band = (-1, 0) if lower else (0, -1)
    return [ops.MatrixBandPart(by_matrix, *band), by_rhs]


def _damped_factor(ops: Any, matrix: Any, weight: Any, wide: bool) -> Any:
    product = matmul(matrix, matrix, transpose_a=not wide, transpose_b=wide)
    sizes = composed.shape(matrix)
    batch, rows = sizes[:-2], sizes[-2 if wide else -1]
    identity = eye(rows, batch_shape=batch, dtype=matrix.dtype)
    return ops.Cholesky(product + weight * identity)


def least_squares_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Differentiate the solution of the normal equations.

    Raises:
      ValueError: if the sizes of the matrices are not known, or `fast` is False.
    """
    if not node.attrs["fast"]:
        raise ValueError(
            f"{node.name!r}, made at {node.line}, has no gradient because fast is False. Call "
            "tf.matrix_solve_ls with fast=True."
        )
    matrix, rhs = node.inputs[:2]
    sizes = None if matrix.static_shape is None else matrix.static_shape[-2:]
    if sizes is None or None in sizes:
        raise ValueError(
            f"The gradient of {node.name!r} depends on whether its matrices are high or wide, so "
            f"their static shape must be known, but it is {matrix.shape}. Use set_shape."
        )
    x = node.outputs[0]
    weight = composed.cast(node.inputs[2], matrix.dtype.base_dtype)
    if sizes[0] >= sizes[1]:
        z = cholesky_solve(_damped_factor(ops, matrix, weight, False), dy)
        xz = matmul(x, z, adjoint_b=True)
        symmetric = xz + matrix_transpose(xz, None)
        by_matrix = ops.Neg(matmul(matrix, symmetric)) + matmul(rhs, z, adjoint_b=True)
        return [by_matrix, matmul(matrix, z), None]
    factor = _damped_factor(ops, matrix, weight, True)
    by_rhs = cholesky_solve(factor, matmul(matrix, dy))
    solved = cholesky_solve(factor, rhs)
    first = ops.Neg(matmul(by_rhs, matmul(solved, matrix, adjoint_a=True)))
    rest = dy - matmul(matrix, by_rhs, adjoint_a=True)
    return [first + matmul(solved, rest, adjoint_b=True), by_rhs, None]


def _differences(ops: Any, values: Any) -> Any:
    return composed.expand_dims(values, -2) - composed.expand_dims(values, -1)


def eigen_grad(ops: Any, node: Any, by_values: Any, by_vectors: Any) -> list[Any]:
    """Turn into the frame of the eigenvectors, divide by the gaps of the values, and turn back."""
    values, vectors = node.outputs
    with by_values.graph.control_dependencies([by_values.op, by_vectors.op]):
        if node.attrs["compute_v"]:
            gaps = ops.Reciprocal(_differences(ops, values))
            gaps = matrix_set_diag(gaps, composed.zeros_like(values))
            turned = matrix_diag(by_values) + gaps * matmul(vectors, by_vectors, adjoint_a=True)
        else:
            vectors = ops.SelfAdjointEigV2(node.inputs[0], compute_v=True).v
            turned = matrix_diag(by_values)
        whole = matmul(vectors, matmul(turned, vectors, adjoint_b=True))
        lower = ops.MatrixBandPart(whole + adjoint(whole), -1, 0)
        return [_halved_diagonal(lower)]


def qr_grad(ops: Any, node: Any, dq: Any, dr: Any) -> list[Any]:
    """Differentiate the decomposition of matrices that are square or high.

    Raises:
      NotImplementedError: for wide ones, and for q with more columns than the matrix.
    """
    q, r = node.outputs
    shape = r.static_shape
    if shape is None or None in shape[-2:] or shape[-2] != shape[-1]:
        raise NotImplementedError(
            f"The gradient of {node.name!r} needs an r of square matrices, but its shape is "
            f"{r.shape}. It exists where the input is square or high and full_matrices is False."
        )

    def solved(x: Any) -> Any:
        return adjoint(ops.MatrixTriangularSolve(r, adjoint(x), lower=False, adjoint=False))

    qdq = matmul(q, dq, adjoint_a=True)
    qdq_skew = qdq - adjoint(qdq)
    rdr = matmul(r, dr, adjoint_b=True)
    rdr_skew = rdr - adjoint(rdr)
    lower = ops.MatrixBandPart(qdq_skew + rdr_skew, -1, 0)
    within = matmul(q, dr + solved(lower))
    return [within + solved(dq - matmul(q, qdq))]


def svd_grad(ops: Any, node: Any, ds: Any, du: Any, dv: Any) -> list[Any]:
    """Differentiate the singular values and vectors (without full_matrices).

    Raises:
      NotImplementedError: if sizes are unknown, or `full_matrices` is asked for.
    """
    s, u, v = node.outputs
    x = node.inputs[0]
    if not node.attrs["compute_uv"]:
        diagonal = matrix_diag(ds)
        _, u, v = ops.Svd(x, compute_uv=True)
        return [matmul(u, matmul(diagonal, v, adjoint_b=True))]
    sizes = None if x.static_shape is None else x.static_shape[-2:]
    if sizes is None or None in sizes or node.attrs["full_matrices"]:
        raise NotImplementedError(
            f"The gradient of {node.name!r} exists where the sizes of its matrices are known and "
            f"full_matrices is False; here the shape is {x.shape}, and full_matrices is "
            f"{node.attrs['full_matrices']}."
        )
    is_wide = sizes[0] <= sizes[1]
    if not is_wide:  # the decomposition of the adjoint is the same with u and v exchanged
        u, v, du, dv = v, u, dv, du
    diagonal = matrix_diag(ds)
    with ds.graph.control_dependencies([ds, du, dv]):
        gradient = _svd_grad(ops, (s, u, v), diagonal, du, dv)
        return [gradient if is_wide else matrix_transpose(gradient, None)]


def _svd_grad(ops: Any, outputs: Any, diagonal: Any, du: Any, dv: Any) -> Any:
    s, u, v = outputs
    values = matrix_diag(s)
    squares = ops.Square(s)
    sizes = composed.shape(s)
    identity = eye(sizes[-1], batch_shape=sizes[:-1], dtype=s.dtype)
    gaps = ops.Reciprocal(_differences(ops, squares) + identity)
    gaps = matrix_set_diag(gaps, composed.zeros_like(s))
    inverse = matrix_diag(ops.Reciprocal(s))
    count = min(u.static_shape[-2:])
    v1, dv1 = v[..., :, :count], dv[..., :, :count]
    udu, vdv = matmul(u, du, adjoint_a=True), matmul(v1, dv1, adjoint_a=True)
    f_u, f_v = gaps * udu, gaps * vdv
    middle = diagonal + matmul(f_u + adjoint(f_u), values) + matmul(values, f_v + adjoint(f_v))
    gradient = matmul(u, matmul(middle, v1, adjoint_b=True))
    if u.static_shape[-1] == v.static_shape[-2]:
        return gradient
    turned = matrix_transpose(dv1, None)
    beyond = turned - matmul(matmul(turned, v1), v1, adjoint_b=True)
    return gradient + matmul(matmul(u, inverse), beyond)
