"""Variables in resource form: a handle, and ops that read and write what is behind it.

The handle's static shape is a scalar's; `handle_data` tells the dtype and shape of the variable.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import DType, int32, int64
from penstock.core.shapes import Shape, describe, is_compatible
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.arrays_gathering import gather_along
from penstock.ops.state import count_up, updated_by

__all__ = ["INDEX", "SPECS", "handle_data", "variable_shape"]

INDEX = frozenset({int32, int64})


def handle_data(handle: Any) -> tuple[DType | None, Shape]:
    """Tell dtype and static shape of the variable behind a handle; (None, None) if unknown."""
    if handle.handle_data is not None:
        return handle.handle_data
    node = handle.op
    if node.type == "VarHandleOp":
        return node.attrs["dtype"], node.attrs["shape"]
    if node.type in _HAND_ON:
        return handle_data(node.inputs[0])
    return None, None


# Ops whose output is their first input.
_HAND_ON = frozenset({"Identity", "Switch", "Enter", "Exit", "NextIteration", "Merge"})


def variable_shape(c: ShapeContext, name: str = "resource") -> Shape:
    """Give the static shape of the variable behind the input `name`."""
    return handle_data(c.tensor(name))[1]


def _checked_value(c: ShapeContext) -> list[Shape]:
    dtype, shape = handle_data(c.tensor("resource"))
    if dtype is not None and dtype is not c.attrs["dtype"]:
        raise c.mismatch(f"a value of the variable's dtype, {dtype.name}")
    if not is_compatible(shape, c.shape("value")):
        raise c.mismatch(f"a value of the variable's shape, {describe(shape)}")
    return []


VAR_HANDLE_OP = OpSpec(
    "VarHandleOp",
    outputs=["resource: resource"],
    attrs={
        "container": "",
        "shared_name": "",
        "dtype": attr("type"),
        "shape": attr("shape"),
    },
    doc="The handle of a variable, known by `shared_name` or else by the node's name.",
    shape=rules.scalar,
    stateful=True,
)

READ_VARIABLE_OP = OpSpec(
    "ReadVariableOp",
    inputs=["resource: resource"],
    outputs=["value: dtype"],
    attrs={"dtype": attr("type")},
    doc="The variable's value.",
    shape=variable_shape,
    kernel=lambda xp, resource: resource,
    grad=lambda ops, node, dy: [dy],
    reads=["resource"],
)

ASSIGN_VARIABLE_OP = OpSpec(
    "AssignVariableOp",
    inputs=["resource: resource", "value: dtype"],
    attrs={"dtype": attr("type")},
    doc="Sets the variable to `value`.",
    shape=_checked_value,
    kernel=lambda xp, resource, value: value,
    writes=["resource"],
)


def _updated(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["resource: resource", "value: dtype"],
        attrs={"dtype": attr("type")},
        doc=doc,
        shape=_checked_value,
        kernel=kernel,
        reads=["resource"],
        writes=["resource"],
    )


ASSIGN_ADD_VARIABLE_OP = _updated(
    "AssignAddVariableOp",
    "Adds `value` to the variable.",
    updated_by("add"),
)
ASSIGN_SUB_VARIABLE_OP = _updated(
    "AssignSubVariableOp",
    "Subtracts `value` from the variable.",
    updated_by("subtract"),
)

VAR_IS_INITIALIZED_OP = OpSpec(
    "VarIsInitializedOp",
    inputs=["resource: resource"],
    outputs=["is_initialized: bool"],
    doc="Whether the variable has a value.",
    shape=rules.scalar,
    kernel=lambda xp, resource: resource,
    queries=["resource"],
)

DISABLE_COPY_ON_READ = OpSpec(
    "DisableCopyOnRead",
    inputs=["resource: resource"],
    doc="Nothing here; TensorFlow 2, whose files have it, keeps the variable's memory in place.",
    shape=rules.no_outputs,
    kernel=lambda xp, resource: None,
    queries=["resource"],
)

DESTROY_RESOURCE_OP = OpSpec(
    "DestroyResourceOp",
    inputs=["resource: resource"],
    attrs={"ignore_lookup_error": True},
    doc="Takes the variable's value away: it is uninitialized again.",
    shape=rules.no_outputs,
    kernel=lambda xp, resource: None,
    writes=["resource"],
    host=True,
)

VARIABLE_SHAPE = OpSpec(
    "VariableShape",
    inputs=["input: resource"],
    outputs=["output: out_type"],
    attrs={"out_type": attr("type", int32, allowed=INDEX)},
    doc="The shape of the variable's value.",
    shape=lambda c: _length_of(variable_shape(c, "input")),
    kernel=lambda xp, input, *, out_type: np.array(input.shape, out_type.as_numpy_dtype),
    grad=NOT_DIFFERENTIABLE,
    reads=["input"],
)


def _length_of(shape: Shape) -> Shape:
    return (None,) if shape is None else (len(shape),)


RESOURCE_COUNT_UP_TO = OpSpec(
    "ResourceCountUpTo",
    inputs=["resource: resource"],
    outputs=["output: T"],
    attrs={"limit": attr("int"), "T": INDEX},
    doc="The counter's value; then it grows by one, and is an error from `limit` on.",
    shape=rules.scalar,
    kernel=count_up,
    reads=["resource"],
    writes=["resource"],
    host=True,
)


def _gathered_shape(c: ShapeContext) -> Shape:
    shape, indices = variable_shape(c), c.shape("indices")
    batch = c.attrs["batch_dims"]
    if shape is None or indices is None:
        return None
    if len(shape) <= batch or len(indices) < batch:
        raise c.mismatch(f"a variable of more than {batch} axes")
    return shape[:batch] + indices[batch:] + shape[batch + 1 :]


def _gather(xp: Any, resource: Any, indices: Any, *, batch_dims: int) -> Any:
    return gather_along(xp, resource, indices, batch_dims, batch_dims)


def _shape_behind(ops: Any, handle: Any) -> Any:
    """Build the shape of the variable behind a handle: a constant where it is static."""
    shape = handle_data(handle)[1]
    if shape is None or None in shape:
        return ops.VariableShape(handle)
    return composed.constant(list(shape), int32)


def _gather_gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give the rows of `dy` and where they go; the variable's shape is that of its handle."""
    handle, indices = node.inputs
    shape = _shape_behind(ops, handle)
    count = composed.expand_dims(composed.size(indices), 0)
    rows = ops.ConcatV2([count, shape[1:]], 0, name="concat")
    return [IndexedSlices(ops.Reshape(dy, rows), ops.Reshape(indices, count), shape), None]


RESOURCE_GATHER = OpSpec(
    "ResourceGather",
    inputs=["resource: resource", "indices: Tindices"],
    outputs=["output: dtype"],
    attrs={
        "batch_dims": 0,
        "validate_indices": True,
        "dtype": attr("type"),
        "Tindices": INDEX,
    },
    doc="The rows of the variable that `indices` names, without reading the others.",
    shape=_gathered_shape,
    kernel=_gather,
    grad=_gather_gradient,
    reads=["resource"],
)


def _gathered_nd_shape(c: ShapeContext) -> Shape:
    shape, indices = variable_shape(c), c.shape("indices")
    if shape is None or indices is None or indices[-1] is None:
        return None
    if indices[-1] > len(shape):
        raise c.mismatch(f"indices whose last size is at most the variable's rank, {len(shape)}")
    return indices[:-1] + shape[indices[-1] :]


def _gather_nd_gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give rows where whole rows were taken, else a tensor that is zero between the positions."""
    handle, indices = node.inputs
    shape = ops.VariableShape(handle, out_type=indices.dtype.base_dtype)
    known = indices.static_shape
    if known is not None and len(known) == 2 and known[-1] == 1:
        return [IndexedSlices(dy, ops.Squeeze(indices, squeeze_dims=[-1]), shape), None]
    return [ops.ScatterNd(indices, dy, shape), None]


RESOURCE_GATHER_ND = OpSpec(
    "ResourceGatherNd",
    inputs=["resource: resource", "indices: Tindices"],
    outputs=["output: dtype"],
    attrs={"dtype": attr("type"), "Tindices": INDEX},
    doc="The elements or slices of the variable at the positions in the last axis of `indices`.",
    shape=_gathered_nd_shape,
    kernel=lambda xp, resource, indices: resource[tuple(xp.moveaxis(indices, -1, 0))],
    grad=_gather_nd_gradient,
    reads=["resource"],
)

SPECS = (
    VAR_HANDLE_OP,
    READ_VARIABLE_OP,
    ASSIGN_VARIABLE_OP,
    ASSIGN_ADD_VARIABLE_OP,
    ASSIGN_SUB_VARIABLE_OP,
    VAR_IS_INITIALIZED_OP,
    DESTROY_RESOURCE_OP,
    DISABLE_COPY_ON_READ,
    VARIABLE_SHAPE,
    RESOURCE_COUNT_UP_TO,
    RESOURCE_GATHER,
    RESOURCE_GATHER_ND,
)
