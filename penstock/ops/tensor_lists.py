"""TensorLists: lists of tensors as values, of dtype variant.

A list is an `ArrayValue` whose elements can be written again, and which can grow at its end. All
ops give a new list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.dtypes import int32, int64
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import (
    shape_rules as rules,
    tensor_list_gradients as gradients,
    tensor_list_kernels as kernels,
)
from penstock.ops.listed_arrays import ListedArray

__all__ = ["SPECS"]

_INDEX = frozenset({int32, int64})
_ELEMENT = {"element_dtype": attr("type")}
_SHAPED = {"element_dtype": attr("type"), "shape_type": _INDEX}


def _declared_shape(c: ShapeContext) -> Shape:
    value = c.value("element_shape")
    return None if value is None else kernels.shape_of(value)


def _rows_shape(c: ShapeContext) -> Shape:
    shape = _declared_shape(c)
    return None if shape is None else (None, *shape)


def _record(
    name: str, inputs: Sequence[str], doc: str, kernel: Callable[..., Any], **more: Any
) -> OpSpec:
    """Make the record of an op that gives a list."""
    more.setdefault("outputs", ["output_handle: variant"])
    more.setdefault("attrs", _ELEMENT)
    more.setdefault("shape", rules.scalar)
    return OpSpec(name, inputs, doc=doc, kernel=kernel, **more)


def _item_shapes(c: ShapeContext) -> list[Shape]:
    return [(), _declared_shape(c)]


def _concat_shapes(c: ShapeContext) -> list[Shape]:
    shape = c.attrs["element_shape"] if "element_shape" in c.attrs else _declared_shape(c)
    return [None if shape is None else (None, *shape[1:]), (None,)]


def _batch_shape(c: ShapeContext) -> Shape:
    handles = rules.with_rank(c, "input_handles", 1)
    rows = c.shape("tensor")
    if rows is not None:
        if not rows:
            raise c.mismatch("tensor with a first axis")
        try:
            return merge(handles, rows[:1])
        except ValueError:
            raise c.mismatch("a row of tensor for each of input_handles") from None
    return handles


_CREATORS = kernels.creators(ListedArray)

SPECS = (
    _record("EmptyTensorList", ["element_shape: shape_type", "max_num_elements: int32"],
            "A list without elements.",
            _CREATORS["EmptyTensorList"], outputs=["handle: variant"], attrs=_SHAPED,
            static=["element_shape", "max_num_elements"]),
    _record("TensorListReserve", ["element_shape: shape_type", "num_elements: int32"],
            "A list of elements that are not there yet.",
            _CREATORS["TensorListReserve"], outputs=["handle: variant"],
            attrs=_SHAPED, static=["element_shape", "num_elements"]),
    _record("TensorListPushBack", ["input_handle: variant", "tensor: element_dtype"],
            "The list with `tensor` at its end.", kernels.push, grad=gradients.of_push),
    _record("TensorListPushBackBatch", ["input_handles: variant", "tensor: element_dtype"],
            "Lists, each with its row of `tensor` at the end.", kernels.push_each,
            outputs=["output_handles: variant"], shape=_batch_shape, host=True,
            grad=NOT_DIFFERENTIABLE),
    _record("TensorListPopBack", ["input_handle: variant", "element_shape: int32"],
            "The list without its last element, and that.", kernels.pop,
            outputs=["output_handle: variant", "tensor: element_dtype"], shape=_item_shapes,
            static=["element_shape"], grad=gradients.of_pop),
    _record("TensorListGetItem", ["input_handle: variant", "index: int32", "element_shape: int32"],
            "The element at `index`.", kernels.get, outputs=["item: element_dtype"],
            shape=_declared_shape, static=["element_shape"], grad=gradients.of_get),
    _record("TensorListSetItem", ["input_handle: variant", "index: int32", "item: element_dtype"],
            "The list with `item` at `index`.", kernels.replace, grad=gradients.of_set),
    _record("TensorListStack", ["input_handle: variant", "element_shape: int32"],
            "All elements, one beside the other along a new first axis.", kernels.stack,
            outputs=["tensor: element_dtype"],
            attrs={"element_dtype": attr("type"), "num_elements": -1}, shape=_rows_shape,
            static=["element_shape"], grad=gradients.of_stack),
    _record("TensorListFromTensor", ["tensor: element_dtype", "element_shape: shape_type"],
            "The rows of `tensor`.",
            _CREATORS["TensorListFromTensor"], attrs=_SHAPED, static=["element_shape"],
            grad=gradients.of_from_tensor),
    _record("TensorListGather", ["input_handle: variant", "indices: int32", "element_shape: int32"],
            "The elements at `indices`, one beside the other along a new first axis.",
            kernels.gather,
            outputs=["values: element_dtype"], shape=_rows_shape, static=["element_shape"],
            grad=gradients.of_gather),
    _record("TensorListScatter",
            ["tensor: element_dtype", "indices: int32", "element_shape: shape_type"],
            "A list with the rows of `tensor` at `indices`.",
            _CREATORS["TensorListScatter"], attrs=_SHAPED,
            static=["indices", "element_shape"], grad=gradients.of_scatter),
    _record("TensorListScatterV2",
            ["tensor: element_dtype", "indices: int32", "element_shape: shape_type",
             "num_elements: int32"],
            "A list of `num_elements` with the rows of `tensor` at `indices`.",
            _CREATORS["TensorListScatterV2"],
            attrs=_SHAPED, static=["indices", "element_shape", "num_elements"],
            grad=gradients.of_scatter),
    _record("TensorListScatterIntoExistingList",
            ["input_handle: variant", "tensor: element_dtype", "indices: int32"],
            "The list with the rows of `tensor` at `indices`.",
            kernels.scatter_into, static=["indices"],
            grad=gradients.of_scatter_into),
    _record("TensorListConcat", ["input_handle: variant"],
            "All elements, one behind the other along their first axis, and their lengths.",
            kernels.concat, outputs=["tensor: element_dtype", "lengths: int64"],
            attrs={"element_dtype": attr("type"), "element_shape": attr("shape", None)},
            shape=_concat_shapes, grad=gradients.of_concat),
    _record("TensorListConcatV2",
            ["input_handle: variant", "element_shape: shape_type", "leading_dims: int64"],
            "All elements, one behind the other along their first axis, and their lengths.",
            kernels.concat_v2, outputs=["tensor: element_dtype", "lengths: int64"], attrs=_SHAPED,
            shape=_concat_shapes, static=["element_shape", "leading_dims"],
            grad=gradients.of_concat),
    _record("TensorListSplit",
            ["tensor: element_dtype", "element_shape: shape_type", "lengths: int64"],
            "A list of pieces of `tensor`, of `lengths` along its first axis.",
            _CREATORS["TensorListSplit"],
            attrs=_SHAPED, static=["element_shape", "lengths"], grad=gradients.of_split),
    _record("TensorListResize", ["input_handle: variant", "size: int32"],
            "The list, cut off or with elements more that are not there yet.",
            kernels.resize, attrs={},
            static=["size"], stateful=True, grad=gradients.of_resize),
    _record("TensorListLength", ["input_handle: variant"], "The number of elements.",
            lambda xp, handle: handle.length, outputs=["length: int32"], attrs={},
            grad=NOT_DIFFERENTIABLE),
    _record("TensorListElementShape", ["input_handle: variant"],
            "The shape of all elements, as far as it is known.", kernels.element_shape,
            outputs=["element_shape: shape_type"], attrs={"shape_type": _INDEX},
            shape=lambda c: None, grad=NOT_DIFFERENTIABLE),
    _record("TensorListConcatLists", ["input_a: variant", "input_b: variant"],
            "The elements of one list, then those of another.", kernels.join,
            outputs=["output: variant"]),
)  # fmt: skip
