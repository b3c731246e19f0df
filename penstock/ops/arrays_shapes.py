"""Shapes: asking for them, and giving a tensor another one over the same elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.arrays_common import (
    INDEX,
    INDEX_AS_INT32,
    NO_GRADIENT,
    any_type,
    normal_axis,
    require,
    sizes_of,
)

__all__ = ["SPECS", "reshaped_to_input"]


def reshaped_to_input(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give the gradient of an op that only reshapes: `dy` in the shape of the first input."""
    x = node.inputs[0]
    return [ops.Reshape(dy, composed.shape(x))] + [None] * (len(node.inputs) - 1)


def _length_of_shape(shape: Shape) -> Shape:
    return (None,) if shape is None else (len(shape),)


SHAPE = OpSpec(
    "Shape",
    inputs=["input: T"],
    outputs=["output: out_type"],
    attrs={"T": any_type(), "out_type": INDEX_AS_INT32},
    doc="The sizes of `input`'s axes.",
    shape=lambda c: _length_of_shape(c.inputs[0].static_shape),
    kernel=lambda xp, x, *, out_type: np.array(x.shape, out_type.as_numpy_dtype),
)

SHAPE_N = OpSpec(
    "ShapeN",
    inputs=["input: N * T"],
    outputs=["output: N * out_type"],
    attrs={"N": attr("int", minimum=1), "T": any_type(), "out_type": INDEX_AS_INT32},
    doc="The shapes of several tensors.",
    shape=lambda c: [_length_of_shape(x.static_shape) for x in c.inputs],
    kernel=lambda xp, xs, *, out_type: [[np.array(x.shape, out_type.as_numpy_dtype) for x in xs]],
)

SIZE = OpSpec(
    "Size",
    inputs=["input: T"],
    outputs=["output: out_type"],
    attrs={"T": any_type(), "out_type": INDEX_AS_INT32},
    doc="The number of elements of `input`.",
    shape=rules.scalar,
    kernel=lambda xp, x, *, out_type: np.array(math.prod(x.shape), out_type.as_numpy_dtype),
)

RANK = OpSpec(
    "Rank",
    inputs=["input: T"],
    outputs=["output: int32"],
    attrs={"T": any_type()},
    doc="The number of axes of `input`.",
    shape=rules.scalar,
    kernel=lambda xp, x: np.array(len(x.shape), np.int32),
)


# Reshape


def _known_product(shape: Any) -> tuple[int, list[int]]:
    """Multiply the known sizes; list the axes of the unknown ones."""
    unknown = [axis for axis, size in enumerate(shape) if size is None]
    return math.prod(size for size in shape if size is not None), unknown


def _reshape_shape(c: ShapeContext) -> Shape:
    given, wanted = c.shape("tensor"), c.shape_value("shape")
    sizes = c.value("shape")
    if sizes is not None and (sizes < -1).any():
        raise c.mismatch(f"sizes that are -1, 0 or more, not {sizes.tolist()}")
    if given is None or wanted is None:
        return wanted
    elements, open_given = _known_product(given)
    filled, open_wanted = _known_product(wanted)
    if not open_given and not open_wanted:
        if elements != filled:
            raise c.mismatch(
                f"as many elements in the new shape as there are ({elements}), not {filled}"
            )
    elif not open_given and len(open_wanted) == 1 and filled:
        if elements % filled:
            raise c.mismatch(f"sizes whose product, {filled}, divides the {elements} elements")
        axis = open_wanted[0]
        return (*wanted[:axis], elements // filled, *wanted[axis + 1 :])
    elif len(open_given) == 1 and not open_wanted and elements and filled % elements:
        raise c.mismatch(f"the {filled} elements of the new shape to be a multiple of {elements}")
    return wanted


def _reshape(xp: Any, x: Any, shape: Any) -> Any:
    sizes = sizes_of(shape)
    require(
        sizes.count(-1) <= 1 and min(sizes, default=0) >= -1,
        f"A shape to reshape to may hold -1 once and no smaller size, not {sizes}.",
    )
    count = math.prod(x.shape)
    filled = math.prod(size for size in sizes if size != -1)
    if -1 in sizes:
        require(
            filled > 0 and count % filled == 0,
            f"Input to reshape is a tensor with {count} values, which the sizes {sizes} do not "
            "divide, so that -1 cannot be worked out.",
        )
        sizes[sizes.index(-1)] = count // filled
    require(
        count == math.prod(sizes),
        f"Input to reshape is a tensor with {count} values (its shape is {x.shape}), but the "
        f"requested shape {sizes} has {filled}.",
    )
    return xp.reshape(x, sizes)


RESHAPE = OpSpec(
    "Reshape",
    inputs=["tensor: T", "shape: Tshape"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tshape": INDEX_AS_INT32},
    doc="The elements of `tensor`, row by row, in another shape; one size may be -1.",
    shape=_reshape_shape,
    kernel=_reshape,
    grad=reshaped_to_input,
    static=["shape"],
)


# Axes of size 1


def _expand_dims_shape(c: ShapeContext) -> Shape:
    shape, axis = c.shape("input"), c.value("dim")
    if axis is not None and np.size(axis) != 1:
        raise c.mismatch("one axis to put in")
    if shape is None or axis is None:
        return None
    axis = int(np.ravel(axis)[0])
    if not -len(shape) - 1 <= axis <= len(shape):
        raise c.mismatch(f"an axis from {-len(shape) - 1} to {len(shape)}, not {axis},")
    axis %= len(shape) + 1
    return (*shape[:axis], 1, *shape[axis:])


def _expand_dims(xp: Any, x: Any, dim: Any) -> Any:
    axis = normal_axis(int(np.ravel(dim)[0]), len(x.shape) + 1)
    return xp.reshape(x, (*x.shape[:axis], 1, *x.shape[axis:]))


EXPAND_DIMS = OpSpec(
    "ExpandDims",
    inputs=["input: T", "dim: Tdim"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tdim": INDEX_AS_INT32},
    doc="`input` with an axis of size 1 put in before axis `dim`.",
    shape=_expand_dims_shape,
    kernel=_expand_dims,
    grad=reshaped_to_input,
    static=["dim"],
)


def _squeeze_shape(c: ShapeContext) -> Shape:
    shape, axes = c.inputs[0].static_shape, c.attrs["squeeze_dims"]
    if shape is None:
        return None
    if not axes:
        return None if None in shape else tuple(size for size in shape if size != 1)
    rank = len(shape)
    for axis in axes:
        if not -rank <= axis < rank:
            raise c.mismatch(f"axes to drop from {-rank} to {rank - 1}, not {axis},")
        if shape[axis] not in (1, None):
            raise c.mismatch(f"size 1 for axis {axis}, which is to be dropped, not {shape[axis]},")
    dropped = {axis % rank for axis in axes}
    return tuple(size for axis, size in enumerate(shape) if axis not in dropped)


def _squeeze(xp: Any, x: Any, *, squeeze_dims: Any) -> Any:
    rank = len(x.shape)
    dropped = {normal_axis(axis, rank) for axis in squeeze_dims} or {
        axis for axis in range(rank) if x.shape[axis] == 1
    }
    for axis in dropped:
        require(
            x.shape[axis] == 1,
            f"Can not squeeze dim[{axis}], expected a dimension of 1, got {x.shape[axis]}: the "
            f"shape is {x.shape}.",
        )
    return xp.reshape(x, [size for axis, size in enumerate(x.shape) if axis not in dropped])


SQUEEZE = OpSpec(
    "Squeeze",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"T": any_type(), "squeeze_dims": attr("list(int)", [], minimum=0)},
    doc="`input` without its axes of size 1, or without those of them that are named.",
    shape=_squeeze_shape,
    kernel=_squeeze,
    grad=reshaped_to_input,
)


# Broadcasting


def _broadcast_to_shape(c: ShapeContext) -> Shape:
    given, wanted = c.shape("input"), c.shape_value("shape")
    if given is None or wanted is None:
        return wanted
    if len(given) > len(wanted):
        raise c.mismatch("a shape of at least as many axes as the input has")
    for size, target in zip(reversed(given), reversed(wanted), strict=False):
        if size not in (None, 1, target) and target is not None:
            raise c.mismatch("an input that can be stretched to the shape")
    return wanted


def _grad_broadcast_to(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, shape = node.inputs
    given = composed.shape(x, out_type=shape.dtype.base_dtype)
    _, axes = ops.BroadcastGradientArgs(shape, given)
    return [ops.Reshape(ops.Sum(dy, axes, keep_dims=True), given), None]


BROADCAST_TO = OpSpec(
    "BroadcastTo",
    inputs=["input: T", "shape: Tidx"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tidx": INDEX_AS_INT32},
    doc="`input` stretched to `shape`, as NumPy stretches.",
    shape=_broadcast_to_shape,
    kernel=lambda xp, x, shape: xp.broadcast_to(x, sizes_of(shape)),
    grad=_grad_broadcast_to,
    static=["shape"],
)


def _broadcast_args_shape(c: ShapeContext) -> Shape:
    first, second = (None if x.static_shape is None else x.static_shape[0] for x in c.inputs)
    return (None if first is None or second is None else max(first, second),)


def _broadcast_args(xp: Any, s0: Any, s1: Any) -> Any:
    try:
        return np.array(np.broadcast_shapes(sizes_of(s0), sizes_of(s1)), s0.dtype)
    except ValueError:
        raise InvalidArgumentError(
            None, None, f"Shapes {sizes_of(s0)} and {sizes_of(s1)} cannot be broadcast together."
        ) from None


BROADCAST_ARGS = OpSpec(
    "BroadcastArgs",
    inputs=["s0: T", "s1: T"],
    outputs=["r0: T"],
    attrs={"T": attr("type", dtypes.int32, allowed=INDEX)},
    doc="The shape that tensors of the shapes `s0` and `s1` are stretched to.",
    shape=_broadcast_args_shape,
    kernel=_broadcast_args,
    grad=NO_GRADIENT,
    static=["s0", "s1"],
)


SPECS = (
    SHAPE,
    SHAPE_N,
    SIZE,
    RANK,
    RESHAPE,
    EXPAND_DIMS,
    SQUEEZE,
    BROADCAST_TO,
    BROADCAST_ARGS,
)
