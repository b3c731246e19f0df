"""Products whose first matrix is transposed, as in each dense layer's gradient by its weights.

On processors XLA multiplies by a fast library, but not where both factors are contracted over
their rows. A transposed copy of the first one brings the product there: up to twice as fast, where
the product is worth a copy and the copy stays in the caches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jax import lax

from penstock.ops import products

__all__ = ["KERNELS"]

# Bounds of the products that a copy makes faster: least multiplications, most contracted rows.
_LEAST_WORK = 1 << 19
_MOST_ROWS = 4096

_DEFINED: Any = next(spec for spec in products.SPECS if spec.name == "MatMul").kernel


def _matmul(xp: Any, a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    def plainly(a: Any, b: Any) -> Any:
        return _DEFINED(xp, a, b, transpose_a=transpose_a, transpose_b=transpose_b)

    def by_copy(a: Any, b: Any) -> Any:
        copy = lax.optimization_barrier(a.T)
        return _DEFINED(xp, copy, b, transpose_a=False, transpose_b=transpose_b)

    rows, columns = a.shape
    work = rows * columns * b.shape[0 if transpose_b else 1]
    if not transpose_a or a.dtype != np.float32 or rows > _MOST_ROWS or work < _LEAST_WORK:
        return plainly(a, b)
    return lax.platform_dependent(a, b, cpu=by_copy, default=plainly)


KERNELS = {"MatMul": _matmul}
