"""Rows of unequal lengths: values one after the other, and how they part into rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops.arrays_common import any_type, index_type, require

__all__ = ["SPECS"]


def _dense_shape(c: ShapeContext) -> Shape:
    sizes = c.value("shape")
    if sizes is None or not np.ndim(sizes):
        return None
    return tuple(None if size < 0 else int(size) for size in sizes)


def _rows_of(kind: str, partition: np.ndarray) -> tuple[np.ndarray, int | None]:
    """Give the row of each value, and the number of rows if it is told."""
    if kind == "VALUE_ROWIDS":
        return partition, None
    if kind == "ROW_SPLITS":
        lengths = np.diff(partition)
        require(
            partition.size > 0 and partition[0] == 0 and bool((lengths >= 0).all()),
            f"Row splits begin with 0 and do not fall, but are {partition}.",
        )
        return np.repeat(np.arange(lengths.size), lengths), lengths.size
    raise InvalidArgumentError(
        None,
        None,
        f"Rows are told by VALUE_ROWIDS or ROW_SPLITS, but row_partition_types has {kind!r}.",
    )


def _to_dense(
    xp: Any, sizes: Any, values: Any, default: Any, partitions: list[Any], *,
    row_partition_types: list[str],
) -> np.ndarray:  # fmt: skip
    kinds, tensors = list(row_partition_types), [np.asarray(one) for one in partitions]
    require(
        len(kinds) == len(tensors),
        f"There must be a type for each partition, but there are {len(kinds)} types and "
        f"{len(tensors)} partitions.",
    )
    count: int | None = None
    if kinds[0] == "FIRST_DIM_SIZE":
        count = int(tensors.pop(0))
        kinds.pop(0)
    places = [np.zeros(0, np.int64)]
    for level, (kind, partition) in enumerate(zip(kinds, tensors, strict=True)):
        rows, told = _rows_of(kind, partition)
        if level == 0:
            count = told if count is None else count
            require(count is not None, "The number of rows must be told by FIRST_DIM_SIZE.")
            places = [np.arange(count)]
        require(
            not rows.size or (rows.min() >= 0 and rows.max() < places[0].size),
            f"Values belong to rows from 0 to {places[0].size - 1}, but to {rows}.",
        )
        order = np.arange(rows.size) - np.searchsorted(rows, rows)
        places = [*(each[rows] for each in places), order]
    values, default = np.asarray(values), np.asarray(default)
    require(
        len(values) == places[0].size,
        f"There must be a value for each of the {places[0].size} places, but there are "
        f"{len(values)}.",
    )
    found = [count or 0, *(int(each.max(initial=-1)) + 1 for each in places[1:])]
    found += values.shape[1:]
    wanted = np.asarray(sizes)
    if wanted.ndim:
        require(
            wanted.size == len(found),
            f"shape must have {len(found)} sizes, or be -1, but is {wanted}.",
        )
        found = [size if told < 0 else int(told) for size, told in zip(found, wanted, strict=True)]
    made = np.empty(found, values.dtype)
    made[...] = default
    inside = np.ones(len(values), bool)
    for each, size in zip(places, found, strict=False):
        inside &= each < size
    made[tuple(each[inside] for each in places)] = values[inside]
    return made


RAGGED_TENSOR_TO_TENSOR = OpSpec(
    "RaggedTensorToTensor",
    inputs=[
        "shape: Tshape",
        "values: T",
        "default_value: T",
        "row_partition_tensors: num_row_partition_tensors * Tindex",
    ],
    outputs=["result: T"],
    attrs={
        "T": any_type(),
        "Tindex": index_type(),
        "Tshape": index_type(),
        "num_row_partition_tensors": attr("int", minimum=1),
        "row_partition_types": attr("list(string)"),
    },
    doc="Rows of unequal lengths as a tensor, filled up with a default.",
    shape=_dense_shape,
    kernel=_to_dense,
    grad=Undefined("its gradient needs rows of unequal lengths again"),
    host=True,
)

SPECS = (RAGGED_TENSOR_TO_TENSOR,)
