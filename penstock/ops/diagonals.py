"""Diagonals and bands of matrices, which stand in the last two axes."""

from __future__ import annotations

from typing import Any

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, composed_matrices as matrices
from penstock.ops.arrays_common import INDEX_AS_INT64, any_type

__all__ = ["SPECS", "matrix_shape"]


def matrix_shape(c: ShapeContext, name: str) -> Shape:
    """Give the shape of an input that holds matrices."""
    shape = c.shape(name)
    if shape is not None and len(shape) < 2:
        raise c.mismatch(f"{name} of at least 2 axes")
    return shape


def _identity(xp: Any, rows: int, columns: int) -> Any:
    return xp.eye(rows, columns, dtype=bool)


def _diag_shape(c: ShapeContext) -> Shape:
    shape = c.shape("diagonal")
    if shape == ():
        raise c.mismatch("a diagonal of at least 1 axis")
    return None if shape is None else (*shape, shape[-1])


def _diag(xp: Any, diagonal: Any) -> Any:
    size = diagonal.shape[-1]
    spread = diagonal[..., :, None]
    return xp.where(_identity(xp, size, size), spread, 0).astype(diagonal.dtype)


MATRIX_DIAG = OpSpec(
    "MatrixDiag",
    inputs=["diagonal: T"],
    outputs=["output: T"],
    attrs={"T": any_type()},
    doc="Matrices with the given diagonals, and zeros elsewhere.",
    shape=_diag_shape,
    kernel=_diag,
    grad=lambda ops, node, dy: [matrices.matrix_diag_part(dy)],
)


def _smaller(sizes: tuple[int | None, ...]) -> int | None:
    rows, columns = sizes
    return None if rows is None or columns is None else min(rows, columns)


def _diag_part_shape(c: ShapeContext) -> Shape:
    shape = matrix_shape(c, "input")
    return None if shape is None else (*shape[:-2], _smaller(shape[-2:]))


def _diag_part_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x = node.inputs[0]
    last = None if x.static_shape is None else x.static_shape[-2:]
    if last is not None and None not in last and last[0] == last[1]:
        return [matrices.matrix_diag(dy)]
    return [matrices.matrix_set_diag(composed.zeros_like(x), dy)]


MATRIX_DIAG_PART = OpSpec(
    "MatrixDiagPart",
    inputs=["input: T"],
    outputs=["diagonal: T"],
    attrs={"T": any_type()},
    doc="The diagonals of matrices.",
    shape=_diag_part_shape,
    kernel=lambda xp, x: xp.diagonal(x, axis1=-2, axis2=-1),
    grad=_diag_part_grad,
)


def _set_diag_shape(c: ShapeContext) -> Shape:
    shape, diagonal = matrix_shape(c, "input"), c.shape("diagonal")
    try:
        if shape is None:
            return None if diagonal is None else (*diagonal[:-1], None, None)
        expected = (*shape[:-2], _smaller(shape[-2:]))
        merged = shapes.merge(expected, diagonal)
    except ValueError:
        raise c.mismatch("a diagonal as long as the smaller side of the matrices") from None
    return (*(merged or ())[:-1], *shape[-2:])


def _set_diag(xp: Any, x: Any, diagonal: Any) -> Any:
    rows, columns = x.shape[-2:]
    spread = diagonal[..., :, None] if rows <= columns else diagonal[..., None, :]
    return xp.where(_identity(xp, rows, columns), spread, x)


def _set_diag_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, diagonal = node.inputs
    shape = shapes.merge(x.static_shape, dy.static_shape)
    sizes: Any
    if shape is not None and shapes.is_fully_defined(shape):
        sizes = [*shape[:-2], min(shape[-2:])]  # type: ignore[type-var]
    else:
        with dy.graph.colocate_with(dy):
            whole, rank = composed.shape(dy), composed.rank(dy)
            batch = ops.Slice(whole, [0], [rank - 2])
            last = ops.Slice(whole, [rank - 2], [2])
            smaller = ops.Min(last, composed.constant([0]))
            sizes = ops.ConcatV2([batch, [smaller]], 0, name="concat")
    without = matrices.matrix_set_diag(dy, composed.zeros(sizes, dy.dtype))
    return [without, matrices.matrix_diag_part(dy)]


MATRIX_SET_DIAG = OpSpec(
    "MatrixSetDiag",
    inputs=["input: T", "diagonal: T"],
    outputs=["output: T"],
    attrs={"T": any_type()},
    doc="Matrices with their diagonals replaced.",
    shape=_set_diag_shape,
    kernel=_set_diag,
    grad=_set_diag_grad,
)


def _band(xp: Any, x: Any, below: Any, above: Any) -> Any:
    rows, columns = xp.arange(x.shape[-2])[:, None], xp.arange(x.shape[-1])[None, :]
    low = (below < 0) | (rows - columns <= below)
    high = (above < 0) | (columns - rows <= above)
    return xp.where(low & high, x, 0).astype(x.dtype)


MATRIX_BAND_PART = OpSpec(
    "MatrixBandPart",
    inputs=["input: T", "num_lower: Tindex", "num_upper: Tindex"],
    outputs=["band: T"],
    attrs={"T": attr("type"), "Tindex": INDEX_AS_INT64},
    doc="Matrices with zeros beyond so many diagonals below and above; all are kept if negative.",
    shape=lambda c: matrix_shape(c, "input"),
    kernel=_band,
    grad=lambda ops, node, dy: [ops.MatrixBandPart(dy, *node.inputs[1:]), None, None],
)

SPECS = (MATRIX_DIAG, MATRIX_DIAG_PART, MATRIX_SET_DIAG, MATRIX_BAND_PART)
