"""Linear algebra that XLA has ops for, or that must notice a matrix it cannot be done with.

NumPy raises an error for a singular matrix; compiled code gives infinities or NaN, which are taken
as the sign of one where the input had none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from penstock.engine.xla_tier.checks import require
from penstock.ops.library import LIBRARY

__all__ = ["KERNELS"]

_PROBLEMS = {
    "Cholesky": "The matrix has no Cholesky decomposition: it is not positive definite.",
    "MatrixInverse": "The matrix is not invertible.",
    "MatrixSolve": "The matrix is not invertible, so there is no single solution.",
    "MatrixTriangularSolve": "The matrix is not invertible, so there is no single solution.",
}


def _noticing(op: str, result: Any, *inputs: Any) -> Any:
    finite = jnp.all(jnp.isfinite(result))
    for each in inputs:
        finite |= ~jnp.all(jnp.isfinite(each))
    require(finite, _PROBLEMS[op])
    return result


def _cholesky(xp: Any, matrix: Any) -> Any:
    kernel: Any = LIBRARY["Cholesky"].kernel
    return _noticing("Cholesky", kernel(jnp, matrix), matrix)


def _inverse(xp: Any, matrix: Any, *, adjoint: bool) -> Any:
    kernel: Any = LIBRARY["MatrixInverse"].kernel
    return _noticing("MatrixInverse", kernel(jnp, matrix, adjoint=adjoint), matrix)


def _solve(xp: Any, matrix: Any, rhs: Any, *, adjoint: bool) -> Any:
    kernel: Any = LIBRARY["MatrixSolve"].kernel
    return _noticing("MatrixSolve", kernel(jnp, matrix, rhs, adjoint=adjoint), matrix, rhs)


def _solve_triangular(xp: Any, matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    wide = "float32" if rhs.dtype.itemsize == 2 else rhs.dtype
    solution = lax.linalg.triangular_solve(
        jnp.asarray(matrix, wide),
        jnp.asarray(rhs, wide),
        left_side=True,
        lower=lower,
        transpose_a=adjoint,
        conjugate_a=adjoint,
    )
    return _noticing("MatrixTriangularSolve", solution.astype(rhs.dtype), matrix, rhs)


KERNELS: dict[str, Callable[..., Any]] = {
    "Cholesky": _cholesky,
    "MatrixInverse": _inverse,
    "MatrixSolve": _solve,
    "MatrixTriangularSolve": _solve_triangular,
}
