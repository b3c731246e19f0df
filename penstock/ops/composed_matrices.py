"""Small graphs of matrices that gradients and functions build alike: products, identity, adjoint.

Like `composed`, these are TensorFlow's Python functions of those names, for use below the
functions: they decide between ops, and name what they make, as TensorFlow does.
"""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.ops import composed

__all__ = [
    "adjoint",
    "cholesky_solve",
    "eye",
    "matmul",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_set_diag",
    "matrix_transpose",
]

_SPARSE_TYPES = (dtypes.float32, dtypes.bfloat16)


def _conj(x: Any) -> Any:
    return raw.Conj(x) if x.dtype.is_complex else x


def _is_batched(x: Any) -> bool:
    return x.static_shape is None or len(x.static_shape) > 2


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """Build the product of matrices, or of stacks of them.

    Raises:
      ValueError: if one of them is to be both transposed and adjoint.
    """
    with name_scope(name, "MatMul", [a, b]) as scope:
        for which, both in (("a", transpose_a and adjoint_a), ("b", transpose_b and adjoint_b)):
            if both:
                raise ValueError(
                    f"Only one of transpose_{which} and adjoint_{which} can be True; the adjoint "
                    "is transposed already."
                )
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b")
        if not (a_is_sparse or b_is_sparse) and (_is_batched(a) or _is_batched(b)):
            if transpose_a:
                a, adjoint_a = _conj(a), True
            if transpose_b:
                b, adjoint_b = _conj(b), True
            return raw.BatchMatMulV2(a, b, adj_x=adjoint_a, adj_y=adjoint_b, name=scope)
        if adjoint_a:
            a, transpose_a = _conj(a), True
        if adjoint_b:
            b, transpose_b = _conj(b), True
        flags = {"transpose_a": transpose_a, "transpose_b": transpose_b}
        if _takes_sparse_op(a, b, a_is_sparse or b_is_sparse):
            flags.update(a_is_sparse=a_is_sparse, b_is_sparse=b_is_sparse)
            product = raw.SparseMatMul(a, b, **flags, name=scope)
            both_short = a.dtype is b.dtype is dtypes.bfloat16
            return composed.cast(product, dtypes.bfloat16) if both_short else product
        return raw.MatMul(a, b, **flags, name=scope)


def _takes_sparse_op(a: Any, b: Any, is_sparse: bool) -> bool:
    kinds = (a.dtype.base_dtype, b.dtype.base_dtype)
    if any(kind not in _SPARSE_TYPES for kind in kinds):
        return False
    return is_sparse or kinds[0] is not kinds[1]


def matrix_transpose(a: Any, name: str | None = "matrix_transpose", conjugate: bool = False) -> Any:
    """Build `a` with its last two axes exchanged.

    Raises:
      ValueError: if it has fewer than two.
    """
    with name_scope(name, "matrix_transpose", [a]):
        a = convert_to_tensor(a, name="a")
        shape = a.static_shape
        if shape is not None:
            if len(shape) < 2:
                raise ValueError(f"matrix_transpose needs at least 2 axes, but {a!r} has fewer.")
            rank = len(shape)
            order: Any = [*range(rank - 2), rank - 1, rank - 2]
        else:
            ranks = composed.rank(a)
            order = raw.ConcatV2(
                [raw.Range(0, ranks - 2, 1), [ranks - 1, ranks - 2]], 0, name="concat"
            )
        return composed.transpose(a, order, conjugate=conjugate)


def adjoint(matrix: Any, name: str | None = None) -> Any:
    """Build the conjugate transpose."""
    with name_scope(name, "adjoint", [matrix]):
        return matrix_transpose(convert_to_tensor(matrix, name="matrix"), conjugate=True)


def matrix_diag(diagonal: Any, name: str = "diag") -> Any:
    """Build matrices with the given diagonals and zeros elsewhere."""
    return raw.MatrixDiag(diagonal, name=name)


def matrix_diag_part(matrix: Any, name: str = "diag_part") -> Any:
    """Build the diagonals of matrices."""
    return raw.MatrixDiagPart(matrix, name=name)


def matrix_set_diag(matrix: Any, diagonal: Any, name: str = "set_diag") -> Any:
    """Build matrices with their diagonals replaced."""
    return raw.MatrixSetDiag(matrix, diagonal, name=name)


def _is_tensor(x: Any) -> bool:
    return hasattr(x, "value_index")


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: DType = dtypes.float32,
    name: str | None = None,
) -> Any:
    """Build an identity matrix, or a stack of them."""
    with name_scope(name, "eye", [num_rows, num_columns, batch_shape]):
        is_square = num_columns is None
        columns = num_rows if is_square else num_columns
        batch = [] if batch_shape is None else batch_shape
        if _is_tensor(num_rows) or _is_tensor(columns):
            size = raw.Minimum(num_rows, columns)
        else:
            size = min(num_rows, columns)
        shape: Any = None
        if _is_tensor(batch) or _is_tensor(size):
            batch = convert_to_tensor(batch, dtypes.int32, "shape")
            diagonal: Any = raw.ConcatV2([batch, [size]], 0, name="concat")
            if not is_square:
                shape = raw.ConcatV2([batch, [num_rows, columns]], 0, name="concat")
        else:
            sizes = [int(one) for one in batch]
            diagonal, shape = [*sizes, size], [*sizes, num_rows, columns]
        ones = composed.ones(diagonal, dtype)
        if is_square:
            return matrix_diag(ones)
        return matrix_set_diag(composed.zeros(shape, dtype), ones)


def cholesky_solve(factor: Any, rhs: Any, name: str | None = None) -> Any:
    """Build the x for which A x is `rhs`, from the Cholesky factor of A."""
    with name_scope(name, "cholesky_solve", [factor, rhs]):
        first = raw.MatrixTriangularSolve(factor, rhs, adjoint=False, lower=True)
        return raw.MatrixTriangularSolve(factor, first, adjoint=True, lower=True)
