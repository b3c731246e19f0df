"""Gradients of what is done to TensorLists: lists of the elements' gradients."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import int32
from penstock.core.shapes import Shape
from penstock.graph.node import Node, Tensor
from penstock.ops import composed

__all__ = [
    "of_concat",
    "of_from_tensor",
    "of_gather",
    "of_get",
    "of_pop",
    "of_push",
    "of_resize",
    "of_scatter",
    "of_scatter_into",
    "of_set",
    "of_split",
    "of_stack",
]


def _sizes(shape: Shape) -> Any:
    """Give a static shape as list ops take it."""
    if shape is None:
        return composed.constant(-1, int32)
    return composed.constant([-1 if size is None else size for size in shape], int32)


def _row_sizes(ops: Any, tensor: Tensor) -> Tensor:
    return ops.Slice(composed.shape(tensor), [1], [-1])


def _list_sizes(ops: Any, handle: Tensor) -> Tensor:
    return ops.TensorListElementShape(handle, shape_type=int32)


def of_push(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    shape = composed.shape(node.inputs[1])
    return list(ops.TensorListPopBack(dlist, shape, element_dtype=node.attrs["element_dtype"]))


def of_pop(ops: Any, node: Node, dlist: Tensor, delement: Tensor) -> list[Any]:
    return [ops.TensorListPushBack(dlist, delement), None]


def of_stack(ops: Any, node: Node, dtensor: Tensor) -> list[Any]:
    shape = dtensor.static_shape
    return [ops.TensorListFromTensor(dtensor, _sizes(None if shape is None else shape[1:])), None]


def of_concat(ops: Any, node: Node, dtensor: Tensor, dlengths: Any) -> list[Any]:
    shape = _list_sizes(ops, node.inputs[0])
    dlist = ops.TensorListSplit(dtensor, shape, node.outputs[1])
    return [dlist, *[None] * (len(node.inputs) - 1)]


def of_split(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    tensor, _, lengths = node.inputs
    shape = ops.ConcatV2([[-1], _row_sizes(ops, tensor)], 0)
    made = ops.TensorListConcatV2(dlist, shape, lengths, element_dtype=tensor.dtype.base_dtype)
    return [made.tensor, None, None]


def of_from_tensor(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    tensor = node.inputs[0]
    count = (tensor.static_shape or (None,))[0]
    gradient = ops.TensorListStack(
        dlist,
        _row_sizes(ops, tensor),
        element_dtype=tensor.dtype.base_dtype,
        num_elements=-1 if count is None else count,
    )
    return [gradient, None]


def of_get(ops: Any, node: Node, ditem: Tensor) -> list[Any]:
    handle, index, _ = node.inputs
    size = ops.TensorListLength(handle)
    zeros = ops.TensorListReserve(
        _list_sizes(ops, handle), size, element_dtype=ditem.dtype.base_dtype
    )
    return [ops.TensorListSetItem(zeros, index, ditem), None, None]


def of_set(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    _, index, item = node.inputs
    before = ops.TensorListSetItem(dlist, index, composed.zeros_like(item))
    ditem = ops.TensorListGetItem(
        dlist, index, composed.shape(item), element_dtype=item.dtype.base_dtype
    )
    return [before, None, ditem]


def of_resize(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    return [ops.TensorListResize(dlist, ops.TensorListLength(node.inputs[0])), None]


def of_gather(ops: Any, node: Node, dtensor: Tensor) -> list[Any]:
    handle, indices, _ = node.inputs
    zeros = ops.TensorListReserve(
        _list_sizes(ops, handle),
        ops.TensorListLength(handle),
        element_dtype=dtensor.dtype.base_dtype,
    )
    return [ops.TensorListScatterIntoExistingList(zeros, dtensor, indices), None, None]


def _gathered(ops: Any, dlist: Tensor, tensor: Tensor, indices: Tensor) -> Tensor:
    made: Tensor = ops.TensorListGather(
        dlist, indices, _row_sizes(ops, tensor), element_dtype=tensor.dtype.base_dtype
    )
    return made


def of_scatter(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    tensor, indices, *rest = node.inputs
    return [_gathered(ops, dlist, tensor, indices), None, *[None] * len(rest)]


def of_scatter_into(ops: Any, node: Node, dlist: Tensor) -> list[Any]:
    _, tensor, indices = node.inputs
    zeros = composed.zeros_like(tensor)
    before = ops.TensorListScatterIntoExistingList(dlist, zeros, indices)
    return [before, _gathered(ops, dlist, tensor, indices), None]
