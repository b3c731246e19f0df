"""Sparse tensors that every run is given."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import as_static, is_fully_defined
from penstock.functions.arrays import placeholder
from penstock.graph.build import convert_to_tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = ["sparse_placeholder"]


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """Make a sparse tensor that every run is given.

    Args:
      dtype: the type of its values.
      shape: its dense shape, as far as it is known; an int64 tensor serves too.
      name: what the names of its three parts begin with.

    Returns:
      A `SparseTensor` of placeholders, to be fed as a whole: by a `SparseTensorValue`, or by a
      tuple of indices, values and dense shape.
    """

    def part(suffix: str) -> str | None:
        return None if name is None else f"{name}/{suffix}"

    if hasattr(shape, "value_index"):
        dense_shape, rank = shape, shape.static_shape[0]
    else:
        sizes = as_static(shape)
        rank = None if sizes is None else len(sizes)
        if is_fully_defined(sizes):
            dense_shape = convert_to_tensor(list(sizes or ()), dtypes.int64, part("shape"))
        else:
            dense_shape = placeholder(dtypes.int64, [rank], part("shape"))
    values = placeholder(dtype, [None], part("values"))
    indices = placeholder(dtypes.int64, [None, rank], part("indices"))
    return SparseTensor(indices, values, dense_shape)
