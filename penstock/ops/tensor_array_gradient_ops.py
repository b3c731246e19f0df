"""The ops that make the gradient of a TensorArray: an array behind a handle of its own."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.array_deltas import ArrayDelta
from penstock.ops.array_errors import wrong
from penstock.ops.array_values import ArrayValue, at_depth

__all__ = ["GRADIENT_SPECS"]

_HANDLE = (2,)

GRADIENT = OpSpec(
    "TensorArrayGradV3",
    inputs=["handle: resource", "flow_in: float32"],
    outputs=["grad_handle: resource", "flow_out: float32"],
    attrs={"source": attr("string")},
    doc="The gradient of an array: an array of its form, of zeros at first.",
    shape=lambda c: [_HANDLE, ()],
    kernel=lambda xp, handle, flow_in: (flow_in,),
    stateful=True,
)


def _gradient_shapes(c: ShapeContext) -> list[Shape]:
    rules.with_rank(c, "shape_to_prepend", 1)
    return [_HANDLE, ()]


def _gradient_with_shape(
    xp: Any, handle: Any, flow_in: Any, shape_to_prepend: Any, *, array_depth: int = 0
) -> tuple[Any]:
    if isinstance(flow_in, ArrayValue) and flow_in.form.depth > array_depth:
        return (flow_in,)
    return (_zeros_of(at_depth(flow_in, array_depth), shape_to_prepend.tolist()),)


def _zeros_of(array: ArrayValue, sizes: list[int]) -> ArrayDelta:
    """Give the gradient of an array, with sizes before those of its elements, all zeros."""
    if any(size < 0 for size in sizes):
        raise wrong(f"The sizes to prepend to a shape must not be negative, but are {sizes}")
    zeros = copy(array.zeros(array.form.depth + 1))
    zeros.form = replace(zeros.form, element_shape=_prepended(sizes, zeros.form.element_shape))
    zeros.shapes = [_prepended(sizes, shape) for shape in zeros.shapes]
    return zeros


def _prepended(sizes: list[int], shape: Shape) -> Shape:
    return None if shape is None else (*sizes, *shape)


GRADIENT_WITH_SHAPE = OpSpec(
    "TensorArrayGradWithShape",
    inputs=["handle: resource", "flow_in: float32", "shape_to_prepend: int32"],
    outputs=["grad_handle: resource", "flow_out: float32"],
    attrs={"source": attr("string")},
    doc="The gradient of an array, with sizes before those of the array's elements.",
    shape=_gradient_shapes,
    kernel=_gradient_with_shape,
    static=["shape_to_prepend"],
    stateful=True,
)

GRADIENT_SPECS = (GRADIENT, GRADIENT_WITH_SHAPE)
