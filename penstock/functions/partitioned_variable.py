"""A variable in parts: what `tf.get_variable` gives when a partitioner cuts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import TensorShape
from penstock.functions.variable_base import VariableBase
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.graph import Graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["PartitionedVariable"]


class PartitionedVariable:
    """Variables that are the parts of a larger one, cut along one axis.

    It becomes a tensor, the parts joined, wherever a tensor is needed.

    Args:
      name: name of the whole.
      shape: its shape.
      dtype: its dtype.
      variable_list: the parts, in order; each knows which part it is.
      partitions: the number of parts along each axis; at most one of them above 1.

    Raises:
      TypeError: if `variable_list` or `partitions` is no list.
      ValueError: if they do not fit each other.
    """

    def __init__(
        self,
        name: str,
        shape: Any,
        dtype: Any,
        variable_list: Sequence[VariableBase],
        partitions: Sequence[int],
    ) -> None:
        for value, what in ((variable_list, "variable_list"), (partitions, "partitions")):
            if not isinstance(value, (list, tuple)):
                raise TypeError(f"{what} of a PartitionedVariable must be a list, not {value!r}.")
        if not partitions or any(count < 1 for count in partitions):
            raise ValueError(f"partitions must all be positive, but are {list(partitions)}.")
        if not variable_list:
            raise ValueError("variable_list of a PartitionedVariable may not be empty.")
        for variable in variable_list:
            if variable._get_save_slice_info() is None:
                raise ValueError(f"{variable!r} does not know which part of {name!r} it is.")
        self._name = name
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._variable_list = sorted(
            variable_list, key=lambda part: list(part._get_save_slice_info().var_offset)
        )
        self._partitions = list(partitions)

    @property
    def name(self) -> str:
        """The name of the whole."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The dtype."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """Give the shape of the whole: the older spelling of `shape`."""
        return self._shape

    @property
    def graph(self) -> Graph:
        """The graph it belongs to."""
        return self._variable_list[0].graph

    @property
    def _distribute_strategy(self) -> None:
        return None

    def __iter__(self) -> Iterator[VariableBase]:
        return iter(self._variable_list)

    def __len__(self) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise ValueError(f"{self._name!r} is cut along {len(axes)} axes, so it has no length.")
        return len(self._variable_list)

    def _get_variable_list(self) -> list[VariableBase]:
        return self._variable_list

    def _get_partitions(self) -> list[int]:
        return self._partitions

    def _partition_axes(self) -> list[int]:
        if all(count == 1 for count in self._partitions):
            return [0]
        return [axis for axis, count in enumerate(self._partitions) if count > 1]

    def _concat(self) -> Tensor:
        if len(self._variable_list) == 1:
            with name_scope(None):
                return raw.Identity(self._variable_list[0], name=self._name)
        axes = self._partition_axes()
        if len(axes) > 1:
            raise NotImplementedError(f"{self._name!r} is cut along several axes: {axes}.")
        with name_scope(f"{self._name}/ConcatPartitions/"):
            whole = raw.ConcatV2(self._variable_list, axes[0], name="concat")
        with name_scope(None):
            return raw.Identity(whole, name=self._name)

    def as_tensor(self) -> Tensor:
        """Build the whole: its parts joined."""
        with self.graph.control_dependencies(None):
            return self._concat()

    def _convert_to_tensor(
        self,
        graph: Graph,
        dtype: DType | None,
        name: str | None,
        as_ref: bool,
        preferred: DType | None,
    ) -> Tensor:
        if dtype is not None and not dtype.is_compatible_with(self._dtype):
            raise ValueError(
                f"Incompatible type conversion requested to type {dtype.name} for variable of "
                f"type {self._dtype.name}: {self._name!r}. Convert it with tf.cast."
            )
        if as_ref:
            raise NotImplementedError(
                f"{self._name!r} is in parts, so there is no one reference to it. Update its parts."
            )
        return self.as_tensor()

    # Writing

    def _values_of_parts(self, value: Any) -> list[Any]:
        """Cut `value`, a whole or a list of parts, as this variable is cut."""
        if isinstance(value, PartitionedVariable):
            return list(value)
        if isinstance(value, list):
            return value
        axis = self._partition_axes()[0]
        sizes = [part.shape.as_list()[axis] for part in self._variable_list]
        whole = convert_to_tensor(value)
        return raw.SplitV(whole, sizes, axis, num_split=len(sizes), name="split")

    def _apply(self, method: str, value: Any, name: str | None, **keywords: Any) -> list[Any]:
        values = self._values_of_parts(value)
        return [
            getattr(part, method)(values[number], name=f"{name}_{number}", **keywords)
            for number, part in enumerate(self._variable_list)
        ]

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> list[Any]:  # fmt: skip
        """Build nodes that set the parts; gives a list, an entry per part."""
        return self._apply("assign", value, name, use_locking=use_locking, read_value=read_value)

    def assign_add(
        self, value: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> list[Any]:  # fmt: skip
        """Build nodes that add to the parts; gives a list, an entry per part."""
        return self._apply(
            "assign_add", value, name, use_locking=use_locking, read_value=read_value
        )

    def assign_sub(
        self, value: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> list[Any]:  # fmt: skip
        """Build nodes that subtract from the parts; gives a list, an entry per part."""
        return self._apply(
            "assign_sub", value, name, use_locking=use_locking, read_value=read_value
        )
