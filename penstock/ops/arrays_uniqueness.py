"""Distinct elements, and the elements of one list that another lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops.arrays_common import (
    INDEX_AS_INT32,
    INDEX_AS_INT64,
    NO_GRADIENT,
    any_type,
    normal_axis,
    require,
    sizes_of,
)

__all__ = ["SPECS"]


def _distinct(x: Any, axis: int, dtype: Any) -> tuple[Any, Any, Any]:
    """Give the distinct slices of `x` as they come, the number of each slice, and counts."""
    rows = np.moveaxis(x, axis, 0)
    keys = rows.tolist()
    if rows.ndim > 1:
        keys = [row.tobytes() for row in rows]
    number: dict[Any, int] = {}
    numbers = np.array([number.setdefault(key, len(number)) for key in keys], dtype)
    first = np.zeros(len(number), np.int64)
    first[numbers[::-1]] = np.arange(len(keys))[::-1]
    counts = np.bincount(numbers, minlength=len(number)).astype(dtype)
    return np.moveaxis(rows[first], 0, axis), numbers, counts


def _unique(xp: Any, x: Any, *, out_idx: Any) -> Any:
    require(x.ndim == 1, f"unique expects a 1D vector, but the shape is {x.shape}.")
    return _distinct(x, 0, out_idx.as_numpy_dtype)[:2]


def _unique_with_counts(xp: Any, x: Any, *, out_idx: Any) -> Any:
    require(x.ndim == 1, f"unique expects a 1D vector, but the shape is {x.shape}.")
    return _distinct(x, 0, out_idx.as_numpy_dtype)


def _axis_of(x: Any, axis: Any) -> int:
    chosen = sizes_of(axis)
    require(
        len(chosen) == 1 or (not chosen and x.ndim == 1),
        f"One axis must be given, or none for a vector, but the axes are {chosen} for {x.ndim}.",
    )
    return normal_axis(chosen[0], x.ndim) if chosen else 0


def _unique_v2(xp: Any, x: Any, axis: Any, *, out_idx: Any) -> Any:
    return _distinct(x, _axis_of(x, axis), out_idx.as_numpy_dtype)[:2]


def _unique_with_counts_v2(xp: Any, x: Any, axis: Any, *, out_idx: Any) -> Any:
    return _distinct(x, _axis_of(x, axis), out_idx.as_numpy_dtype)


def _shapes_of_vector(c: ShapeContext) -> list[Shape]:
    shapes: list[Shape] = [(None,), c.shape("x"), (None,)]
    return shapes[: len(c.spec.outputs)]


def _shapes_along_axis(c: ShapeContext) -> list[Shape]:
    shape, axis = c.shape("x"), c.value("axis")
    indices: Shape = (None,)
    if shape is not None and axis is not None:
        chosen = sizes_of(axis) or [0]
        if not -len(shape) <= chosen[0] < len(shape):
            raise c.mismatch(f"an axis of x, not {chosen[0]},")
        along = chosen[0] % len(shape)
        indices = (shape[along],)
        shape = (*shape[:along], None, *shape[along + 1 :])
    elif shape is not None:
        shape = (None,) * len(shape)
    shapes: list[Shape] = [shape, indices, (None,)]
    return shapes[: len(c.spec.outputs)]


_ATTRS = {"T": any_type(), "out_idx": INDEX_AS_INT32}
_ATTRS_V2 = {"T": any_type(), "Taxis": INDEX_AS_INT64, "out_idx": INDEX_AS_INT32}

UNIQUE = OpSpec(
    "Unique",
    inputs=["x: T"],
    outputs=["y: T", "idx: out_idx"],
    attrs=_ATTRS,
    doc="The distinct elements of `x` as they come, and for each of `x` its number among them.",
    shape=_shapes_of_vector,
    kernel=_unique,
    grad=NO_GRADIENT,
    host=True,
)

UNIQUE_WITH_COUNTS = OpSpec(
    "UniqueWithCounts",
    inputs=["x: T"],
    outputs=["y: T", "idx: out_idx", "count: out_idx"],
    attrs=_ATTRS,
    doc="As Unique, with how often each distinct element comes.",
    shape=_shapes_of_vector,
    kernel=_unique_with_counts,
    grad=NO_GRADIENT,
    host=True,
)

UNIQUE_V2 = OpSpec(
    "UniqueV2",
    inputs=["x: T", "axis: Taxis"],
    outputs=["y: T", "idx: out_idx"],
    attrs=_ATTRS_V2,
    doc="The distinct slices of `x` along an axis, and for each slice its number among them.",
    shape=_shapes_along_axis,
    kernel=_unique_v2,
    grad=NO_GRADIENT,
    host=True,
)

UNIQUE_WITH_COUNTS_V2 = OpSpec(
    "UniqueWithCountsV2",
    inputs=["x: T", "axis: Taxis"],
    outputs=["y: T", "idx: out_idx", "count: out_idx"],
    attrs=_ATTRS_V2,
    doc="As UniqueV2, with how often each distinct slice comes.",
    shape=_shapes_along_axis,
    kernel=_unique_with_counts_v2,
    grad=NO_GRADIENT,
    host=True,
)


def _list_diff(xp: Any, x: Any, y: Any, *, out_idx: Any) -> Any:
    require(x.ndim == 1 and y.ndim == 1, f"x and y must be vectors, not {x.shape} and {y.shape}.")
    without = set(y.tolist())
    kept = [index for index, item in enumerate(x.tolist()) if item not in without]
    return x[kept], np.array(kept, out_idx.as_numpy_dtype)


LIST_DIFF = OpSpec(
    "ListDiff",
    inputs=["x: T", "y: T"],
    outputs=["out: T", "idx: out_idx"],
    attrs=_ATTRS,
    doc="The elements of `x` that `y` lacks, and their places in `x`.",
    shape=lambda c: [(None,), (None,)],
    kernel=_list_diff,
    grad=NO_GRADIENT,
    host=True,
)

SPECS = (UNIQUE, UNIQUE_WITH_COUNTS, UNIQUE_V2, UNIQUE_WITH_COUNTS_V2, LIST_DIFF)
