"""Strings cut into many and joined along axes, and the distance between sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec
from penstock.ops.arrays_common import normal_axis, require, sizes_of

__all__ = ["SPECS"]


# Splitting


def _as_sparse(rows: list[list[bytes]]) -> tuple[Any, Any, Any]:
    """Give rows of strings as the three parts of a sparse tensor."""
    places = [(row, column) for row, parts in enumerate(rows) for column in range(len(parts))]
    values = np.empty(len(places), object)
    values[:] = [part for parts in rows for part in parts]
    width = max((len(parts) for parts in rows), default=0)
    return (
        np.array(places, np.int64).reshape(-1, 2),
        values,
        np.array([len(rows), width], np.int64),
    )


def _split_at_any(text: bytes, delimiters: bytes, skip_empty: bool) -> list[bytes]:
    if not delimiters:
        parts = [text[index : index + 1] for index in range(len(text))]
    else:
        for delimiter in delimiters[1:]:
            text = text.replace(bytes([delimiter]), delimiters[:1])
        parts = text.split(delimiters[:1])
    return [part for part in parts if part or not skip_empty]


def _split(xp: Any, x: Any, delimiter: Any, *, skip_empty: bool) -> Any:
    require(x.ndim == 1, f"Strings to split must be a vector, not of the shape {x.shape}.")
    delimiters = np.asarray(delimiter, object).item()
    return _as_sparse([_split_at_any(text, delimiters, skip_empty) for text in x])


def _split_v2(xp: Any, x: Any, sep: Any, *, maxsplit: int) -> Any:
    require(x.ndim == 1, f"Strings to split must be a vector, not of the shape {x.shape}.")
    between = np.asarray(sep, object).item()
    return _as_sparse([text.split(between or None, maxsplit) for text in x])


def _split_shapes(c: ShapeContext) -> list[Shape]:
    return [(None, 2), (None,), (2,)]


_SPARSE = ["indices: int64", "values: string", "shape: int64"]

STRING_SPLIT = OpSpec(
    "StringSplit",
    inputs=["input: string", "delimiter: string"],
    outputs=_SPARSE,
    attrs={"skip_empty": True},
    doc="The parts of strings between characters that `delimiter` lists, as a sparse tensor.",
    shape=_split_shapes,
    kernel=_split,
    grad=NOT_DIFFERENTIABLE,
    host=True,
)

STRING_SPLIT_V2 = OpSpec(
    "StringSplitV2",
    inputs=["input: string", "sep: string"],
    outputs=_SPARSE,
    attrs={"maxsplit": -1},
    doc="The parts of strings as Python's `split` gives them, as a sparse tensor.",
    shape=_split_shapes,
    kernel=_split_v2,
    grad=NOT_DIFFERENTIABLE,
    host=True,
)


# Joining along axes


def _reduce_join(xp: Any, x: Any, axes: Any, *, keep_dims: bool, separator: Any) -> Any:
    between = separator.encode() if isinstance(separator, str) else separator
    order = [normal_axis(axis, x.ndim) for axis in sizes_of(np.asarray(axes))]
    if not order and np.asarray(axes).size == 0:
        order = list(range(x.ndim))[::-1]
    require(len(set(order)) == len(order), f"Each axis can be joined once only, not {order}.")
    kept = [axis for axis in range(x.ndim) if axis not in order]
    moved = np.transpose(x, [*kept, *order[::-1]]).reshape([*(x.shape[axis] for axis in kept), -1])
    joined = np.empty(moved.shape[:-1], object)
    for index in np.ndindex(*joined.shape):
        joined[index] = between.join(moved[index])
    if keep_dims:
        return joined.reshape([1 if axis in order else x.shape[axis] for axis in range(x.ndim)])
    return joined


def _joined_shape(c: ShapeContext) -> Shape:
    shape, axes = c.shape("inputs"), c.value("reduction_indices")
    if shape is None or axes is None:
        return None
    order = [axis % len(shape) for axis in sizes_of(axes)] or list(range(len(shape)))
    if c.attrs["keep_dims"]:
        return tuple(1 if axis in order else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in order)


REDUCE_JOIN = OpSpec(
    "ReduceJoin",
    inputs=["inputs: string", "reduction_indices: int32"],
    outputs=["output: string"],
    attrs={"keep_dims": False, "separator": ""},
    doc="Strings joined along axes, first along the one that is listed first.",
    shape=_joined_shape,
    kernel=_reduce_join,
    grad=NOT_DIFFERENTIABLE,
    host=True,
)

SPECS = (STRING_SPLIT, STRING_SPLIT_V2, REDUCE_JOIN)
