"""TensorArrays: arrays of tensors that are written and read one element at a time.

What the flow between these ops carries is an `ArrayValue`; the handle only says how to build
gradients. So the ops are pure, though TensorFlow counts them as stateful.
"""

from __future__ import annotations

from typing import Any

from penstock.core import shapes
from penstock.core.dtypes import DType
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import shape_rules as rules, tensor_array_gradients as gradients
from penstock.ops.array_handles import handle_shape
from penstock.ops.array_values import ArrayForm, at_depth
from penstock.ops.listed_arrays import ListedArray
from penstock.ops.tensor_array_gradient_ops import GRADIENT_SPECS

__all__ = ["SPECS", "array_form"]

_HANDLE = (2,)


def _creation_shapes(c: ShapeContext) -> list[Shape]:
    rules.with_rank(c, "size", 0)
    return [_HANDLE, ()]


def array_form(
    dtype: DType,
    element_shape: Shape,
    dynamic_size: bool,
    clear_after_read: bool,
    identical_element_shapes: bool,
) -> ArrayForm:
    """Give the form of a new array by the attributes of its node."""
    return ArrayForm(dtype, element_shape, dynamic_size, clear_after_read, identical_element_shapes)


def _create(
    xp: Any,
    size: Any,
    *,
    dtype: DType,
    element_shape: Shape,
    dynamic_size: bool,
    clear_after_read: bool,
    identical_element_shapes: bool,
) -> tuple[ListedArray]:
    form = array_form(
        dtype, element_shape, dynamic_size, clear_after_read, identical_element_shapes
    )
    return (ListedArray.empty(form, int(size)),)


TENSOR_ARRAY = OpSpec(
    "TensorArrayV3",
    inputs=["size: int32"],
    outputs=["handle: resource", "flow: float32"],
    attrs={
        "dtype": attr("type"),
        "element_shape": attr("shape", None),
        "dynamic_size": False,
        "clear_after_read": True,
        "identical_element_shapes": False,
        "tensor_array_name": "",
    },
    doc="An array of `size` tensors, none of them written.",
    shape=_creation_shapes,
    kernel=_create,
    static=["size"],
    stateful=True,
)


def _check_shape(c: ShapeContext, shape: Shape, name: str) -> None:
    """See that what is written fits what the graph knows of the elements."""
    known = handle_shape(c.tensor("handle"))
    try:
        shapes.merge(known, shape)
    except ValueError:
        raise c.mismatch(
            f"{name} to fit the array's elements of shape {known}, or infer_shape=False for it"
        ) from None


def _write_shape(c: ShapeContext) -> Shape:
    rules.with_rank(c, "index", 0)
    _check_shape(c, c.shape("value"), "value")
    return ()


def _write(
    xp: Any, handle: Any, index: Any, value: Any, flow_in: Any, *, array_depth: int = 0
) -> Any:
    return at_depth(flow_in, array_depth).write(xp, index, value)


WRITE = OpSpec(
    "TensorArrayWriteV3",
    inputs=["handle: resource", "index: int32", "value: T", "flow_in: float32"],
    outputs=["flow_out: float32"],
    attrs={"T": attr("type")},
    doc="The array with `value` written at `index`.",
    shape=_write_shape,
    kernel=_write,
    grad=gradients.of_write,
    stateful=True,
)


def _read(
    xp: Any,
    handle: Any,
    index: Any,
    flow_in: Any,
    *,
    array_depth: int = 0,
    result_shape: Shape = None,
) -> Any:
    shape = result_shape if array_depth else None
    return at_depth(flow_in, array_depth).read(xp, index, shape)


def _read_shape(c: ShapeContext) -> Shape:
    rules.with_rank(c, "index", 0)
    return handle_shape(c.tensor("handle"))


READ = OpSpec(
    "TensorArrayReadV3",
    inputs=["handle: resource", "index: int32", "flow_in: float32"],
    outputs=["value: dtype"],
    attrs={"dtype": attr("type")},
    doc="The element at `index`.",
    shape=_read_shape,
    kernel=_read,
    grad=gradients.of_read,
    stateful=True,
)


def _gather(
    xp: Any,
    handle: Any,
    indices: Any,
    flow_in: Any,
    *,
    array_depth: int = 0,
    element_shape: Shape = None,
    result_shape: Shape = None,
) -> Any:
    # Of a gradient to which nothing came, the graph may know the shape where the array does not.
    if array_depth and element_shape is None and result_shape is not None:
        element_shape = result_shape[1:]
    return at_depth(flow_in, array_depth).gather(xp, indices, element_shape)


def _gather_shape(c: ShapeContext) -> Shape:
    count = rules.with_rank(c, "indices", 1)
    shape = c.attrs["element_shape"]
    if shape is None:
        shape = handle_shape(c.tensor("handle"))
    return None if shape is None else (*count, *shape)


GATHER = OpSpec(
    "TensorArrayGatherV3",
    inputs=["handle: resource", "indices: int32", "flow_in: float32"],
    outputs=["value: dtype"],
    attrs={"dtype": attr("type"), "element_shape": attr("shape", None)},
    doc="The elements at `indices`, one beside the other along a new first axis.",
    shape=_gather_shape,
    kernel=_gather,
    grad=gradients.of_gather,
    stateful=True,
)


def _scatter(
    xp: Any, handle: Any, indices: Any, value: Any, flow_in: Any, *, array_depth: int = 0
) -> Any:
    return at_depth(flow_in, array_depth).scatter(xp, indices, value)


def _scatter_shape(c: ShapeContext) -> Shape:
    indices = rules.with_rank(c, "indices", 1)
    value = c.shape("value")
    if value is not None:
        if not value:
            raise c.mismatch("value with a first axis")
        try:
            shapes.merge(value[:1], indices)
        except ValueError:
            raise c.mismatch("a row of value for each of indices") from None
        _check_shape(c, value[1:], "rows of value")
    return ()


SCATTER = OpSpec(
    "TensorArrayScatterV3",
    inputs=["handle: resource", "indices: int32", "value: T", "flow_in: float32"],
    outputs=["flow_out: float32"],
    attrs={"T": attr("type")},
    doc="The array with the rows of `value` written at `indices`.",
    shape=_scatter_shape,
    kernel=_scatter,
    grad=gradients.of_scatter,
    stateful=True,
)


def _concat(
    xp: Any, handle: Any, flow_in: Any, *, array_depth: int = 0, element_shape_except0: Shape = None
) -> Any:
    return at_depth(flow_in, array_depth).concat(xp, element_shape_except0)


def _concat_shapes(c: ShapeContext) -> list[Shape]:
    rest = c.attrs["element_shape_except0"]
    return [None if rest is None else (None, *rest), (None,)]


CONCAT = OpSpec(
    "TensorArrayConcatV3",
    inputs=["handle: resource", "flow_in: float32"],
    outputs=["value: dtype", "lengths: int64"],
    attrs={"dtype": attr("type"), "element_shape_except0": attr("shape", None)},
    doc="All elements one behind the other along their first axis, and their lengths.",
    shape=_concat_shapes,
    kernel=_concat,
    grad=gradients.of_concat,
    stateful=True,
)


def _split(
    xp: Any, handle: Any, value: Any, lengths: Any, flow_in: Any, *, array_depth: int = 0
) -> Any:
    return at_depth(flow_in, array_depth).split(xp, value, lengths)


def _split_shape(c: ShapeContext) -> Shape:
    rules.with_rank(c, "lengths", 1)
    return ()


SPLIT = OpSpec(
    "TensorArraySplitV3",
    inputs=["handle: resource", "value: T", "lengths: int64", "flow_in: float32"],
    outputs=["flow_out: float32"],
    attrs={"T": attr("type")},
    doc="The array with pieces of `value` written, of `lengths` along its first axis.",
    shape=_split_shape,
    kernel=_split,
    grad=gradients.of_split,
    static=["lengths"],
    stateful=True,
)


def _size(xp: Any, handle: Any, flow_in: Any, *, array_depth: int = 0) -> Any:
    return at_depth(flow_in, array_depth).length


SIZE = OpSpec(
    "TensorArraySizeV3",
    inputs=["handle: resource", "flow_in: float32"],
    outputs=["size: int32"],
    doc="The number of elements.",
    shape=rules.scalar,
    kernel=_size,
    grad=NOT_DIFFERENTIABLE,
    stateful=True,
)

CLOSE = OpSpec(
    "TensorArrayCloseV3",
    inputs=["handle: resource"],
    doc="Says that an array is not needed any more.",
    shape=rules.no_outputs,
    kernel=lambda xp, handle: (),
    stateful=True,
)

SPECS = (
    TENSOR_ARRAY, *GRADIENT_SPECS,
    WRITE, READ, GATHER, SCATTER, CONCAT, SPLIT, SIZE, CLOSE,
)  # fmt: skip
