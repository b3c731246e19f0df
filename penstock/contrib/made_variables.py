"""What of `tf.contrib.framework` makes variables, those of a model noted as such."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from penstock.contrib.arg_scopes import add_arg_scope
from penstock.core.dtypes import float32
from penstock.functions.get_variable import get_variable
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.functions.variable_settings import VariableAggregation, VariableSynchronization
from penstock.functions.variables import Variable
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph

__all__ = [
    "add_model_variable",
    "global_variable",
    "local_variable",
    "model_variable",
    "variable",
]


def local_variable(
    initial_value: Any,
    validate_shape: bool = True,
    name: str | None = None,
    use_resource: bool | None = None,
) -> Any:
    """Make a variable that is local to the process, and not trained.

    Args:
      initial_value: its value at first.
      validate_shape: whether its shape must be known.
      name: its name.
      use_resource: which form it has; that of the scope if None.
    """
    return _plain(initial_value, validate_shape, name, use_resource, GraphKeys.LOCAL_VARIABLES)


def global_variable(
    initial_value: Any,
    validate_shape: bool = True,
    name: str | None = None,
    use_resource: bool | None = None,
) -> Any:
    """Make a variable that is saved, and not trained; for the arguments see `local_variable`."""
    return _plain(initial_value, validate_shape, name, use_resource, GraphKeys.GLOBAL_VARIABLES)


def _plain(
    value: Any, validate_shape: bool, name: str | None, use_resource: bool | None, key: str
) -> Any:
    return Variable(
        value,
        trainable=False,
        collections=[key],
        validate_shape=validate_shape,
        use_resource=use_resource,
        name=name,
    )


@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = True,
    collections: Iterable[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Any:
    """Get a variable, or make it; as `tf.get_variable`, on a device of one's own.

    Args:
      name, shape, dtype, initializer, regularizer, trainable, collections, caching_device,
        partitioner, use_resource, synchronization, aggregation: as for `tf.get_variable`.
      device: the device to put it on.
      custom_getter: is called in place of `tf.get_variable`.
    """
    keys = [GraphKeys.GLOBAL_VARIABLES] if collections is None else list(dict.fromkeys(collections))
    getter = get_variable
    if custom_getter is not None:
        getter = partial(custom_getter, reuse=get_variable_scope().reuse)
    with default_graph().device(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=keys,
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )


@add_arg_scope
def model_variable(
    name: str,
    shape: Any = None,
    dtype: Any = float32,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = True,
    collections: Iterable[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Any:
    """Get a variable of a model, or make it: one in the collection MODEL_VARIABLES.

    Args: as those of `variable`.
    """
    keys = [*(collections or []), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES]
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=keys,
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def add_model_variable(var: Any) -> None:
    """Put a variable in the collection MODEL_VARIABLES, if it is not there."""
    graph = default_graph()
    if not any(var is other for other in graph.get_collection(GraphKeys.MODEL_VARIABLES)):
        graph.add_to_collection(GraphKeys.MODEL_VARIABLES, var)
