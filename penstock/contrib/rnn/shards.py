"""Weights that are made of several variables, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.functions.arrays_joining import concat
from penstock.functions.get_variable import get_variable
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph

__all__ = ["concatenated"]


def concatenated(name: str, shape: Sequence[int], dtype: Any, num_shards: int) -> Any:
    """Give weights that are the variables ``name_0``, ``name_1`` and so on; of one, itself.

    Args:
      name: their name in the current scope.
      shape: of all together.
      dtype: theirs.
      num_shards: their number.

    Raises:
      ValueError: if there are fewer rows than variables.
    """
    rows = shape[0]
    if num_shards > rows:
        raise ValueError(f"{rows} rows of {name!r} cannot be parted into {num_shards} variables.")
    sizes = [rows // num_shards + (index < rows % num_shards) for index in range(num_shards)]
    shards = [
        get_variable(f"{name}_{index}", [size, *shape[1:]], dtype=dtype)
        for index, size in enumerate(sizes)
    ]
    if num_shards == 1:
        return shards[0]
    full_name = f"{get_variable_scope().name}/{name}/concat:0"
    graph = default_graph()
    for value in graph.get_collection(GraphKeys.CONCATENATED_VARIABLES):
        if value.name == full_name:
            return value
    joined = concat(shards, 0, name=f"{name}/concat")
    graph.add_to_collection(GraphKeys.CONCATENATED_VARIABLES, joined)
    return joined
