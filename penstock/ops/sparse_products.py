"""Sparse tensors with dense ones: products and sums."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.sparse_tensor import SparseTensor
from penstock.graph.spec import OpSpec, Undefined
from penstock.ops import composed, shape_rules as rules
from penstock.ops.arrays_common import INDEX_AS_INT64, any_type, index_type, require, sizes_of

__all__ = ["SPECS", "sparse_factors"]


def _adjoint(xp: Any, x: Any) -> Any:
    return xp.conj(xp.transpose(x))


def _product_shape(c: ShapeContext) -> Shape:
    b, a = rules.with_rank(c, "b", 2), c.shape_value("a_shape")
    if a is not None and len(a) != 2:
        raise c.mismatch("a sparse matrix")
    rows = None if a is None else a[1 if c.attrs["adjoint_a"] else 0]
    return (rows, b[0 if c.attrs["adjoint_b"] else 1])


def sparse_factors(
    xp: Any, indices: Any, values: Any, shape: Any, b: Any, adjoint_a: bool, adjoint_b: bool
) -> tuple[int, Any, Any]:
    """Give what a product with a sparse matrix adds up.

    Returns:
      The number of rows of the product, the row each summand goes to, and the summands [n, ...].
    """
    sizes = sizes_of(shape)
    rows, columns = indices[:, 0], indices[:, 1]
    if adjoint_a:
        rows, columns, sizes, values = columns, rows, sizes[::-1], xp.conj(values)
    if adjoint_b:
        b = _adjoint(xp, b)
    require(
        sizes[1] == b.shape[0],
        f"A matrix with {sizes[1]} columns cannot be multiplied by one with {b.shape[0]} rows.",
    )
    return sizes[0], rows, values[:, None] * xp.asarray(b)[columns]


def _matmul(
    xp: Any, indices: Any, values: Any, shape: Any, b: Any, *, adjoint_a: bool, adjoint_b: bool
) -> Any:
    count, rows, parts = sparse_factors(xp, indices, values, shape, b, adjoint_a, adjoint_b)
    product = xp.zeros((count, parts.shape[1]), parts.dtype)
    xp.add.at(product, rows, parts)
    return product


def _grad_matmul(ops: Any, node: Any, dy: Any) -> list[Any]:
    indices, values, shape, b = node.inputs
    adjoint_a, adjoint_b = node.attrs["adjoint_a"], node.attrs["adjoint_b"]
    to_b = ops.SparseTensorDenseMatMul(indices, values, shape, dy, adjoint_a=not adjoint_a)
    if adjoint_b:
        to_b = composed.transpose(to_b, conjugate=True)
    rows, columns = indices[:, 0], indices[:, 1]
    left = ops.GatherV2(dy, columns if adjoint_a else rows, 0)
    plain = composed.transpose(b, conjugate=True) if adjoint_b else b
    right = ops.GatherV2(plain, rows if adjoint_a else columns, 0)
    return [None, ops.Sum(left * right, 1), None, to_b]


SPARSE_TENSOR_DENSE_MAT_MUL = OpSpec(
    "SparseTensorDenseMatMul",
    inputs=["a_indices: Tindices", "a_values: T", "a_shape: int64", "b: T"],
    outputs=["product: T"],
    attrs={
        "T": any_type(),
        "Tindices": INDEX_AS_INT64,
        "adjoint_a": False,
        "adjoint_b": False,
    },
    doc="The matrix product of a sparse matrix and a dense one; either may be its adjoint.",
    shape=_product_shape,
    kernel=_matmul,
    grad=_grad_matmul,
    static=["a_shape"],
)


def _add(xp: Any, indices: Any, values: Any, shape: Any, b: Any) -> Any:
    require(
        tuple(sizes_of(shape)) == b.shape,
        f"A sparse tensor of the shape {sizes_of(shape)} cannot be added to a dense one of the "
        f"shape {b.shape}.",
    )
    result = xp.array(b)
    xp.add.at(result, tuple(indices[:, axis] for axis in range(b.ndim)), values)
    return result


SPARSE_TENSOR_DENSE_ADD = OpSpec(
    "SparseTensorDenseAdd",
    inputs=["a_indices: Tindices", "a_values: T", "a_shape: Tindices", "b: T"],
    outputs=["output: T"],
    attrs={"T": NUMBERS, "Tindices": index_type()},
    doc="`b` with the elements of a sparse tensor added.",
    shape=rules.same_as("b"),
    kernel=_add,
    grad=lambda ops, node, dy: [None, ops.GatherNd(dy, node.inputs[0]), None, dy],
    static=["a_shape"],
)


# Element by element


def _stretched_elements(xp: Any, indices: Any, dense: Any) -> Any:
    """Give the elements of `dense`, stretched to the sparse tensor's shape, at its coordinates."""
    rank, extra = len(dense.shape), indices.shape[1] - len(dense.shape)
    require(extra >= 0, "The dense tensor must not have more axes than the sparse one.")
    return xp.asarray(dense)[
        tuple(
            indices[:, extra + axis] if dense.shape[axis] != 1 else indices[:, extra + axis] * 0
            for axis in range(rank)
        )
    ]


def _by_elements(function: str) -> Any:
    def kernel(xp: Any, indices: Any, values: Any, shape: Any, dense: Any) -> Any:
        elements = _stretched_elements(xp, indices, dense)
        return getattr(xp, function)(values, elements).astype(values.dtype)

    return kernel


def _grad_by_elements(is_product: bool) -> Any:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        indices, values, shape, dense = node.inputs
        sizes = composed.cast(composed.shape(dense), dtypes.int64)
        added = composed.expand_dims(composed.size(shape) - composed.size(sizes), 0)
        ones = composed.ones(added, dtypes.int64)
        times = shape // ops.ConcatV2([ones, sizes], 0, name="concat")
        places = indices // times
        begin = ops.ConcatV2([[0], added], 0, name="concat")
        places = ops.Slice(places, begin, [-1, -1])
        elements = ops.GatherNd(dense, places)
        if is_product:
            to_values, parts = dy * elements, dy * values
        else:
            to_values, parts = dy / elements, dy * (-values / ops.Square(elements))
        zeros = composed.zeros_like(dense)
        sparse = SparseTensor(places, parts, sizes)
        to_dense = ops.SparseTensorDenseAdd(
            sparse.indices, sparse.values, sparse.dense_shape, zeros
        )
        return [None, to_values, None, to_dense]

    return grad


def _with_dense(name: str, doc: str, function: str, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["sp_indices: int64", "sp_values: T", "sp_shape: int64", "dense: T"],
        outputs=["output: T"],
        attrs={"T": NUMBERS},
        doc=doc,
        shape=lambda c: rules.with_rank(c, "sp_indices", 2)[:1],
        kernel=_by_elements(function),
        grad=grad,
    )


SPECS = (
    SPARSE_TENSOR_DENSE_MAT_MUL,
    SPARSE_TENSOR_DENSE_ADD,
    _with_dense(
        "SparseDenseCwiseAdd",
        "The values of a sparse tensor, with those of a stretched dense one added.",
        "add",
        Undefined("TensorFlow defines none for SparseDenseCwiseAdd"),
    ),
    _with_dense(
        "SparseDenseCwiseMul",
        "The values of a sparse tensor times those of a stretched dense one.",
        "multiply",
        _grad_by_elements(is_product=True),
    ),
    _with_dense(
        "SparseDenseCwiseDiv",
        "The values of a sparse tensor over those of a stretched dense one.",
        "divide",
        _grad_by_elements(is_product=False),
    ),
)
