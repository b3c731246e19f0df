"""Small graphs that gradients and functions build alike: a shape, zeros of a shape, a sum of all.

These are TensorFlow's Python functions of those names, as far as its gradient functions use them:
they fold what the static shape settles into a constant, and name what they make as TensorFlow
does. They stand beside the records, because a record's gradient cannot see the functions above it.
"""

from __future__ import annotations

import math
from functools import reduce
from operator import mul
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType
from penstock.core.shapes import as_static
from penstock.graph import conversion
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope

__all__ = [
    "cast",
    "constant",
    "expand_dims",
    "ones",
    "ones_like",
    "range_of",
    "rank",
    "reduce_sum",
    "shape",
    "shape_n",
    "size",
    "stack",
    "transpose",
    "zeros",
    "zeros_like",
]

# Zeros and ones of fewer elements become a constant; of more, a Fill node, to keep GraphDefs small.
_CONSTANT_BELOW = 1000


def constant(value: Any, dtype: DType | None = None, name: str = "Const", shape: Any = None) -> Any:
    """Make a constant in the default graph."""
    return conversion.constant(default_graph(), value, dtype, shape, name)


def cast(x: Any, dtype: DType, name: str | None = None) -> Any:
    """Build `x` in another dtype; what has that dtype already is given back."""
    dtype = dtype.base_dtype
    if getattr(x, "dtype", None) is dtype:
        return x  # also a variable in resource form, which is read where it is used
    with name_scope(name, "Cast", [x]) as scope:
        if isinstance(x, IndexedSlices):
            return IndexedSlices(cast(x.values, dtype, scope), x.indices, x.dense_shape)
        tensor = convert_to_tensor(x, name="x")
        if tensor.dtype.base_dtype is dtype:
            return tensor
        return raw.Cast(tensor, DstT=dtype, name=scope)


def _is_static(tensor: Any) -> bool:
    return tensor.static_shape is not None and None not in tensor.static_shape


def shape(
    x: Any, name: str | None = None, out_type: DType = dtypes.int32, optimize: bool = True
) -> Any:
    """Build the shape of `x`: a constant where it is static."""
    with name_scope(name, "Shape", [x]) as scope:
        tensor = convert_to_tensor(x)
        if optimize and _is_static(tensor):
            return constant(list(tensor.static_shape), out_type, scope)
        return raw.Shape(tensor, out_type=out_type, name=scope)


def shape_n(tensors: Any, name: str | None = None) -> list[Any]:
    """Build the shapes of several tensors by one node."""
    return raw.ShapeN(tensors, name=name)


def size(
    x: Any, name: str | None = None, out_type: DType = dtypes.int32, optimize: bool = True
) -> Any:
    """Build the number of elements of `x`: a constant where it is static."""
    with name_scope(name, "Size", [x]) as scope:
        tensor = convert_to_tensor(x)
        if optimize and tensor.static_shape is not None:
            if _is_static(tensor):
                return constant(math.prod(tensor.static_shape), out_type, scope)
            if 0 in tensor.static_shape:
                return constant(0, out_type, scope)
        return raw.Size(tensor, out_type=out_type, name=scope)


def rank(x: Any, name: str | None = None, optimize: bool = True) -> Any:
    """Build the number of axes of `x`: a constant where it is static."""
    with name_scope(name, "Rank", [x]) as scope:
        tensor = convert_to_tensor(x)
        if optimize and tensor.static_shape is not None:
            return constant(len(tensor.static_shape), dtypes.int32, scope)
        return raw.Rank(tensor, name=scope)


def _zero(dtype: DType) -> Any:
    if dtype is dtypes.string:
        return ""
    return False if dtype is dtypes.bool else 0


def _filled(what: Any, dims: Any, dtype: DType, scope: str) -> Any:
    """Build a tensor of one value and a shape; `scope` is an open scope."""
    if dims is None:
        raise ValueError(
            "None values not supported: a shape is a list of sizes or an integer tensor, not None."
        )
    if not hasattr(dims, "value_index"):
        if _is_small(dims):
            return constant(what, dtype, scope, dims)
        dims = _as_sizes(dims)
    if dims.static_shape == ():
        dims = raw.Reshape(dims, [-1])
    return raw.Fill(dims, constant(what, dtype), name=scope)


def _is_small(dims: Any) -> bool:
    """Tell whether few elements have the shape `dims`, a sequence.

    Where there are tensors among the sizes, the answer is no; but TensorFlow builds their product
    and the comparison before it knows that, and so do we, for the names of what comes after.
    """
    if not hasattr(dims, "__len__") or any(size is None for size in dims):
        return False
    count = reduce(mul, dims) if len(dims) else 1
    small = count < _CONSTANT_BELOW
    return not hasattr(small, "value_index") and bool(small)


def _as_sizes(dims: Any) -> Any:
    try:
        sizes = list(as_static(dims) or ())
    except (TypeError, ValueError):
        return convert_to_tensor(dims, dtypes.int32)  # there are tensors among the sizes
    wide = max(sizes, default=0) >= 2**31
    return constant(sizes, dtypes.int64 if wide else dtypes.int32, "shape_as_tensor")


def zeros(dims: Any, dtype: DType = dtypes.float32, name: str | None = None) -> Any:
    """Build zeros of a shape given by sizes or by a tensor."""
    with name_scope(name, "zeros", [dims]) as scope:
        return _filled(_zero(dtype), dims, dtype, scope)


def ones(dims: Any, dtype: DType = dtypes.float32, name: str | None = None) -> Any:
    """Build ones of a shape given by sizes or by a tensor."""
    with name_scope(name, "ones", [dims]) as scope:
        return _filled(dtype is dtypes.bool or 1, dims, dtype, scope)


def zeros_like(
    x: Any, dtype: DType | None = None, name: str | None = None, optimize: bool = True
) -> Any:
    """Build zeros of the shape of `x`: a constant where it is static."""
    with name_scope(name, "zeros_like", [x]) as scope:
        tensor = convert_to_tensor(x, name="tensor")
        own = tensor.dtype.base_dtype
        kind = own if dtype is None else dtype.base_dtype
        if optimize and _is_static(tensor) and own is not dtypes.variant:
            return zeros(tensor.static_shape, kind, scope)
        if kind is not own and kind is not dtypes.variant:
            return zeros(shape(tensor, optimize=optimize), kind, scope)
        return raw.ZerosLike(tensor, name=scope)


def ones_like(
    x: Any, dtype: DType | None = None, name: str | None = None, optimize: bool = True
) -> Any:
    """Build ones of the shape of `x`."""
    with name_scope(name, "ones_like", [x]) as scope:
        tensor = convert_to_tensor(x, name="tensor")
        dims = shape(tensor, optimize=optimize)
        made = ones(dims, (dtype or tensor.dtype).base_dtype, scope)
        made.set_shape(tensor.static_shape)
        return made


def transpose(x: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Any:
    """Build `x` with its axes in another order: the opposite one if `perm` is None."""
    with name_scope(name, "transpose", [x]) as scope:
        x = convert_to_tensor(x, name="a")
        make = raw.Transpose
        if conjugate and x.dtype.is_complex:
            make = raw.ConjugateTranspose
        if perm is None:
            x = convert_to_tensor(x, name="a")
            perm = _opposite_order(x)
        return make(x, perm, name=scope)


def _opposite_order(x: Any) -> Any:
    if x.static_shape is not None:
        return list(range(len(x.static_shape)))[::-1]
    count = raw.Rank(x)
    return (count - 1) - raw.Range(0, count, 1)


def expand_dims(x: Any, axis: Any, name: str | None = None) -> Any:
    """Build `x` with an axis of size 1 put in."""
    return raw.ExpandDims(x, axis, name=name)


def stack(values: Any, name: str = "stack") -> Any:
    """Build one tensor of a list of scalars or tensors, along a new first axis."""
    return convert_to_tensor(values, name=name)


def range_of(start: Any, limit: Any = None, delta: Any = 1, name: str = "range") -> Any:
    """Build the integers from `start` up to `limit`, or up to `start` if it stands alone."""
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "range", [start, limit, delta]) as scope:
        first = convert_to_tensor(start, dtypes.int32, "start")
        last = convert_to_tensor(limit, dtypes.int32, "limit")
        step = convert_to_tensor(delta, dtypes.int32, "delta")
        return raw.Range(first, last, step, name=scope)


def reduce_sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Build the sum over `axis`, over all axes if it is None."""
    if axis is None:
        axis = _all_axes(x)
    return raw.Sum(x, axis, keep_dims=keepdims)


def _all_axes(x: Any) -> Any:
    if x.static_shape is not None:
        return constant(list(range(len(x.static_shape))), dtypes.int32)
    return range_of(0, rank(x))
