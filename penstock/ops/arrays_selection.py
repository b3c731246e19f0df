"""Choosing elements by a condition, and sorting them out by a number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape, broadcast, merge
from penstock.graph.constant_value import constant_value
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed
from penstock.ops.arrays_common import NO_GRADIENT, any_type, require

__all__ = ["SPECS"]


def _where_shape(c: ShapeContext) -> Shape:
    shape = c.inputs[0].static_shape
    return (None, None if shape is None else len(shape))


WHERE = OpSpec(
    "Where",
    inputs=["input: T"],
    outputs=["index: int64"],
    attrs={"T": attr("type", dtypes.bool, allowed=NUMBERS | {dtypes.bool})},
    doc="The coordinates of the elements that are true, or not zero, row by row.",
    shape=_where_shape,
    kernel=lambda xp, x: np.argwhere(x).astype(np.int64),
    grad=NO_GRADIENT,
    host=True,
)


# Selecting


def _select_shape(c: ShapeContext) -> Shape:
    condition, then, otherwise = (x.static_shape for x in c.inputs)
    try:
        shape = merge(then, otherwise)
    except ValueError:
        raise c.mismatch("t and e of one shape") from None
    if condition is None or condition == () or shape is None:
        return shape
    must = "a condition of that shape, or a vector with an entry for each row"
    if len(condition) == 1 and shape != ():
        row = (condition[0], *shape[1:])
        try:
            merge(row, shape)
        except ValueError:
            raise c.mismatch(must) from None
        return shape
    try:
        return merge(condition, shape)
    except ValueError:
        raise c.mismatch(must) from None


def _select(xp: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    shape = condition.shape
    require(
        then.shape == otherwise.shape,
        f"t and e must have one shape, but have {then.shape} and {otherwise.shape}.",
    )
    require(
        shape in ((), then.shape) or (len(shape) == 1 and shape == then.shape[:1]),
        f"The condition must be a scalar, a vector with an entry for each row, or of the shape "
        f"{then.shape}, but has the shape {shape}.",
    )
    if len(shape) == 1:
        condition = condition.reshape(shape + (1,) * (len(then.shape) - 1))
    return xp.where(condition, then, otherwise)


def _grad_select(ops: Any, node: Any, dy: Any) -> list[Any]:
    condition, then, _ = node.inputs
    zeros = composed.zeros_like(then)
    return [None, ops.Select(condition, dy, zeros), ops.Select(condition, zeros, dy)]


SELECT = OpSpec(
    "Select",
    inputs=["condition: bool", "t: T", "e: T"],
    outputs=["output: T"],
    attrs={"T": any_type()},
    doc="Elements of `t` where `condition` is true, of `e` elsewhere; a vector chooses rows.",
    shape=_select_shape,
    kernel=_select,
    grad=_grad_select,
)


def _select_v2_shape(c: ShapeContext) -> Shape:
    condition, then, otherwise = (x.static_shape for x in c.inputs)
    try:
        return broadcast(condition, broadcast(then, otherwise))
    except ValueError:
        raise c.mismatch("shapes that broadcast") from None


def _grad_select_v2(ops: Any, node: Any, dy: Any) -> list[Any]:
    condition, then, otherwise = node.inputs
    zeros = composed.zeros([], dy.dtype.base_dtype)
    chosen = ops.SelectV2(condition, dy, zeros)
    shape, whole = composed.shape(then), composed.shape(node.outputs[0])
    to_then = _unstretched(ops, chosen, shape, whole)
    rest = ops.SelectV2(condition, zeros, dy)
    return [None, to_then, _unstretched(ops, rest, composed.shape(otherwise), whole)]


def _unstretched(ops: Any, dy: Any, shape: Any, whole: Any) -> Any:
    """Sum `dy` over the axes along which a tensor of the shape `shape` was stretched."""
    axes, _ = ops.BroadcastGradientArgs(shape, whole)
    return ops.Reshape(ops.Sum(dy, axes, keep_dims=True), shape)


SELECT_V2 = OpSpec(
    "SelectV2",
    inputs=["condition: bool", "t: T", "e: T"],
    outputs=["output: T"],
    attrs={"T": any_type()},
    doc="Elements of `t` where `condition` is true, of `e` elsewhere, all three stretched.",
    shape=_select_v2_shape,
    kernel=lambda xp, condition, then, otherwise: xp.where(condition, then, otherwise),
    grad=_grad_select_v2,
)


# Parts by number, and back


def _partition_shape(c: ShapeContext) -> list[Shape]:
    data, partitions = c.shape("data"), c.shape("partitions")
    count = c.attrs["num_partitions"]
    if data is None or partitions is None:
        return [None] * count
    try:
        merge(data[: len(partitions)], partitions)
    except ValueError:
        raise c.mismatch("data whose shape begins with that of partitions") from None
    return [(None, *data[len(partitions) :])] * count


def _partition(xp: Any, data: Any, partitions: Any, *, num_partitions: int) -> Any:
    require(
        partitions.size == 0 or 0 <= partitions.min() <= partitions.max() < num_partitions,
        f"partitions must be numbers from 0 to {num_partitions - 1}, not {partitions}.",
    )
    rows = data.reshape((-1, *data.shape[len(partitions.shape) :]))
    numbers = partitions.ravel()
    return [[rows[numbers == part] for part in range(num_partitions)]]


def _grad_partition(ops: Any, node: Any, *dys: Any) -> list[Any]:
    data, partitions = node.inputs
    prefix = composed.shape(partitions)
    count = ops.Prod(prefix, composed.constant([0], dtypes.int32))
    places = ops.Reshape(composed.range_of(count), prefix)
    parts = ops.DynamicPartition(places, partitions, num_partitions=node.attrs["num_partitions"])
    whole = ops.DynamicStitch(parts, list(dys))
    return [ops.Reshape(whole, composed.shape(data)), None]


DYNAMIC_PARTITION = OpSpec(
    "DynamicPartition",
    inputs=["data: T", "partitions: int32"],
    outputs=["outputs: num_partitions * T"],
    attrs={"num_partitions": attr("int", minimum=1), "T": any_type()},
    doc="The rows of `data` in parts: a row goes to the part that its entry of `partitions` says.",
    shape=_partition_shape,
    kernel=_partition,
    grad=_grad_partition,
    host=True,
)


def _stitch_shape(c: ShapeContext) -> Shape:
    rest: Shape = None
    for indices, data in zip(c.tensors("indices"), c.tensors("data"), strict=True):
        places, rows = indices.static_shape, data.static_shape
        if places is None or rows is None:
            continue
        try:
            merge(rows[: len(places)], places)
            rest = merge(rest, rows[len(places) :])
        except ValueError:
            raise c.mismatch(
                "each of data to begin with the shape of its indices, and to end alike"
            ) from None
    return None if rest is None else (_largest_index(c), *rest)


def _largest_index(c: ShapeContext) -> int | None:
    largest = -1
    for places in c.tensors("indices"):
        value = constant_value(places)
        if value is None:
            return None
        largest = max(largest, int(value.max(initial=-1)))
    return largest + 1


def _stitch(xp: Any, indices: Any, data: Any) -> Any:
    size = 1 + max(int(places.max(initial=-1)) for places in indices)
    rest = data[0].shape[len(indices[0].shape) :]
    result = np.zeros((size, *rest), data[0].dtype)
    for places, rows in zip(indices, data, strict=True):
        result[places.ravel()] = rows.reshape((math.prod(places.shape), *rest))
    return result


def _stitching(name: str, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["indices: N * int32", "data: N * T"],
        outputs=["merged: T"],
        attrs={"N": attr("int", minimum=1), "T": any_type()},
        doc=doc,
        shape=_stitch_shape,
        kernel=_stitch,
        grad=lambda ops, node, dy: [
            *[None] * node.attrs["N"],
            *[ops.GatherV2(dy, places, 0) for places in node.inputs[: node.attrs["N"]]],
        ],
        static=["indices"],
    )


DYNAMIC_STITCH = _stitching(
    "DynamicStitch",
    "The rows of all `data` in one tensor, each at its index; of equal indices the last counts.",
)
PARALLEL_DYNAMIC_STITCH = _stitching(
    "ParallelDynamicStitch",
    "The rows of all `data` in one tensor, each at its index; no index should come twice.",
)

SPECS = (
    WHERE,
    SELECT,
    SELECT_V2,
    DYNAMIC_PARTITION,
    DYNAMIC_STITCH,
    PARALLEL_DYNAMIC_STITCH,
)
