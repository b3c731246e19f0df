"""What is asked of `tf.get_variable`, and what an initializer among it can be called with."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from penstock.core import dtypes
from penstock.core.dtypes import DType
from penstock.functions.initializers import Zeros
from penstock.functions.initializers_scaled import GlorotUniform
from penstock.functions.variable_parts import PartitionInfo

__all__ = ["Request", "accepts", "call_later", "default_initializer", "needs_no_arguments"]


class Request(NamedTuple):
    """What is asked of the store, besides the name: the arguments of `tf.get_variable`."""

    shape: Any = None
    dtype: Any = dtypes.float32
    initializer: Any = None
    regularizer: Any = None
    reuse: Any = None
    trainable: bool | None = None
    collections: Any = None
    caching_device: Any = None
    partitioner: Any = None
    validate_shape: bool = True
    use_resource: bool | None = None
    constraint: Any = None
    synchronization: Any = None
    aggregation: Any = None


def accepts(function: Any, keyword: str) -> bool:
    """Tell whether a function takes a keyword; one that cannot be looked into is taken to."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(
        one.name == keyword or one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters
    )


def needs_no_arguments(function: Any) -> bool:
    """Tell whether a function can be called without arguments."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    optional = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return all(
        one.default is not inspect.Parameter.empty or one.kind in optional for one in parameters
    )


def call_later(initializer: Any, shape: list[int], dtype: DType, part: PartitionInfo | None) -> Any:
    """Make a function without arguments that calls an initializer for a variable, or for a part."""
    keywords: dict[str, Any] = {"dtype": dtype}
    if accepts(initializer, "partition_info"):
        keywords["partition_info"] = part
    return lambda: initializer(shape, **keywords)


def default_initializer(name: str, dtype: DType) -> Any:
    """Give the initializer of the variable `name`, which is asked for without one.

    Raises:
      ValueError: if there is none for that dtype.
    """
    if dtype.is_floating:
        return GlorotUniform()
    if dtype.is_integer or dtype.is_bool or dtype == dtypes.string:
        return Zeros()
    raise ValueError(
        f"An initializer for variable {name} of {dtype!r} is required: this dtype has no default."
    )
