"""What is done to TensorLists: kernels that take lists and give others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape, describe, merge
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_errors import wrong
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells
from penstock.ops.listed_arrays import ListedArray

__all__ = [
    "as_list",
    "concat",
    "concat_v2",
    "creators",
    "element_shape",
    "gather",
    "get",
    "join",
    "list_form",
    "pop",
    "push",
    "push_each",
    "replace",
    "resize",
    "scatter_into",
    "shape_of",
    "stack",
]


def list_form(dtype: DType, element_shape: Any, most: int = -1) -> ArrayForm:
    """Give the form of a list by its dtype and the value of an element shape: -1 is unknown."""
    return ArrayForm(
        dtype,
        shape_of(element_shape),
        alike=False,
        rewritable=True,
        most=None if most < 0 else most,
    )


def shape_of(value: Any) -> Shape:
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
    shape = shape_of(declared)
    try:
        return merge(form.element_shape, shape)
    except ValueError:
        raise wrong(
            f"element_shape must agree with that of the list, {describe(form.element_shape)}, but "
            f"is {describe(shape)}"
        ) from None


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


def push(xp: Any, handle: Any, tensor: Any) -> Any:
    most = handle.form.most
    if most is not None and handle.size >= most:
        raise wrong(
            f"A list made for at most {most} elements cannot take more. Raise its max_num_elements"
        )
    return _pushed(xp, handle, tensor)


def _pushed(xp: Any, handle: Any, tensor: Any) -> ArrayValue:
    handle.form.check_dtype(tensor.dtype)
    return as_list(xp, handle).pushed(xp, tensor)


def push_each(xp: Any, handles: Any, tensor: Any) -> Any:
    """Give lists, in an array of objects, each with its row of `tensor` at the end.

    They may grow beyond what they were made for, as in TensorFlow.
    """
    if len(handles) != len(tensor):
        raise wrong(
            f"There must be an element for each of the {len(handles)} lists, but the tensor has "
            f"{len(tensor)} rows"
        )
    made = np.empty(len(handles), object)
    for index, handle in enumerate(handles):
        made[index] = _pushed(xp, handle, tensor[index])
    return made


def pop(xp: Any, handle: Any, element_shape: Any) -> tuple[Any, Any]:
    return as_list(xp, handle).popped(xp, _merged(handle.form, element_shape))


def get(xp: Any, handle: Any, index: Any, element_shape: Any) -> Any:
    array = as_list(xp, handle)
    return array.read(xp, index, _merged(array.form, element_shape))


def replace(xp: Any, handle: Any, index: Any, item: Any) -> Any:
    return as_list(xp, handle).write(xp, index, item)


def stack(xp: Any, handle: Any, element_shape: Any, *, num_elements: int) -> Any:
    array = as_list(xp, handle)
    size = array.told_size
    if num_elements not in (-1, size):
        raise wrong(f"The list must have {num_elements} elements, but has {size}")
    shape = _merged(array.form, element_shape)
    if not size and (shape is None or None in shape):
        raise wrong(
            "A list without elements can be stacked only if the shape of its elements is known, "
            f"but element_shape is {describe(shape)}"
        )
    return array.gather(xp, np.arange(size), shape)


def gather(xp: Any, handle: Any, indices: Any, element_shape: Any) -> Any:
    array = as_list(xp, handle)
    return array.gather(xp, indices, _merged(array.form, element_shape))


def scatter_into(xp: Any, handle: Any, tensor: Any, indices: Any) -> Any:
    array, items = _items(xp, handle)
    missing = int(indices.max(initial=-1)) + 1 - len(items)
    return _of(array, items + [None] * missing).scatter(xp, indices, tensor)


def concat(xp: Any, handle: Any, *, element_shape: Shape) -> tuple[Any, Any]:
    return _concatenated(xp, handle, element_shape, ())


def concat_v2(xp: Any, handle: Any, element_shape: Any, leading_dims: Any) -> tuple[Any, Any]:
    return _concatenated(xp, handle, shape_of(element_shape), leading_dims.tolist())


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


def resize(xp: Any, handle: Any, size: Any) -> Any:
    array, items = _items(xp, handle)
    if size < 0:
        raise wrong(f"The size of a list must not be negative, but is {int(size)}")
    return _of(array, (items + [None] * (int(size) - len(items)))[: int(size)])


def element_shape(xp: Any, handle: Any, *, shape_type: DType) -> Any:
    shape = handle.form.element_shape
    sizes = -1 if shape is None else [-1 if size is None else size for size in shape]
    return np.asarray(sizes, shape_type.as_numpy_dtype)


def join(xp: Any, first: Any, second: Any) -> Any:
    array, items = _items(xp, first)
    return _of(array, [*items, *_items(xp, second)[1]])
