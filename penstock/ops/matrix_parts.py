"""What the ops of matrices share: their types and shape rules, triangles and adjoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import COMPLEX, FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops.diagonals import matrix_shape

__all__ = [
    "MATRIX_TYPES",
    "adjoint_of",
    "batch_shape",
    "in_wide",
    "of_square",
    "square",
    "square_shape",
    "symmetric",
    "triangle",
    "wide",
]

MATRIX_TYPES = (FLOATING - {dtypes.bfloat16}) | COMPLEX


def wide(xp: Any, x: Any) -> Any:
    """Give half floats as float32: linear algebra knows no shorter ones."""
    return x.astype("float32") if x.dtype.itemsize == 2 else x


def in_wide(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Make a kernel of one matrix that computes half floats as float32."""

    def compute(xp: Any, matrix: Any) -> Any:
        return kernel(xp, wide(xp, matrix)).astype(matrix.dtype)

    return compute


def adjoint_of(xp: Any, x: Any) -> Any:
    """Give the conjugate transpose."""
    return xp.conj(xp.swapaxes(x, -1, -2))


def symmetric(xp: Any, x: Any) -> Any:
    """Give the Hermitian matrix whose lower triangle is that of `x`."""
    return xp.tril(x) + adjoint_of(xp, xp.tril(x, -1))


def triangle(xp: Any, x: Any, lower: bool) -> Any:
    """Give the lower or the upper triangle, and zeros in the other."""
    return xp.tril(x) if lower else xp.triu(x)


def square(c: ShapeContext, name: str) -> Shape:
    shape = matrix_shape(c, name)
    if shape is None:
        return None
    try:
        side = shapes.merge(shape[-2:-1], shape[-1:])
    except ValueError:
        raise c.mismatch(f"{name} of square matrices") from None
    return (*shape[:-2], *(side or ()), *(side or ()))


def square_shape(c: ShapeContext) -> Shape:
    return square(c, c.spec.inputs[0].name)


def batch_shape(c: ShapeContext) -> Shape:
    shape = square(c, "input")
    return None if shape is None else shape[:-2]


def of_square(
    name: str, doc: str, kernel: Any, grad: Any, shape: Any = square_shape, **attrs: Any
) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T"],
        outputs=["output: T"],
        attrs={**attrs, "T": MATRIX_TYPES},
        doc=doc,
        shape=shape,
        kernel=kernel,
        grad=grad,
    )
