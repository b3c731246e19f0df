"""`tf.get_variable`: variables by name, made once and had again."""

from __future__ import annotations

from typing import Any

from penstock.functions.variable_scope_object import get_variable_scope
from penstock.functions.variable_settings import VariableAggregation, VariableSynchronization
from penstock.functions.variable_store import variable_store
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph

__all__ = ["get_local_variable", "get_variable", "no_regularizer"]


def no_regularizer(_: Any) -> None:
    """Regularize nothing: passed as a regularizer, it lifts the scope's."""
    return


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = None,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Any = None,
    constraint: Any = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Any:
    """Give the variable of this name in the current variable scope: a new one, or one to reuse.

        with tf.variable_scope("layer"):
            w = tf.get_variable("w", [784, 200])          # "layer/w", new
        with tf.variable_scope("layer", reuse=True):
            same = tf.get_variable("w", [784, 200])       # the same variable

    Args:
      name: its name in the scope.
      shape: its shape.
      dtype: its dtype; the scope's by default, float32 at the root.
      initializer: a function from shape and dtype to the initial value, or that value; by default
        the scope's, else Glorot's uniform one for floats and zeros for others.
      regularizer: a function from the variable to a loss, which goes to a collection of these.
      trainable: whether it goes to the collection of trainable variables.
      collections: the collections it goes to; that of global variables by default.
      caching_device: a device that keeps a copy for reading.
      partitioner: a function from shape and dtype to the number of parts along each axis.
      validate_shape: whether its shape is settled, by that of the initial value.
      use_resource: whether to make it in resource form.
      custom_getter: called in place of what gets the variable, as ``f(getter, name, **rest)``.
      constraint: a function from the variable to what it is to be set to after an update.
      synchronization: a `tf.VariableSynchronization`.
      aggregation: a `tf.VariableAggregation`.

    Returns:
      A variable, or a `PartitionedVariable` if there is a partitioner.

    Raises:
      ValueError: if it is there and may not be reused; is not there and must be; or is there with
        another shape or dtype.
    """
    return get_variable_scope().get_variable(
        variable_store(default_graph()), name, shape, dtype, initializer, regularizer,
        trainable=trainable, collections=collections, caching_device=caching_device,
        partitioner=partitioner, validate_shape=validate_shape, use_resource=use_resource,
        custom_getter=custom_getter, constraint=constraint, synchronization=synchronization,
        aggregation=aggregation,
    )  # fmt: skip


def get_local_variable(*args: Any, **kwargs: Any) -> Any:
    """Give a variable that is not saved and not trained; arguments as for `tf.get_variable`.

    It goes to the collection of local variables, besides those that are given.
    """
    kwargs["trainable"] = False
    collections = kwargs.get("collections")
    kwargs["collections"] = [*(collections or ()), GraphKeys.LOCAL_VARIABLES]
    return get_variable(*args, **kwargs)
