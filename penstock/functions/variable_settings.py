"""What a variable is made with besides its value: collections, how copies are kept, parts."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from penstock.graph.collections import GraphKeys

__all__ = [
    "SaveSliceInfo",
    "VariableAggregation",
    "VariableSynchronization",
    "check_arguments",
    "checked_collections",
    "settle_trainable",
]


class VariableSynchronization(enum.Enum):
    """When a variable that is kept in several places is brought together."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """How updates from several places become one."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
    ONLY_FIRST_TOWER = 3  # noqa: PIE796  TensorFlow's older name for it


class SaveSliceInfo:
    """Which part of a larger variable this one is, for savers.

    Args:
      full_name: name of the whole.
      full_shape: its sizes.
      var_offset: where the part starts, along each axis.
      var_shape: the part's sizes.
    """

    def __init__(
        self,
        full_name: str | None = None,
        full_shape: Sequence[int] | None = None,
        var_offset: Sequence[int] | None = None,
        var_shape: Sequence[int] | None = None,
    ) -> None:
        self.full_name = full_name
        self.full_shape = full_shape
        self.var_offset = var_offset
        self.var_shape = var_shape

    @property
    def spec(self) -> str:
        """The part in the notation of checkpoints: sizes of the whole, then offset,size an axis."""
        whole = " ".join(str(size) for size in self.full_shape or ())
        parts = zip(self.var_offset or (), self.var_shape or (), strict=True)
        return f"{whole} " + ":".join(f"{offset},{size}" for offset, size in parts)


def _member(kind: Any, value: Any, name: str | None) -> Any:
    """Give the member of an enumeration that `value` is, or is the number of."""
    try:
        return kind(value)
    except ValueError:
        raise ValueError(
            f"Variable {name!r} needs a member of tf.{kind.__name__}, but got {value!r}."
        ) from None


def settle_trainable(
    synchronization: Any, aggregation: Any, trainable: bool | None, name: str | None
) -> tuple[VariableSynchronization, VariableAggregation, bool]:
    """Fill in the defaults of how a variable is kept in several places, and check them.

    Raises:
      ValueError: if one is of no known kind.
    """
    aggregation = VariableAggregation.NONE if aggregation is None else aggregation
    synchronization = VariableSynchronization.AUTO if synchronization is None else synchronization
    synchronization = _member(VariableSynchronization, synchronization, name)
    aggregation = _member(VariableAggregation, aggregation, name)
    if trainable is None:
        trainable = synchronization is not VariableSynchronization.ON_READ
    return synchronization, aggregation, bool(trainable)


def checked_collections(collections: Any, trainable: bool) -> list[Any]:
    """Give the collections a new variable goes to.

    Raises:
      ValueError: if `collections` is not a list, tuple or set.
    """
    if collections is None:
        collections = [GraphKeys.GLOBAL_VARIABLES]
    if not isinstance(collections, (list, tuple, set)):
        raise ValueError(
            "The collections of a variable must be a list, tuple or set of names, but are "
            f"{collections!r} of type {type(collections).__name__}."
        )
    collections = list(collections)
    if trainable and GraphKeys.TRAINABLE_VARIABLES not in collections:
        collections.append(GraphKeys.TRAINABLE_VARIABLES)
    return collections


def check_arguments(initial_value: Any, constraint: Any) -> None:
    """Hold the arguments of a new variable against what they must be.

    Raises:
      ValueError: if there is no initial value, or the constraint is no function.
    """
    if initial_value is None:
        raise ValueError(
            "initial_value must be specified: tf.Variable needs a value to start from, such "
            "as tf.Variable(tf.zeros([2, 3]))."
        )
    if constraint is not None and not callable(constraint):
        raise ValueError(f"The constraint of a variable must be a function, not {constraint!r}.")
