"""Elements and slices at points: taking them out of a tensor, and putting others in.

The last axis of `indices` holds a point: numbers for the first axes of the tensor. Points out of
range are treated as in `arrays_gathering`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape, merge
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import composed
from penstock.ops.arrays_common import any_type, index_type, require, sizes_of

__all__ = ["SPECS", "check_update", "rows_and_points"]


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


def check_update(shape: Any, indices: Any, updates: Any) -> None:
    """Check that there is an update of the right shape for each point.

    Raises:
      InvalidArgumentError: if there is not.
    """
    depth = indices.shape[-1]
    wanted = (*indices.shape[:-1], *shape[depth:])
    require(
        depth <= len(shape) and tuple(updates.shape) == wanted,
        f"Points {indices.shape} in a tensor of the shape {tuple(shape)} need updates of the "
        f"shape {wanted}, but theirs is {updates.shape}.",
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
    check_update(result.shape, indices, updates)
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
