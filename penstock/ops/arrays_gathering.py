"""Taking rows of a tensor by their numbers, and putting rows at places by their numbers.

Under XLA an index out of range is moved to the nearest that is in it; the NumPy tier, which is
the definition, checks (its `kernels/arrays.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Shape, merge
from penstock.graph.constant_value import constant_value
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import composed
from penstock.ops.arrays_common import any_type, index_type, normal_axis, sizes_of

__all__ = ["SPECS", "gather_along", "rows_and_points"]


# Gather


def _params_shape(ops: Any, params: Any) -> Any:
    """Build the shape of `params`, where they are: they may be large, and far away."""
    with params.graph.colocate_with(params.op):
        shape = composed.shape(params, out_type=dtypes.int64)
        return ops.Cast(shape, DstT=dtypes.int32)


def _rows_of_gradient(ops: Any, params: Any, indices: Any, dy: Any) -> IndexedSlices:
    """Give the gradient of a gather along axis 0: the rows of `dy`, and where they go."""
    shape = _params_shape(ops, params)
    count = composed.expand_dims(composed.size(indices), 0)
    rows = ops.ConcatV2([count, shape[1:]], 0, name="concat")
    return IndexedSlices(ops.Reshape(dy, rows), ops.Reshape(indices, count), shape)


def _gather_shape(c: ShapeContext) -> Shape:
    params, indices = c.shape("params"), c.shape("indices")
    if params is None or indices is None:
        return None
    if not params:
        raise c.mismatch("params with at least one axis")
    return (*indices, *params[1:])


GATHER = OpSpec(
    "Gather",
    inputs=["params: Tparams", "indices: Tindices"],
    outputs=["output: Tparams"],
    attrs={"validate_indices": True, "Tparams": any_type(), "Tindices": index_type()},
    doc="The rows of `params` that `indices` numbers.",
    shape=_gather_shape,
    kernel=lambda xp, params, indices: xp.take(params, indices, 0, mode="clip"),
    grad=lambda ops, node, dy: [
        _rows_of_gradient(ops, node.inputs[0], node.inputs[1], dy),
        None,
    ],
)


def gather_along(xp: Any, params: Any, indices: Any, axis: int, batch_dims: int) -> Any:
    """Take slices of `params` along `axis`; the first `batch_dims` axes are shared.

    Args:
      xp: numpy or jax.numpy.
      params: array [batch..., outer..., n, inner...].
      indices: integer array [batch..., taken...] of numbers below n.
      axis: the axis of n, from 0.
      batch_dims: how many axes the batch has.

    Returns:
      An array [batch..., outer..., taken..., inner...].
    """
    if not batch_dims:
        return xp.take(params, indices, axis, mode="clip")
    batch = params.shape[:batch_dims]
    outer, inner = params.shape[batch_dims:axis], params.shape[axis + 1 :]
    taken = indices.shape[batch_dims:]
    rows = xp.moveaxis(params, axis, batch_dims).reshape((-1, params.shape[axis], *outer, *inner))
    numbers = xp.clip(indices.reshape((rows.shape[0], -1)), 0, params.shape[axis] - 1)
    found = rows[np.arange(rows.shape[0])[:, None], numbers].reshape(
        (*batch, *taken, *outer, *inner)
    )
    first = batch_dims + len(taken)
    places = tuple(range(first, first + len(outer)))
    return xp.moveaxis(found, places, tuple(range(batch_dims, batch_dims + len(outer))))


def _gather_v2(xp: Any, params: Any, indices: Any, axis: Any, *, batch_dims: int) -> Any:
    if batch_dims < 0:
        batch_dims += len(indices.shape)
    return gather_along(xp, params, indices, normal_axis(int(axis), len(params.shape)), batch_dims)


def _gather_v2_shape(c: ShapeContext) -> Shape:
    params, indices, axis = c.shape("params"), c.shape("indices"), c.value("axis")
    batch_dims = c.attrs["batch_dims"]
    if params is None:
        return None
    if axis is None:
        if indices is None:
            return None
        return (None,) * (len(params) + len(indices) - 1 - batch_dims)
    axis = int(axis)
    if not -len(params) <= axis < len(params):
        raise c.mismatch(f"params with an axis {axis}")
    axis %= len(params)
    if indices is None:
        return None
    if batch_dims < 0:
        batch_dims += len(indices)
    if not 0 <= batch_dims <= min(axis, len(indices)):
        raise c.mismatch(f"no more than {axis} batch axes")
    try:
        batch = merge(params[:batch_dims], indices[:batch_dims])
    except ValueError:
        raise c.mismatch(f"params and indices that agree in {batch_dims} batch axes") from None
    return (*batch, *params[batch_dims:axis], *indices[batch_dims:], *params[axis + 1 :])  # type: ignore[misc]


def _grad_gather_v2(ops: Any, node: Any, dy: Any) -> list[Any]:
    params, indices, axis = node.inputs
    along = constant_value(axis)
    if along is not None and int(along) == 0:
        return [_rows_of_gradient(ops, params, indices, dy), None, None]
    batch_dims = node.attrs["batch_dims"]
    if batch_dims < 0:
        batch_dims += len(indices.static_shape)
    return [_summed_along(ops, params, indices, axis, batch_dims, dy), None, None]


def _summed_along(
    ops: Any, params: Any, indices: Any, axis: Any, batch_dims: int, dy: Any
) -> Any:
    """Add the slices of `dy` up where they came from: `axis` goes first, is summed, goes back."""
    shape = _params_shape(ops, params)
    composed.expand_dims(composed.size(indices), 0)
    outer = shape[:axis]
    rows = ops.ConcatV2([outer, [-1], shape[axis:][1:]], 0, name="concat")
    rank, place = composed.size(rows), composed.size(outer)
    batch = composed.range_of(0, batch_dims)
    between = composed.range_of(batch_dims, place)
    inner = composed.range_of(place + 1, rank)
    values = ops.Reshape(dy, rows)
    to_front = ops.ConcatV2([batch, [place], between, inner], 0, name="concat")
    values = ops.Transpose(values, to_front, name="transpose")
    summed = _batch_sum(ops, shape, values, indices, batch_dims, shape[axis])
    back = ops.ConcatV2([batch, between + 1, [batch_dims], inner], 0, name="concat")
    return ops.Transpose(summed, back, name="transpose")


def _batch_sum(
    ops: Any, shape: Any, values: Any, indices: Any, batch_dims: int, count: Any
) -> Any:
    """Sum rows of `values` by `indices` within each entry of the batch."""
    flat = composed.expand_dims(composed.size(indices), 0)
    if batch_dims == 0:
        return ops.UnsortedSegmentSum(values, ops.Reshape(indices, flat), count)
    whole = composed.shape(values)
    batch, rest = whole[:batch_dims], whole[batch_dims:]
    entries = ops.ConcatV2([[-1], rest[1:]], 0, name="concat")
    segments = count * ops.Prod(batch, [0])
    numbers = _with_batch_offsets(ops, shape, indices, batch_dims)
    summed = ops.UnsortedSegmentSum(
        ops.Reshape(values, entries), ops.Reshape(numbers, flat), segments
    )
    return ops.Reshape(summed, ops.ConcatV2([batch, entries], 0, name="concat"))


def _with_batch_offsets(ops: Any, shape: Any, indices: Any, batch_dims: int) -> Any:
    """Add to `indices` what makes them numbers of rows when the batch axes are flattened."""
    dtype = indices.dtype.base_dtype
    sizes = shape if dtype is dtypes.int32 else ops.Cast(shape, DstT=dtype)
    stride = composed.ones([], dtype)
    rank = len(indices.static_shape)
    for axis in range(batch_dims - 1, -1, -1):
        size = sizes[axis]
        stride = stride * sizes[axis + 1]
        places = ops.Range(composed.zeros([], dtype), size, composed.ones([], dtype), name="range")
        along = [1] * axis + [size] + [1] * (rank - axis - 1)
        indices = indices + ops.Reshape(places * stride, composed.stack(along))
    return indices


GATHER_V2 = OpSpec(
    "GatherV2",
    inputs=["params: Tparams", "indices: Tindices", "axis: Taxis"],
    outputs=["output: Tparams"],
    attrs={
        "batch_dims": 0,
        "Tparams": any_type(),
        "Tindices": index_type(),
        "Taxis": index_type(),
    },
    doc="The slices of `params` along `axis` that `indices` numbers.",
    shape=_gather_v2_shape,
    kernel=_gather_v2,
    grad=_grad_gather_v2,
    static=["axis"],
)


# Points: the last axis of `indices` numbers the first axes of the tensor


def _points_shape(c: ShapeContext) -> Shape:
    params, indices = c.shape("params"), c.shape("indices")
    if params is None or indices is None or indices == () or indices[-1] is None:
        return None
    if indices[-1] > len(params):
        raise c.mismatch("no more numbers in a point than params has axes")
    return (*indices[:-1], *params[indices[-1] :])


def _gather_nd(xp: Any, params: Any, indices: Any) -> Any:
    depth = indices.shape[-1]
    if not depth:
        return xp.broadcast_to(params, (*indices.shape[:-1], *params.shape))
    return params[
        tuple(xp.clip(indices[..., axis], 0, params.shape[axis] - 1) for axis in range(depth))
    ]


def _grad_gather_nd(ops: Any, node: Any, dy: Any) -> list[Any]:
    params, indices = node.inputs
    shape = composed.shape(params, out_type=indices.dtype.base_dtype)
    known = indices.static_shape
    if known is not None and len(known) == 2 and known[-1] == 1:
        return [IndexedSlices(dy, ops.Squeeze(indices, squeeze_dims=[-1]), shape), None]
    return [ops.ScatterNd(indices, dy, shape), None]


GATHER_ND = OpSpec(
    "GatherNd",
    inputs=["params: Tparams", "indices: Tindices"],
    outputs=["output: Tparams"],
    attrs={"Tparams": any_type(), "Tindices": index_type()},
    doc="The elements or slices of `params` at the points in the last axis of `indices`.",
    shape=_points_shape,
    kernel=_gather_nd,
    grad=_grad_gather_nd,
)


def rows_and_points(x: Any, indices: Any) -> tuple[Any, tuple[Any, ...]]:
    """Give an array and an index into it that reaches the places that `indices` points at.

    Points of no numbers point at the whole array, which then is the one row of another.
    """
    depth = indices.shape[-1]
    if not depth:
        return x[None], (np.zeros(indices.shape[:-1], np.int32),)
    return x, tuple(indices[..., axis] for axis in range(depth))


def _check_updates(c: ShapeContext, shape: Shape) -> Shape:
    indices, updates = c.shape("indices"), c.shape("updates")
    if shape is None or indices is None or updates is None or not indices:
        return shape
    if indices[-1] is not None:
        if indices[-1] > len(shape):
            raise c.mismatch("no more numbers in a point than the result has axes")
        try:
            merge(updates, (*indices[:-1], *shape[indices[-1] :]))
        except ValueError:
            raise c.mismatch("updates of the shape indices.shape[:-1] + shape[n:]") from None
    return shape


def _scatter_nd(xp: Any, indices: Any, updates: Any, shape: Any) -> Any:
    return _scattered(xp.add, xp.zeros(sizes_of(shape), updates.dtype), indices, updates)


def _scattered(combine: Any, result: Any, indices: Any, updates: Any) -> Any:
    """Combine `updates` into the array `result`, in place; with no `combine`, write them."""
    rows, points = rows_and_points(result, indices)
    if combine is None:
        rows[points] = updates
    else:
        combine.at(rows, points, updates)
    return result


SCATTER_ND = OpSpec(
    "ScatterNd",
    inputs=["indices: Tindices", "updates: T", "shape: Tindices"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tindices": index_type()},
    doc="Zeros of `shape` with `updates` added at the points in the last axis of `indices`.",
    shape=lambda c: _check_updates(c, c.shape_value("shape")),
    kernel=_scatter_nd,
    grad=lambda ops, node, dy: [None, ops.GatherNd(dy, node.inputs[0]), None],
    static=["shape"],
)


def _grad_update(ops: Any, node: Any, dy: Any) -> list[Any]:
    _, indices, updates = node.inputs
    taken = ops.GatherNd(dy, indices)
    kept = ops.TensorScatterUpdate(
        ops.Identity(dy), indices, composed.zeros_like(updates, dy.dtype)
    )
    return [kept, None, taken]


def _grad_add(ops: Any, node: Any, dy: Any) -> list[Any]:
    taken = ops.GatherNd(dy, node.inputs[1])
    return [ops.Identity(dy), None, taken]


def _grad_subtract(ops: Any, node: Any, dy: Any) -> list[Any]:
    taken = ops.GatherNd(dy, node.inputs[1])
    return [ops.Identity(dy), None, ops.Neg(taken)]


def _tensor_scatter(name: str, doc: str, combine: str | None, grad: Any, tensor: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=[f"{tensor}: T", "indices: Tindices", "updates: T"],
        outputs=["output: T"],
        attrs={"T": any_type(), "Tindices": index_type()},
        doc=doc,
        shape=lambda c: _check_updates(c, c.shape(tensor)),
        kernel=lambda xp, x, indices, updates: _scattered(
            getattr(xp, combine) if combine else None, xp.array(x), indices, updates
        ),
        grad=grad,
    )


SPECS = (
    GATHER,
    GATHER_V2,
    GATHER_ND,
    SCATTER_ND,
    _tensor_scatter(
        "TensorScatterUpdate",
        "`tensor` with `updates` written at the points in the last axis of `indices`.",
        None,
        _grad_update,
        "tensor",
    ),
    _tensor_scatter(
        "TensorScatterAdd",
        "`tensor` with `updates` added at the points in the last axis of `indices`.",
        "add",
        _grad_add,
        "tensor",
    ),
    _tensor_scatter(
        "TensorScatterSub",
        "`tensor` with `updates` subtracted at the points in the last axis of `indices`.",
        "subtract",
        _grad_subtract,
        "tensor",
    ),
    _tensor_scatter(
        "ScatterNdNonAliasingAdd",
        "`input` with `updates` added at the points in the last axis of `indices`.",
        "add",
        lambda ops, node, dy: [dy, None, ops.GatherNd(dy, node.inputs[1])],
        "input",
    ),
)
