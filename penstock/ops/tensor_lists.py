"""TensorLists: lists of tensors as values, of dtype variant.

A list is an `ArrayValue` whose elements can be written again, and which can grow at its end. All
ops give a new list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import DType, int32, int64
from penstock.core.shapes import Shape, describe, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import shape_rules as rules, tensor_list_gradients as gradients
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_errors import wrong
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells
from penstock.ops.listed_arrays import ListedArray

__all__ = ["SPECS", "creators", "list_form"]

_INDEX = frozenset({int32, int64})
_ELEMENT = {"element_dtype": attr("type")}
_SHAPED = {"element_dtype": attr("type"), "shape_type": _INDEX}


def list_form(dtype: DType, element_shape: Any, most: int = -1) -> ArrayForm:
    """Give the form of a list by its dtype and the value of an element shape: -1 is unknown."""
    return ArrayForm(
        dtype,
        _shape_of(element_shape),
        alike=False,
        rewritable=True,
        most=None if most < 0 else most,
    )


def _shape_of(value: Any) -> Shape:
    sizes = np.asarray(value)
    if not sizes.ndim:
        return None
    return tuple(None if size < 0 else int(size) for size in sizes.tolist())


def as_list(xp: Any, value: ArrayValue) -> ArrayValue:
    """Give a list with all its elements, where it is given by few."""
    return value.whole(xp) if isinstance(value, ArrayDelta) else value


def _items(xp: Any, value: ArrayValue) -> tuple[ListedArray, list[Any]]:
    """Give a list with its elements one by one."""
    array = as_list(xp, value).listed(xp)
    return array, list(array.cells.items)


def _of(array: ListedArray, items: list[Any]) -> ListedArray:
    return type(array)(array.form, Cells(items))


def _merged(form: ArrayForm, declared: Any) -> Shape:
    shape = _shape_of(declared)
    try:
        return merge(form.element_shape, shape)
    except ValueError:
        raise wrong(
            f"element_shape must agree with that of the list, {describe(form.element_shape)}, but "
            f"is {describe(shape)}"
        ) from None


def _declared_shape(c: ShapeContext) -> Shape:
    value = c.value("element_shape")
    return None if value is None else _shape_of(value)


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


def creators(kind: Any) -> dict[str, Callable[..., Any]]:
    """Give the kernels that make lists.

    Args:
      kind: the class of the lists, a `ListedArray`.
    """

    def empty(xp: Any, element_shape: Any, most: Any, *, element_dtype: DType) -> Any:
        return kind.empty(list_form(element_dtype, element_shape, int(most)), 0)

    def reserve(xp: Any, element_shape: Any, size: Any, *, element_dtype: DType) -> Any:
        return kind.empty(list_form(element_dtype, element_shape), int(size))

    def from_tensor(xp: Any, tensor: Any, element_shape: Any, *, element_dtype: DType) -> Any:
        if not tensor.shape:
            raise wrong("A list is made of the rows of a tensor, but the tensor is a scalar")
        made = kind.empty(list_form(element_dtype, element_shape), tensor.shape[0])
        return made.scatter(xp, np.arange(tensor.shape[0]), tensor)

    def scatter(
        xp: Any,
        tensor: Any,
        indices: Any,
        element_shape: Any,
        size: Any = -1,
        *,
        element_dtype: Any,
    ) -> Any:
        if indices.size and indices.min() < 0:
            raise wrong(f"Indices must not be negative, but one is {indices.min()}")
        count = int(indices.max(initial=-1)) + 1 if size < 0 else int(size)
        made = kind.empty(list_form(element_dtype, element_shape), count)
        return made.scatter(xp, indices, tensor)

    def split(
        xp: Any, tensor: Any, element_shape: Any, lengths: Any, *, element_dtype: DType
    ) -> Any:
        made = kind.empty(list_form(element_dtype, element_shape), len(lengths))
        return made.split(xp, tensor, lengths)

    return {
        "EmptyTensorList": empty,
        "TensorListReserve": reserve,
        "TensorListFromTensor": from_tensor,
        "TensorListScatter": scatter,
        "TensorListScatterV2": scatter,
        "TensorListSplit": split,
    }


_CREATORS = creators(ListedArray)


def _push(xp: Any, handle: Any, tensor: Any) -> Any:
    array, items = _items(xp, handle)
    if array.form.most is not None and len(items) >= array.form.most:
        raise wrong(
            f"A list made for at most {array.form.most} elements cannot take more. Raise its "
            "max_num_elements"
        )
    array.form.check_dtype(tensor.dtype)
    array.form.with_element(len(items), tensor.shape)
    return _of(array, [*items, tensor])


def _pop(xp: Any, handle: Any, element_shape: Any) -> tuple[Any, Any]:
    array, items = _items(xp, handle)
    if not items:
        raise wrong(
            "The last element of a list can be taken if there is one, but the list is empty"
        )
    shape = _merged(array.form, element_shape)
    return _of(array, items[:-1]), array.read(xp, np.int32(len(items) - 1), shape)


def _get(xp: Any, handle: Any, index: Any, element_shape: Any) -> Any:
    array = as_list(xp, handle)
    return array.read(xp, index, _merged(array.form, element_shape))


def _set(xp: Any, handle: Any, index: Any, item: Any) -> Any:
    return as_list(xp, handle).write(xp, index, item)


def _stack(xp: Any, handle: Any, element_shape: Any, *, num_elements: int) -> Any:
    array = as_list(xp, handle)
    if num_elements not in (-1, array.size):
        raise wrong(f"The list must have {num_elements} elements, but has {array.size}")
    shape = _merged(array.form, element_shape)
    if not array.size and (shape is None or None in shape):
        raise wrong(
            "A list without elements can be stacked only if the shape of its elements is known, "
            f"but element_shape is {describe(shape)}"
        )
    return array.gather(xp, np.arange(array.size), shape)


def _gather(xp: Any, handle: Any, indices: Any, element_shape: Any) -> Any:
    array = as_list(xp, handle)
    return array.gather(xp, indices, _merged(array.form, element_shape))


def _scatter_into(xp: Any, handle: Any, tensor: Any, indices: Any) -> Any:
    array, items = _items(xp, handle)
    missing = int(indices.max(initial=-1)) + 1 - len(items)
    return _of(array, items + [None] * missing).scatter(xp, indices, tensor)


def _concat(xp: Any, handle: Any, *, element_shape: Shape) -> tuple[Any, Any]:
    return _concatenated(xp, handle, element_shape, ())


def _concat_v2(xp: Any, handle: Any, element_shape: Any, leading_dims: Any) -> tuple[Any, Any]:
    return _concatenated(xp, handle, _shape_of(element_shape), leading_dims.tolist())


def _concatenated(xp: Any, handle: Any, shape: Shape, leading: Sequence[int]) -> tuple[Any, Any]:
    array, items = _items(xp, handle)
    if not items:
        rest = None if shape is None else shape[1:]
        if rest is None or None in rest:
            raise wrong(
                "A list without elements can be concatenated only if the sizes of its elements "
                f"but the first are known, but element_shape is {describe(shape)}"
            )
        return xp.zeros((0, *rest), array.form.dtype.as_numpy_dtype), np.zeros(0, np.int64)
    there = next((item for item in items if item is not None), None)
    rest = there.shape[1:] if there is not None else (shape or (None,))[1:]
    for index, length in enumerate(leading[: len(items)]):
        if items[index] is None:
            items[index] = xp.zeros((length, *rest), array.form.dtype.as_numpy_dtype)
    return _of(array, items).concat(xp, rest)


def _resize(xp: Any, handle: Any, size: Any) -> Any:
    array, items = _items(xp, handle)
    if size < 0:
        raise wrong(f"The size of a list must not be negative, but is {int(size)}")
    return _of(array, (items + [None] * (int(size) - len(items)))[: int(size)])


def _element_shape(xp: Any, handle: Any, *, shape_type: DType) -> Any:
    shape = handle.form.element_shape
    sizes = -1 if shape is None else [-1 if size is None else size for size in shape]
    return np.asarray(sizes, shape_type.as_numpy_dtype)


def _join(xp: Any, first: Any, second: Any) -> Any:
    array, items = _items(xp, first)
    return _of(array, [*items, *_items(xp, second)[1]])


def _item_shapes(c: ShapeContext) -> list[Shape]:
    return [(), _declared_shape(c)]


def _concat_shapes(c: ShapeContext) -> list[Shape]:
    shape = c.attrs["element_shape"] if "element_shape" in c.attrs else _declared_shape(c)
    return [None if shape is None else (None, *shape[1:]), (None,)]


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
            "The list with `tensor` at its end.", _push, grad=gradients.of_push),
    _record("TensorListPopBack", ["input_handle: variant", "element_shape: int32"],
            "The list without its last element, and that.", _pop,
            outputs=["output_handle: variant", "tensor: element_dtype"], shape=_item_shapes,
            static=["element_shape"], grad=gradients.of_pop),
    _record("TensorListGetItem", ["input_handle: variant", "index: int32", "element_shape: int32"],
            "The element at `index`.", _get, outputs=["item: element_dtype"],
            shape=_declared_shape, static=["element_shape"], grad=gradients.of_get),
    _record("TensorListSetItem", ["input_handle: variant", "index: int32", "item: element_dtype"],
            "The list with `item` at `index`.", _set, grad=gradients.of_set),
    _record("TensorListStack", ["input_handle: variant", "element_shape: int32"],
            "All elements, one beside the other along a new first axis.", _stack,
            outputs=["tensor: element_dtype"],
            attrs={"element_dtype": attr("type"), "num_elements": -1}, shape=_rows_shape,
            static=["element_shape"], grad=gradients.of_stack),
    _record("TensorListFromTensor", ["tensor: element_dtype", "element_shape: shape_type"],
            "The rows of `tensor`.",
            _CREATORS["TensorListFromTensor"], attrs=_SHAPED, static=["element_shape"],
            grad=gradients.of_from_tensor),
    _record("TensorListGather", ["input_handle: variant", "indices: int32", "element_shape: int32"],
            "The elements at `indices`, one beside the other along a new first axis.", _gather,
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
            "The list with the rows of `tensor` at `indices`.", _scatter_into, static=["indices"],
            grad=gradients.of_scatter_into),
    _record("TensorListConcat", ["input_handle: variant"],
            "All elements, one behind the other along their first axis, and their lengths.",
            _concat, outputs=["tensor: element_dtype", "lengths: int64"],
            attrs={"element_dtype": attr("type"), "element_shape": attr("shape", None)},
            shape=_concat_shapes, grad=gradients.of_concat),
    _record("TensorListConcatV2",
            ["input_handle: variant", "element_shape: shape_type", "leading_dims: int64"],
            "All elements, one behind the other along their first axis, and their lengths.",
            _concat_v2, outputs=["tensor: element_dtype", "lengths: int64"], attrs=_SHAPED,
            shape=_concat_shapes, static=["element_shape", "leading_dims"],
            grad=gradients.of_concat),
    _record("TensorListSplit",
            ["tensor: element_dtype", "element_shape: shape_type", "lengths: int64"],
            "A list of pieces of `tensor`, of `lengths` along its first axis.",
            _CREATORS["TensorListSplit"],
            attrs=_SHAPED, static=["element_shape", "lengths"], grad=gradients.of_split),
    _record("TensorListResize", ["input_handle: variant", "size: int32"],
            "The list, cut off or with elements more that are not there yet.", _resize, attrs={},
            static=["size"], stateful=True, grad=gradients.of_resize),
    _record("TensorListLength", ["input_handle: variant"], "The number of elements.",
            lambda xp, handle: np.int32(handle.size), outputs=["length: int32"], attrs={},
            grad=NOT_DIFFERENTIABLE),
    _record("TensorListElementShape", ["input_handle: variant"],
            "The shape of all elements, as far as it is known.", _element_shape,
            outputs=["element_shape: shape_type"], attrs={"shape_type": _INDEX},
            shape=lambda c: None, grad=NOT_DIFFERENTIABLE),
    _record("TensorListConcatLists", ["input_a: variant", "input_b: variant"],
            "The elements of one list, then those of another.", _join,
            outputs=["output: variant"]),
)  # fmt: skip
