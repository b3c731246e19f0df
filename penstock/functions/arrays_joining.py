"""Putting tensors together and taking them apart: concat, stack, split, unstack and kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import Dimension
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.stacking import stack
from penstock.ops import composed

__all__ = [
    "concat",
    "dynamic_partition",
    "dynamic_stitch",
    "meshgrid",
    "parallel_stack",
    "split",
    "stack",
    "unstack",
]


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """Build tensors joined along an axis they have.

    Args:
      values: tensors of one rank, with equal sizes along the other axes.
      axis: the axis; negative ones count from behind.
      name: the node's name.

    Raises:
      ValueError: if the shapes are known not to fit, or there are no values.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if not values:
        raise ValueError("tf.concat joins one tensor or more, but its list of values is empty.")
    if len(values) > 1:
        return raw.ConcatV2(values, axis, name=name)
    with name_scope(name):
        convert_to_tensor(axis, dtypes.int32, "concat_dim").shape.assert_has_rank(0)
        return raw.Identity(values[0], name=name)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Any]:
    """Build the slices of a tensor along an axis, each without it.

    Args:
      value: a tensor.
      num: how many slices there are; None if the static shape says so.
      axis: the axis.
      name: the node's name.

    Raises:
      ValueError: if `num` is None and the size of the axis is not known.
    """
    if num is None:
        value = convert_to_tensor(value)
        shape = value.static_shape
        if shape is not None and not -len(shape) <= axis < len(shape):
            raise ValueError(
                f"axis must be one from {-len(shape)} to {len(shape) - 1} for the shape "
                f"{value.shape}, not {axis}."
            )
        num = None if shape is None else shape[axis]
        if num is None:
            raise ValueError(
                f"The number of slices of {value!r} along axis {axis} cannot be told from its "
                "static shape. Give num=..., or set_shape."
            )
    return raw.Unpack(value, num=num, axis=axis, name=name)


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Tensor]:
    """Build the parts of a tensor along an axis.

    Args:
      value: a tensor.
      num_or_size_splits: how many parts of one size; or the sizes of the parts, one of which may
        be -1.
      axis: the axis.
      num: how many sizes there are, where they are a tensor of unknown length.
      name: the node's name.

    Raises:
      ValueError: if the number of parts cannot be told.
    """
    sizes = convert_to_tensor(num_or_size_splits)
    if isinstance(num_or_size_splits, (int, Dimension)):
        return raw.Split(axis, value, num_split=int(num_or_size_splits), name=name)
    if sizes.static_shape == ():
        raise ValueError(
            "The number of parts must be a Python integer, since it settles how many tensors "
            f"there are; {num_or_size_splits!r} is a tensor. Use its value, or a list of sizes."
        )
    if num is None:
        num = None if sizes.static_shape is None else sizes.static_shape[0]
        if num is None:
            raise ValueError(
                f"How many parts {sizes!r} asks for cannot be told from the graph. Give num=..."
            )
    return raw.SplitV(value, sizes, axis, num_split=num, name=name)


def parallel_stack(values: Any, name: str = "parallel_stack") -> Tensor:
    """Build tensors of one fully known shape joined along a new first axis."""
    with name_scope(name):
        first = convert_to_tensor(values[0])
        rows = [composed.expand_dims(value, 0) for value in values]
        return raw.ParallelConcat(rows, shape=(len(values), *first.static_shape))


def meshgrid(*args: Any, indexing: str = "xy", name: str = "meshgrid") -> list[Tensor]:
    """Build coordinate grids of vectors of coordinates.

    Args:
      *args: n vectors.
      indexing: "xy" lets the first vector run along the second axis and the other way round, as
        plots have it; "ij" leaves the axes in order.
      name: name scope of what is built.

    Returns:
      n tensors of rank n: the one for vector i varies along its axis alone.

    Raises:
      ValueError: if `indexing` is neither.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"indexing of meshgrid must be 'xy' or 'ij', not {indexing!r}.")
    with name_scope(name, "meshgrid", args):
        count = len(args)
        grids = [raw.Reshape(stack(x), _along(index, count)) for index, x in enumerate(args)]
        sizes = [composed.size(x) for x in args]
        dtype = convert_to_tensor(args[0]).dtype.base_dtype
        if indexing == "xy" and count > 1:
            grids[:2] = [raw.Reshape(grids[0], _along(1, count)),
                         raw.Reshape(grids[1], _along(0, count))]  # fmt: skip
            sizes[:2] = sizes[1], sizes[0]
        ones = composed.ones(sizes, dtype)
        return [grid * ones for grid in grids]


def _along(axis: int, count: int) -> Sequence[int]:
    return [1] * axis + [-1] + [1] * (count - axis - 1)


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """Build parts of a tensor's rows, a row in the part that its number in `partitions` says.

    Args:
      data: a tensor whose shape begins with that of `partitions`.
      partitions: int32, a number below `num_partitions` for each row.
      num_partitions: how many parts there are.
      name: the node's name.
    """
    return raw.DynamicPartition(data, partitions, num_partitions=num_partitions, name=name)


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Tensor:
    """Build one tensor of the rows of several, each row at its index.

    Args:
      indices: int32 tensors, for each of `data` the indices of its rows.
      data: tensors whose shapes begin with that of their indices.
      name: the node's name.

    Returns:
      A tensor of as many rows as the largest index and one; of equal indices the last counts.
    """
    return raw.DynamicStitch(indices, data, name=name)
