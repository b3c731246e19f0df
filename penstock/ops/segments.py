"""Segment ops: rows that carry one number are summed, multiplied, averaged or searched together.

*Sorted* ops take ids that rise from row to row and give as many rows as the last id asks for;
*unsorted* ones are told the number; *sparse* ones first pick the rows. The kernels are made by
`make_kernels` from one function that combines rows, because that is what the tiers do differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import NUMBERS, REAL_NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import segment_gradients as gradients
from penstock.ops.arrays_common import INDEX_AS_INT32, index_type, require

__all__ = ["SPECS", "first_value", "make_kernels"]

_FLOAT = frozenset({dtypes.float32, dtypes.float64})
Combine = Callable[[str, Any, Any, int], Any]


def first_value(how: str, dtype: Any) -> Any:
    """Give what a segment without rows holds: what changes nothing when it is combined."""
    if how in ("add", "multiply"):
        return int(how == "multiply")
    limits = np.iinfo(dtype) if dtype.kind in "iu" else ml_dtypes.finfo(dtype)
    return limits.min if how == "maximum" else limits.max


def _combine(how: str, data: Any, ids: Any, count: int) -> Any:
    """Combine the rows of `data` that have one id; rows with a negative id are left out."""
    rest = data.shape[ids.ndim :]
    result = np.full((count, *rest), first_value(how, data.dtype), data.dtype)
    rows, places = data.reshape(-1, *rest), ids.ravel()
    wrong = places >= count
    require(
        not wrong.any(),
        f"Segment ids below {count} are needed, but one is {places.max(initial=0)}.",
    )
    kept = places >= 0
    getattr(np, how).at(result, places[kept], rows[kept])
    return result


def _row_count(ids: Any, data_rows: int) -> int:
    """Check sorted ids, and give the number of rows that they ask for."""
    require(
        ids.ndim == 1 and ids.size == data_rows,
        f"One segment id for each of {data_rows} rows is needed, but the ids have shape "
        f"{ids.shape}.",
    )
    require(
        bool((np.diff(ids) >= 0).all() and (ids >= 0).all()),
        "Segment ids must not be negative and must not fall from row to row.",
    )
    return int(ids[-1]) + 1 if ids.size else 0


def _columns(sizes: Any, like: Any) -> Any:
    return sizes.reshape(sizes.shape + (1,) * (like.ndim - 1))


def _averaged(xp: Any, total: Any, sizes: Any, root: bool = False) -> Any:
    sizes = xp.maximum(_columns(sizes, total), 1)
    if total.dtype.kind in "iu":
        return (xp.sign(total) * (xp.abs(total) // sizes)).astype(total.dtype)
    divisor = xp.sqrt(sizes.astype("float64")) if root else sizes
    return total / divisor.astype(total.dtype)


def make_kernels(combine: Combine) -> dict[str, Callable[..., Any]]:
    """Make the kernels of all segment ops from a function that combines rows.

    Args:
      combine: called with "add", "multiply", "maximum" or "minimum", the rows, their ids, and the
        number of segments.
    """

    def sizes(xp: Any, ids: Any, count: int) -> Any:
        return combine("add", xp.ones(ids.shape, "int32"), ids, count)

    def sort(how: str) -> Callable[..., Any]:
        def compute(xp: Any, data: Any, ids: Any) -> Any:
            count = _row_count(ids, data.shape[0])
            result = combine(how, data, ids, count)
            if how in ("add", "multiply"):
                return result
            empty = _columns(sizes(xp, ids, count), result) == 0
            return xp.where(empty, 0, result).astype(data.dtype)

        return compute

    def mean(xp: Any, data: Any, ids: Any) -> Any:
        count = _row_count(ids, data.shape[0])
        total = combine("add", data, ids, count)
        return _averaged(xp, total, sizes(xp, ids, count)).astype(data.dtype)

    def unsorted(how: str) -> Callable[..., Any]:
        return lambda xp, data, ids, count: combine(how, data, ids, int(count))

    def sparse(average: bool, root: bool) -> Callable[..., Any]:
        def compute(xp: Any, data: Any, indices: Any, ids: Any, count: Any = None) -> Any:
            known = _row_count(ids, indices.shape[0]) if count is None else int(count)
            total = combine("add", xp.take(data, indices, axis=0), ids, known)
            return _averaged(xp, total, sizes(xp, ids, known), root) if average else total

        return compute

    def sparse_grad(root: bool) -> Callable[..., Any]:
        def compute(xp: Any, grad: Any, indices: Any, ids: Any, rows: Any) -> Any:
            shares = _averaged(xp, grad, sizes(xp, ids, grad.shape[0]), root)
            return combine("add", xp.take(shares, ids, axis=0), indices, int(rows))

        return compute

    kernels: dict[str, Callable[..., Any]] = {"SegmentMean": mean}
    for name, how in _HOW.items():
        kernels[f"Segment{name}"] = sort(how)
        kernels[f"UnsortedSegment{name}"] = unsorted(how)
    for name, average, root in _SPARSE:
        kernels[f"SparseSegment{name}"] = sparse(average, root)
        kernels[f"SparseSegment{name}WithNumSegments"] = sparse(average, root)
        if average:
            kernels[f"SparseSegment{name}Grad"] = sparse_grad(root)
    return kernels


_HOW = {"Sum": "add", "Prod": "multiply", "Max": "maximum", "Min": "minimum"}
_SPARSE = (("Sum", False, False), ("Mean", True, False), ("SqrtN", True, True))
_KERNELS = make_kernels(_combine)


def _rows_then(c: ShapeContext, rows: int | None, inner: int = 1) -> Shape:
    shape = c.inputs[0].static_shape
    return None if shape is None else (rows, *shape[inner:])


def _sorted_shape(c: ShapeContext) -> Shape:
    return _rows_then(c, None)


def _counted_shape(name: str) -> Any:
    def rule(c: ShapeContext) -> Shape:
        count = c.value(name)
        ids = c.shape("segment_ids")
        if ids is None and name == "num_segments" and len(c.inputs) == 3:
            return None
        inner = 1 if len(c.inputs) != 3 else len(ids or ())
        return _rows_then(c, None if count is None else int(count), inner)

    return rule


def _sorted(name: str, types: Any, doc: str, grad: Any) -> OpSpec:
    return OpSpec(
        f"Segment{name}",
        inputs=["data: T", "segment_ids: Tindices"],
        outputs=["output: T"],
        attrs={"T": types, "Tindices": index_type()},
        doc=f"{doc} of the rows of one segment; ids are sorted.",
        shape=_sorted_shape,
        kernel=_KERNELS[f"Segment{name}"],
        grad=grad,
        static=["segment_ids"],
    )


def _unsorted(name: str, types: Any, doc: str, grad: Any) -> OpSpec:
    return OpSpec(
        f"UnsortedSegment{name}",
        inputs=["data: T", "segment_ids: Tindices", "num_segments: Tnumsegments"],
        outputs=["output: T"],
        attrs={"T": types, "Tindices": index_type(), "Tnumsegments": INDEX_AS_INT32},
        doc=f"{doc} of the rows of one segment, of which there are `num_segments`.",
        shape=_counted_shape("num_segments"),
        kernel=_KERNELS[f"UnsortedSegment{name}"],
        grad=grad,
        static=["num_segments"],
    )


_PICKED = ["data: T", "indices: Tidx", "segment_ids: int32"]


def _sparse(name: str, types: Any, doc: str, grad: Any) -> tuple[OpSpec, OpSpec]:
    op = f"SparseSegment{name}"
    picking = OpSpec(
        op,
        inputs=_PICKED,
        outputs=["output: T"],
        attrs={"T": types, "Tidx": INDEX_AS_INT32},
        doc=f"{doc} of the picked rows of one segment; ids are sorted.",
        shape=_sorted_shape,
        kernel=_KERNELS[op],
        grad=grad,
        static=["segment_ids"],
    )
    counted = OpSpec(
        f"{op}WithNumSegments",
        inputs=[*_PICKED, "num_segments: Tnumsegments"],
        outputs=["output: T"],
        attrs={"T": types, "Tidx": INDEX_AS_INT32, "Tnumsegments": INDEX_AS_INT32},
        doc=f"{doc} of the picked rows of one segment, of which there are `num_segments`.",
        shape=_counted_shape("num_segments"),
        kernel=_KERNELS[f"{op}WithNumSegments"],
        grad=grad,
        static=["num_segments"],
    )
    return picking, counted


def _sparse_grad(name: str) -> OpSpec:
    return OpSpec(
        f"SparseSegment{name}Grad",
        inputs=["grad: T", "indices: Tidx", "segment_ids: int32", "output_dim0: int32"],
        outputs=["output: T"],
        attrs={"T": attr("type", allowed=_FLOAT), "Tidx": INDEX_AS_INT32},
        doc=f"The gradient of SparseSegment{name} for `data`, which has `output_dim0` rows.",
        shape=_counted_shape("output_dim0"),
        kernel=_KERNELS[f"SparseSegment{name}Grad"],
        grad=Undefined("TensorFlow defines none for it"),
        static=["output_dim0"],
    )


_NO_PRODUCT = Undefined("TensorFlow defines none; UnsortedSegmentProd has one")
_DOCS = {"Sum": "The sum", "Prod": "The product", "Max": "The greatest", "Min": "The smallest"}

SPECS = (
    _sorted("Sum", NUMBERS, _DOCS["Sum"], gradients.sum_grad),
    _sorted("Mean", NUMBERS, "The mean", gradients.mean_grad),
    _sorted("Prod", NUMBERS, _DOCS["Prod"], _NO_PRODUCT),
    _sorted("Max", REAL_NUMBERS, _DOCS["Max"], gradients.extreme_grad),
    _sorted("Min", REAL_NUMBERS, _DOCS["Min"], gradients.extreme_grad),
    _unsorted("Sum", NUMBERS, _DOCS["Sum"], gradients.unsorted_sum_grad),
    _unsorted("Prod", NUMBERS, _DOCS["Prod"], gradients.unsorted_prod_grad),
    _unsorted("Max", REAL_NUMBERS, _DOCS["Max"], gradients.unsorted_extreme_grad),
    _unsorted("Min", REAL_NUMBERS, _DOCS["Min"], gradients.unsorted_extreme_grad),
    *_sparse("Sum", REAL_NUMBERS, _DOCS["Sum"], gradients.sparse_sum_grad),
    *_sparse("Mean", _FLOAT, "The mean", gradients.sparse_grad("SparseSegmentMeanGrad")),
    *_sparse(
        "SqrtN",
        _FLOAT,
        "The sum, over the square root of the number,",
        gradients.sparse_grad("SparseSegmentSqrtNGrad"),
    ),
    _sparse_grad("Mean"),
    _sparse_grad("SqrtN"),
)
