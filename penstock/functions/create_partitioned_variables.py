"""`tf.create_partitioned_variables`: the parts of a variable as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_store import variable_store
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope

__all__ = ["create_partitioned_variables"]


def create_partitioned_variables(
    shape: Sequence[int],
    slicing: Sequence[int],
    initializer: Any,
    dtype: Any = dtypes.float32,
    trainable: bool = True,
    collections: Any = None,
    name: str | None = None,
    reuse: bool | None = None,
) -> list[VariableBase]:
    """Give the variables that are the parts of a larger one, cut along one axis.

    `tf.get_variable` with a partitioner gives one object for all of them.

    Args:
      shape: sizes of the whole.
      slicing: the number of parts along each axis; at most one of them above 1.
      initializer: a function from shape and dtype to the initial value of a part, or the initial
        value of the whole.
      dtype: the dtype.
      trainable: whether the parts go to the collection of trainable variables.
      collections: the collections they go to; that of global variables by default.
      name: name of the whole; "PartitionedVariable" by default.
      reuse: whether to give the variables of that name that there are.

    Returns:
      The variables ``name/part_0``, ``name/part_1`` …, in order.

    Raises:
      TypeError: if `shape` or `slicing` is no sequence.
      ValueError: if they do not fit each other, or if the variable is there and may not be reused.
    """
    if len(shape) != len(slicing):
        raise ValueError(
            f"slicing must have a number for each axis of the shape {shape}, but is {slicing}."
        )
    with variable_scope(name, "PartitionedVariable", reuse=reuse) as scope, name_scope(None):
        whole = variable_store(default_graph()).get_variable(
            scope.name,
            None,
            shape=list(shape),
            dtype=dtype,
            initializer=scope.initializer if initializer is None else initializer,
            regularizer=scope.regularizer,
            reuse=scope.reuse,
            trainable=trainable,
            collections=collections,
            caching_device=scope.caching_device,
            partitioner=lambda **_: list(slicing),
            use_resource=scope.use_resource,
        )
    return list(whole)
