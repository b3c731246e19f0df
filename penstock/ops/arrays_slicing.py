"""Cutting a box out of a tensor, and putting one in."""

from __future__ import annotations

from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.constant_value import constant_value
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import composed, shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT, any_type, index_type, require, sizes_of
from penstock.ops.strided import MASKS, index_of, masked, may_be_traced, sliced_shape

__all__ = ["SPECS"]


# Slice


def _slice_shape(c: ShapeContext) -> Shape:
    shape, wanted = c.shape("input"), c.value("size")
    begin, sizes = c.shape_value("begin"), c.shape_value("size")
    rank = next((len(known) for known in (begin, sizes, shape) if known is not None), None)
    if rank is None:
        return None
    if any(known is not None and len(known) != rank for known in (shape, begin, sizes)):
        raise c.mismatch(f"an input with as many axes as begin and size have entries, {rank},")
    unknown = (None,) * rank
    if wanted is None:
        return sizes or unknown
    return tuple(
        _slice_size(c, *one)
        for one in zip(range(rank), sizes_of(wanted), begin or unknown, shape or unknown,
                       strict=True)
    )  # fmt: skip


def _slice_size(
    c: ShapeContext, axis: int, size: int, begin: int | None, total: int | None
) -> int | None:
    if size == -1:
        size = None if total is None or begin is None else total - begin
    if begin is not None and total is not None and not begin <= begin + (size or 0) <= total:
        raise c.mismatch(f"a slice that lies within axis {axis}, not from {begin} by {size},")
    return size


def _slice(xp: Any, x: Any, begin: Any, size: Any) -> Any:
    starts, sizes = sizes_of(begin), sizes_of(size)
    require(
        len(starts) == len(sizes) == len(x.shape),
        f"begin and size must have an entry for each of the {len(x.shape)} axes, but have "
        f"{len(starts)} and {len(sizes)}.",
    )
    index = []
    for axis, (start, count) in enumerate(zip(starts, sizes, strict=True)):
        total = x.shape[axis]
        end = total if count == -1 else start + count
        require(
            0 <= start <= end <= total,
            f"Expected begin[{axis}] in [0, {total}] and its size within the rest, but got begin "
            f"{start} and size {count}.",
        )
        index.append(slice(start, end))
    return x[tuple(index)]


def _grad_slice(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, begin, _ = node.inputs
    rank = composed.rank(x)
    taken = composed.shape(node.outputs[0])
    column = composed.stack([rank, 1])
    before = ops.Reshape(begin, column)
    after = ops.Reshape(composed.shape(x) - taken - begin, column)
    return [ops.Pad(dy, ops.ConcatV2([before, after], 1, name="concat")), None, None]


def _needed_by_slice(node: Any) -> list[str]:
    """A box of a known size may begin anywhere, unless it reaches to the end."""
    size = constant_value(node.inputs[2])
    return ["begin", "size"] if size is None or -1 in size else ["size"]


SLICE = OpSpec(
    "Slice",
    inputs=["input: T", "begin: Index", "size: Index"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Index": index_type()},
    doc="The box of `size` elements that begins at `begin`; a size of -1 reaches to the end.",
    shape=_slice_shape,
    kernel=_slice,
    grad=_grad_slice,
    static=["begin", "size"],
    narrows=_needed_by_slice,
)


# StridedSlice


def _masks(attrs: dict[str, Any]) -> dict[str, int]:
    return {name: attrs[name] for name in MASKS}


def _strided_shape(c: ShapeContext, name: str = "input") -> Shape:
    count = None
    for bound in ("begin", "end", "strides"):
        length = rules.with_rank(c, bound, 1)
        count = count if length is None or length[0] is None else length[0]
    bounds = [c.value(bound) for bound in ("begin", "end", "strides")]
    values = [None if bound is None else sizes_of(bound) for bound in bounds]
    try:
        return sliced_shape(c.shape(name), count, *values, _masks(c.attrs))
    except InvalidArgumentError as error:
        raise c.mismatch(f"a slice that fits the input ({error.message})") from None


def _strided_slice(xp: Any, x: Any, begin: Any, end: Any, strides: Any, masks: Any) -> Any:
    return x[index_of(x.shape, sizes_of(begin), sizes_of(end), sizes_of(strides), masks)]


def _grad_strided_slice(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, begin, end, strides = node.inputs
    shape = composed.shape(x, out_type=begin.dtype.base_dtype)
    back = ops.StridedSliceGrad(shape, begin, end, strides, dy, **_masks(node.attrs))
    return [back, None, None, None]


def _needed_bounds(node: Any) -> frozenset[str]:
    """Single indices may be found out when the slice is taken; bounds of ranges may not."""
    strides = node.inputs[node.spec.input_index["strides"]].static_shape
    if not strides or strides[0] is None or not may_be_traced(_masks(node.attrs), strides[0]):
        return node.spec.static
    return node.spec.static - {"begin", "end"}


STRIDED_SLICE = OpSpec(
    "StridedSlice",
    inputs=["input: T", "begin: Index", "end: Index", "strides: Index"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Index": index_type(), **MASKS},
    doc="What ``input[begin:end:strides]`` is in Python's notation, under the five masks.",
    shape=_strided_shape,
    kernel=masked(_strided_slice),
    grad=_grad_strided_slice,
    static=["begin", "end", "strides"],
    narrows=_needed_bounds,
)


def _grad_strided_slice_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    shape, begin, end, strides, _ = node.inputs
    taken = ops.StridedSlice(dy, begin, end, strides, **_masks(node.attrs), name="strided_slice")
    return [None, None, None, None, taken]


def _assigned(xp: Any, x: Any, begin: Any, end: Any, strides: Any, value: Any, masks: Any) -> Any:
    index = index_of(x.shape, sizes_of(begin), sizes_of(end), sizes_of(strides), masks)
    result = xp.array(x)
    result[index] = value
    return result


def _strided_slice_grad(
    xp: Any, shape: Any, begin: Any, end: Any, strides: Any, dy: Any, masks: Any
) -> Any:
    return _assigned(xp, xp.zeros(sizes_of(shape), dy.dtype), begin, end, strides, dy, masks)


STRIDED_SLICE_GRAD = OpSpec(
    "StridedSliceGrad",
    inputs=["shape: Index", "begin: Index", "end: Index", "strides: Index", "dy: T"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Index": index_type(), **MASKS},
    doc="Zeros of `shape` with `dy` in the place that a StridedSlice takes out of it.",
    shape=lambda c: c.shape_value("shape"),
    kernel=masked(_strided_slice_grad),
    grad=_grad_strided_slice_grad,
    static=["shape", "begin", "end", "strides"],
    narrows=_needed_bounds,
)

STRIDED_SLICE_ASSIGN = OpSpec(
    "StridedSliceAssign",
    inputs=["ref: Ref(T)", "begin: Index", "end: Index", "strides: Index", "value: T"],
    outputs=["output_ref: Ref(T)"],
    attrs={"T": any_type(), "Index": index_type(), **MASKS},
    doc="Writes `value` into the place of the variable that ``ref[begin:end:strides]`` is.",
    shape=rules.same,
    kernel=masked(_assigned),
    grad=NO_GRADIENT,
    reads=["ref"],
    writes=["ref"],
    static=["begin", "end", "strides"],
    narrows=_needed_bounds,
)

RESOURCE_STRIDED_SLICE_ASSIGN = OpSpec(
    "ResourceStridedSliceAssign",
    inputs=["ref: resource", "begin: Index", "end: Index", "strides: Index", "value: T"],
    attrs={"T": any_type(), "Index": index_type(), **MASKS},
    doc="Writes `value` into the place of the variable that ``ref[begin:end:strides]`` is.",
    shape=rules.no_outputs,
    kernel=masked(_assigned),
    grad=NO_GRADIENT,
    reads=["ref"],
    writes=["ref"],
    static=["begin", "end", "strides"],
    narrows=_needed_bounds,
)

SPECS = (
    SLICE,
    STRIDED_SLICE,
    STRIDED_SLICE_GRAD,
    STRIDED_SLICE_ASSIGN,
    RESOURCE_STRIDED_SLICE_ASSIGN,
)
