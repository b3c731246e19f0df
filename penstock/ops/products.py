"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import COMPLEX, FLOATING, REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, composed_matrices as matrices, shape_rules as rules
from penstock.ops.arrays_common import require
from penstock.ops.broadcast_gradients import conj

__all__ = ["SPECS"]

_TYPES = FLOATING | COMPLEX | {dtypes.int32, dtypes.int64}


def _product_shape(
    c: ShapeContext, a: tuple[int | None, ...], b: tuple[int | None, ...], flags: tuple[str, str]
) -> tuple[int | None, int | None]:
    """Give the last two sizes of a product; `flags` are the attrs that exchange two axes."""
    first, second = a[-2:], b[-2:]
    if c.attrs[flags[0]]:
        first = first[::-1]
    if c.attrs[flags[1]]:
        second = second[::-1]
    if first[1] is not None and second[0] is not None and first[1] != second[0]:
        raise c.mismatch("as many columns in the first factor as rows in the second")
    return first[0], second[1]


def _matmul_shape(c: ShapeContext) -> Shape:
    a, b = rules.with_rank(c, "a", 2), rules.with_rank(c, "b", 2)
    return _product_shape(c, a, b, ("transpose_a", "transpose_b"))  # type: ignore[arg-type]


def _swapped(xp: Any, x: Any, swap: bool) -> Any:
    return xp.swapaxes(x, -1, -2) if swap else x


def _multiply(xp: Any, a: Any, b: Any) -> Any:
    return xp.matmul(a, b).astype(a.dtype)


def _matmul(xp: Any, a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    return _multiply(xp, _swapped(xp, a, transpose_a), _swapped(xp, b, transpose_b))


def _matmul_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    a, b = (conj(ops, x) for x in node.inputs)
    flags = node.attrs["transpose_a"], node.attrs["transpose_b"]
    if flags == (False, False):
        return [ops.MatMul(dy, b, transpose_b=True), ops.MatMul(a, dy, transpose_a=True)]
    if flags == (False, True):
        return [ops.MatMul(dy, b), ops.MatMul(dy, a, transpose_a=True)]
    if flags == (True, False):
        return [ops.MatMul(b, dy, transpose_b=True), ops.MatMul(a, dy)]
    both = {"transpose_a": True, "transpose_b": True}
    return [ops.MatMul(b, dy, **both), ops.MatMul(dy, a, **both)]


MAT_MUL = OpSpec(
    "MatMul",
    inputs=["a: T", "b: T"],
    outputs=["product: T"],
    attrs={"transpose_a": False, "transpose_b": False, "T": _TYPES},
    doc="The product of two matrices.",
    shape=_matmul_shape,
    kernel=_matmul,
    grad=_matmul_grad,
)


# Stacks of matrices


def _batch_shape(c: ShapeContext) -> Shape:
    a, b = c.shape("x"), c.shape("y")
    for shape in (a, b):
        if shape is not None and len(shape) < 2:
            raise c.mismatch("factors of at least 2 axes")
    if a is None or b is None:
        return None
    last = _product_shape(c, a, b, ("adj_x", "adj_y"))
    combine = shapes.broadcast if c.spec.name == "BatchMatMulV2" else shapes.merge
    try:
        batch = combine(a[:-2], b[:-2])
    except ValueError:
        raise c.mismatch("stacks that fit together") from None
    return (*(batch or ()), *last)


def _adjoint(xp: Any, x: Any, flag: bool) -> Any:
    if not flag:
        return x
    return xp.swapaxes(xp.conj(x) if x.dtype.kind == "c" else x, -1, -2)


def _batch_matmul(xp: Any, x: Any, y: Any, *, adj_x: bool, adj_y: bool) -> Any:
    require(
        min(len(x.shape), len(y.shape)) >= 2,
        f"A product of matrices needs two axes or more, but the shapes are {x.shape} and "
        f"{y.shape}. Add an axis with tf.expand_dims.",
    )
    return _multiply(xp, _adjoint(xp, x, adj_x), _adjoint(xp, y, adj_y))


def _batch_matmul_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    flags = node.attrs["adj_x"], node.attrs["adj_y"]
    if flags == (False, False):
        return [matrices.matmul(dy, y, adjoint_b=True), matrices.matmul(x, dy, adjoint_a=True)]
    if flags == (False, True):
        return [matrices.matmul(dy, y), matrices.matmul(dy, x, adjoint_a=True)]
    if flags == (True, False):
        return [matrices.matmul(y, dy, adjoint_b=True), matrices.matmul(x, dy)]
    both = {"adjoint_a": True, "adjoint_b": True}
    return [matrices.matmul(y, dy, **both), matrices.matmul(dy, x, **both)]


def _stretching_matmul_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    gradients = _batch_matmul_grad(ops, node, dy)
    x, y = node.inputs
    if x.static_shape == y.static_shape and shapes.is_fully_defined(x.static_shape):
        return gradients
    sizes = composed.shape(x), composed.shape(y)
    axes = ops.BroadcastGradientArgs(*(each[:-2] for each in sizes))
    return [
        ops.Reshape(ops.Sum(gradient, along), size)
        for gradient, along, size in zip(gradients, axes, sizes, strict=True)
    ]


def _batched(name: str, doc: str, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "y: T"],
        outputs=["output: T"],
        attrs={"T": _TYPES, "adj_x": False, "adj_y": False},
        doc=doc,
        shape=_batch_shape,
        kernel=_batch_matmul,
        grad=grad,
    )


# A product for factors with many zeros: the hint changes the speed, not the value


def _sparse_matmul(xp: Any, a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    a, b = a.astype("float32"), b.astype("float32")
    return xp.matmul(_swapped(xp, a, transpose_a), _swapped(xp, b, transpose_b))


def _sparse_matmul_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    a, b = node.inputs
    attrs = node.attrs
    sparse = {a: attrs["a_is_sparse"], b: attrs["b_is_sparse"], dy: dy.op.type == "ReluGrad"}

    def product(first: Any, second: Any, like: Any, turn_a: bool, turn_b: bool) -> Any:
        is_sparse = sparse[first], sparse[second]
        turned = composed.transpose(second) if turn_b else second
        made = matrices.matmul(
            first, turned, turn_a, a_is_sparse=is_sparse[0], b_is_sparse=is_sparse[1]
        )
        return composed.cast(made, like.dtype)

    flags = attrs["transpose_a"], attrs["transpose_b"]
    if flags == (False, False):
        return [product(dy, b, a, False, True), product(a, dy, b, True, False)]
    if flags == (False, True):
        return [product(dy, b, a, False, False), product(dy, a, b, True, False)]
    if flags == (True, False):
        return [product(b, dy, a, False, True), product(a, dy, b, False, False)]
    return [product(b, dy, a, True, True), product(dy, a, b, True, True)]


_SPARSE = attr("type", dtypes.float32, allowed={dtypes.float32, dtypes.bfloat16})

SPARSE_MAT_MUL = OpSpec(
    "SparseMatMul",
    inputs=["a: Ta", "b: Tb"],
    outputs=["product: float32"],
    attrs={
        "transpose_a": False,
        "transpose_b": False,
        "a_is_sparse": False,
        "b_is_sparse": False,
        "Ta": _SPARSE,
        "Tb": _SPARSE,
    },
    doc="The product of two matrices, of which one may hold many zeros.",
    shape=_matmul_shape,
    kernel=_sparse_matmul,
    grad=_sparse_matmul_grad,
)


def _cross_shape(c: ShapeContext) -> Shape:
    shape = rules.merged("a", "b")(c)
    if shape is not None and (not shape or shape[-1] not in (None, 3)):
        raise c.mismatch("a last axis of size 3")
    return shape


CROSS = OpSpec(
    "Cross",
    inputs=["a: T", "b: T"],
    outputs=["product: T"],
    attrs={"T": REAL_NUMBERS},
    doc="The cross products of vectors of three numbers, which lie along the last axis.",
    shape=_cross_shape,
    kernel=lambda xp, a, b: xp.cross(a, b),
    grad=lambda ops, node, dy: [ops.Cross(node.inputs[1], dy), ops.Cross(dy, node.inputs[0])],
)

SPECS = (
    MAT_MUL,
    _batched("BatchMatMul", "The products of two stacks of matrices.", _batch_matmul_grad),
    _batched(
        "BatchMatMulV2",
        "The products of two stacks of matrices, which are stretched to one size.",
        _stretching_matmul_grad,
    ),
    SPARSE_MAT_MUL,
    CROSS,
)
