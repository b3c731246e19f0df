"""Linear algebra: matrices stand in the last two axes, all others are a stack of them."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.cond import cond
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed, composed_matrices as matrices

__all__ = [
    "adjoint",
    "cholesky",
    "cholesky_solve",
    "eye",
    "logdet",
    "matrix_band_part",
    "matrix_determinant",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_inverse",
    "matrix_set_diag",
    "matrix_solve",
    "matrix_solve_ls",
    "matrix_triangular_solve",
    "qr",
    "self_adjoint_eig",
    "self_adjoint_eigvals",
    "slogdet",
    "svd",
    "trace",
]

cholesky = op_function("Cholesky")
matrix_determinant = op_function("MatrixDeterminant")
matrix_inverse = op_function("MatrixInverse", "adjoint")
matrix_solve = op_function("MatrixSolve", "adjoint")
matrix_triangular_solve = op_function("MatrixTriangularSolve", "lower", "adjoint")
matrix_band_part = op_function("MatrixBandPart")
qr = op_function("Qr", "full_matrices")
slogdet = op_function("LogMatrixDeterminant")


def _main_only(k: Any, function: str) -> None:
    if k != 0:
        raise ValueError(f"{function} knows the main diagonal, k=0, alone, but k is {k!r}.")


def matrix_diag(
    diagonal: Any,
    name: str = "diag",
    k: int = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
) -> Tensor:
    """Build square matrices with the given diagonals, and zeros elsewhere.

    Args:
      diagonal: tensor [..., n].
      name: the node's name.
      k: which diagonal; 0, the main one.
      num_rows, num_cols: the sizes; -1, as many as there are elements.
      padding_value: what stands elsewhere; 0.

    Returns:
      A tensor [..., n, n].

    Raises:
      ValueError: if another diagonal, size or padding is asked for.
    """
    _main_only(k, "matrix_diag")
    if (num_rows, num_cols, padding_value) != (-1, -1, 0):
        raise ValueError("matrix_diag makes square matrices with zeros beside the diagonal only.")
    return matrices.matrix_diag(diagonal, name)


def matrix_diag_part(
    input: Any, name: str = "diag_part", k: int = 0, padding_value: Any = 0
) -> Tensor:
    """Build the diagonals of matrices.

    Args:
      input: tensor [..., m, n].
      name: the node's name.
      k, padding_value: the main diagonal alone, 0, is known, which is not padded.

    Returns:
      A tensor [..., min(m, n)].

    Raises:
      ValueError: if another diagonal is asked for.
    """
    _main_only(k, "matrix_diag_part")
    return matrices.matrix_diag_part(input, name)


def matrix_set_diag(input: Any, diagonal: Any, name: str = "set_diag", k: int = 0) -> Tensor:
    """Build matrices with their diagonals replaced.

    Args:
      input: tensor [..., m, n].
      diagonal: tensor [..., min(m, n)].
      name: the node's name.
      k: which diagonal; 0, the main one.

    Returns:
      A tensor [..., m, n].

    Raises:
      ValueError: if another diagonal is asked for.
    """
    _main_only(k, "matrix_set_diag")
    return matrices.matrix_set_diag(input, diagonal, name)


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Build an identity matrix, or a stack of them.

    Args:
      num_rows, num_columns: integers or tensors; as many columns as rows if None.
      batch_shape: the shape of the stack, a list or a tensor; None for a single matrix.
      dtype: the dtype.
      name: the scope of the nodes.

    Returns:
      A tensor [..., num_rows, num_columns].
    """
    return matrices.eye(num_rows, num_columns, batch_shape, dtypes.as_dtype(dtype).base_dtype, name)


def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """Build the conjugate transpose.

    Args:
      matrix: tensor [..., m, n].
      name: the scope of the nodes.

    Returns:
      A tensor [..., n, m].
    """
    return matrices.adjoint(matrix, name)


def trace(x: Any, name: str | None = None) -> Tensor:
    """Build the sum of the diagonal.

    Args:
      x: tensor [..., m, n] of numbers.
      name: the name of the sum.

    Returns:
      A tensor [...].
    """
    with name_scope(name, "Trace", [x]) as scope:
        matrix = convert_to_tensor(x, name="x")
        return reduce_sum(matrices.matrix_diag_part(matrix), [-1], name=scope)


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """Build the logarithm of the determinant of positive definite matrices.

    Args:
      matrix: tensor [..., n, n] of floats or complex numbers.
      name: the scope of the nodes.

    Returns:
      A tensor [...].
    """
    with name_scope(name, "logdet", [matrix]):
        diagonal = matrices.matrix_diag_part(cholesky(matrix))
        if diagonal.dtype.is_complex:
            diagonal = raw.Real(diagonal, Tout=diagonal.dtype.real_dtype)
        return 2.0 * reduce_sum(raw.Log(diagonal), [-1])


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """Build the x for which A x is `rhs`, from the Cholesky factor of A.

    Args:
      chol: tensor [..., n, n], as `cholesky` gives it.
      rhs: tensor [..., n, k].
      name: the scope of the nodes.

    Returns:
      A tensor [..., n, k].
    """
    return matrices.cholesky_solve(chol, rhs, name)


def matrix_solve_ls(
    matrix: Any,
    rhs: Any,
    l2_regularizer: Any = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """Build the x for which matrix x comes closest to `rhs`.

    Of many, it is the shortest.

    Args:
      matrix: tensor [..., m, n] of floats or complex numbers.
      rhs: tensor [..., m, k].
      l2_regularizer: the weight of the squared length of x.
      fast: whether to go by a Cholesky factor.
      name: the scope of the nodes.

    Returns:
      A tensor [..., n, k].
    """
    if not fast:
        return raw.MatrixSolveLs(matrix, rhs, l2_regularizer, fast=False, name=name)
    with name_scope(name, "matrix_solve_ls", [matrix, rhs, l2_regularizer]):
        matrix, rhs = convert_to_tensor(matrix), convert_to_tensor(rhs)
        shape = matrix.static_shape
        sizes = None if shape is None else shape[-2:]

        def high() -> Tensor:
            factor = _gramian_factor(matrix, l2_regularizer, True)
            return cholesky_solve(factor, matrices.matmul(matrix, rhs, adjoint_a=True))

        def wide() -> Tensor:
            factor = _gramian_factor(matrix, l2_regularizer, False)
            return matrices.matmul(matrix, cholesky_solve(factor, rhs), adjoint_a=True)

        if sizes is not None and None not in sizes:
            return high() if sizes[0] >= sizes[1] else wide()
        run_sizes = composed.shape(matrix)[-2:]
        return cond(raw.GreaterEqual(run_sizes[0], run_sizes[1]), high, wide)


def _gramian_factor(matrix: Tensor, weight: Any, high: bool) -> Tensor:
    """Build the Cholesky factor of the smaller product of the matrix and its adjoint."""
    gramian = matrices.matmul(matrix, matrix, adjoint_a=high, adjoint_b=not high)
    if isinstance(weight, Tensor) or weight != 0:
        sizes = composed.shape(matrix)
        batch, rows = sizes[:-2], sizes[-1 if high else -2]
        identity = matrices.eye(rows, batch_shape=batch, dtype=matrix.dtype.base_dtype)
        gramian = gramian + weight * identity
    return cholesky(gramian)


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """Build the singular value decomposition: the input is u diag(s) adjoint(v).

    Args:
      tensor: tensor [..., m, n] of floats or complex numbers.
      full_matrices: whether u is [..., m, m] and v [..., n, n]; else both have min(m, n) columns.
      compute_uv: whether u and v are computed at all.
      name: the node's name.

    Returns:
      The tensors s, u, v; the singular values s [..., min(m, n)] fall. s alone without
      `compute_uv`.
    """
    s, u, v = raw.Svd(tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    if s.dtype.is_complex:
        s = raw.Real(s, Tout=s.dtype.real_dtype)
    return (s, u, v) if compute_uv else s


def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Build the eigenvalues and eigenvectors of symmetric matrices.

    Args:
      tensor: tensor [..., n, n] of floats or complex numbers; only the lower triangle is read.
      name: the node's name.

    Returns:
      The eigenvalues [..., n], rising, and the eigenvectors [..., n, n] as columns.
    """
    found = raw.SelfAdjointEigV2(tensor, compute_v=True, name=name)
    return found.e, found.v


def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """Build the eigenvalues of symmetric matrices.

    Args:
      tensor: tensor [..., n, n] of floats or complex numbers; only the lower triangle is read.
      name: the node's name.

    Returns:
      The eigenvalues [..., n], rising.
    """
    return raw.SelfAdjointEigV2(tensor, compute_v=False, name=name).e
