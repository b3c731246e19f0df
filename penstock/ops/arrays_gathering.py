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
from penstock.ops.arrays_common import any_type, index_type, normal_axis

__all__ = ["SPECS", "gather_along"]


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
    return (*batch, *params[batch_dims:axis], *indices[batch_dims:], *params[axis + 1 :])


def _grad_gather_v2(ops: Any, node: Any, dy: Any) -> list[Any]:
    params, indices, axis = node.inputs
    along = constant_value(axis)
    if along is not None and int(along) == 0:
        return [_rows_of_gradient(ops, params, indices, dy), None, None]
    batch_dims = node.attrs["batch_dims"]
    if batch_dims < 0:
        batch_dims += len(indices.static_shape)
    return [_summed_along(ops, params, indices, axis, batch_dims, dy), None, None]


def _summed_along(ops: Any, params: Any, indices: Any, axis: Any, batch_dims: int, dy: Any) -> Any:
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
    summed = _batch_sum(ops, shape, values, indices, batch_dims, axis)
    back = ops.ConcatV2([batch, between + 1, [batch_dims], inner], 0, name="concat")
    return ops.Transpose(summed, back, name="transpose")


def _batch_sum(ops: Any, shape: Any, values: Any, indices: Any, batch_dims: int, axis: Any) -> Any:
    """Sum rows of `values` by `indices` within each entry of the batch."""
    count = shape[axis]
    flat = composed.expand_dims(composed.size(indices), 0)
    if batch_dims == 0:
        return ops.UnsortedSegmentSum(values, ops.Reshape(indices, flat), count)
    whole = composed.shape(values)
    batch, rest = whole[:batch_dims], whole[batch_dims:]
    inner = rest[1:]
    number = ops.Prod(batch, [0])
    entries = ops.ConcatV2([[-1], inner], 0, name="concat")
    segments = count * number
    numbers = _with_batch_offsets(ops, shape, indices, batch_dims, axis)
    summed = ops.UnsortedSegmentSum(
        ops.Reshape(values, entries), ops.Reshape(numbers, flat), segments
    )
    return ops.Reshape(summed, ops.ConcatV2([batch, entries], 0, name="concat"))


def _with_batch_offsets(ops: Any, shape: Any, indices: Any, batch_dims: int, gathered: Any) -> Any:
    """Add to `indices` what makes them numbers of rows when the batch axes are flattened.

    TensorFlow 1.15 takes the axis after the batch for the gathered one, and its gradient is wrong
    where that is another.
    """
    along = constant_value(gathered)
    gathered = gathered if along is None else int(along)
    dtype = indices.dtype.base_dtype
    sizes = shape if dtype is dtypes.int32 else ops.Cast(shape, DstT=dtype)
    stride = composed.ones([], dtype)
    rank = len(indices.static_shape)
    for axis in range(batch_dims - 1, -1, -1):
        size = sizes[axis]
        stride = stride * sizes[gathered if axis == batch_dims - 1 else axis + 1]
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


SPECS = (GATHER, GATHER_V2)
