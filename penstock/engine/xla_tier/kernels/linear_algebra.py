"""Linear algebra for which XLA has an op of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jax import lax

__all__ = ["KERNELS"]


def _solve_triangular(xp: Any, matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    wide = "float32" if rhs.dtype.itemsize == 2 else rhs.dtype
    solution = lax.linalg.triangular_solve(
        xp.asarray(matrix, wide),
        xp.asarray(rhs, wide),
        left_side=True,
        lower=lower,
        transpose_a=adjoint,
        conjugate_a=adjoint,
    )
    return solution.astype(rhs.dtype)


KERNELS: dict[str, Callable[..., Any]] = {"MatrixTriangularSolve": _solve_triangular}
