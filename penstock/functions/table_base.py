"""What all look-up tables have in common: `LookupInterface`, and tables that are filled once."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.functions.init_scope import init_scope
from penstock.functions.table_initializers import TableInitializerBase, in_branch
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = [
    "InitializableLookupTableBase",
    "InitializableLookupTableBaseV1",
    "LookupInterface",
    "check_keys",
]


class LookupInterface:
    """A table that gives values for keys; the session that runs its nodes keeps its entries.

    Args:
      key_dtype: the dtype of keys.
      value_dtype: the dtype of values.
    """

    _resource_handle: Tensor | None = None
    _table_name: str | None = None

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype = as_dtype(key_dtype)
        self._value_dtype = as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The dtype of keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of values."""
        return self._value_dtype

    @property
    def resource_handle(self) -> Any:
        """The handle by which nodes know the table."""
        return self._resource_handle

    @property
    def name(self) -> Any:
        """The table's name."""
        return self._table_name

    @abstractmethod
    def size(self, name: str | None = None) -> Tensor:
        """Build the number of entries, an int64 scalar."""

    @abstractmethod
    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """Build the values of keys."""


def check_keys(table: LookupInterface, keys: Any) -> None:
    """Check that keys have the dtype of a table's.

    Raises:
      TypeError: if not.
    """
    dtype = getattr(keys, "dtype", None)
    if dtype is None or dtype.base_dtype is not table.key_dtype:
        came = keys if dtype is None else dtype.name
        raise TypeError(
            f"Keys of the table {table.name!r} must be a tensor of dtype {table.key_dtype.name}, "
            f"got {came!r}. Convert them with tf.convert_to_tensor or tf.cast."
        )


class InitializableLookupTableBase(LookupInterface):
    """A table that is filled once, by an initializer.

    Args:
      default_value: the value of keys that are not there.
      initializer: what fills it; its dtypes are the table's.
    """

    def __init__(self, default_value: Any, initializer: TableInitializerBase) -> None:
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = convert_to_tensor(default_value, self._value_dtype)
        self._default_value.shape.assert_has_rank(0)
        self._initializer = initializer
        with init_scope():
            self._resource_handle = self._create_resource()
        if in_branch():
            with init_scope():
                self._init_op = self._initialize()
        else:
            self._init_op = self._initialize()

    @abstractmethod
    def _create_resource(self) -> Tensor:
        """Build the node that stands for the table."""

    def _initialize(self) -> Node:
        return self._initializer.initialize(self)

    @property
    def default_value(self) -> Tensor:
        """The value of keys that are not there."""
        return self._default_value

    def size(self, name: str | None = None) -> Tensor:
        """Build the number of entries, an int64 scalar.

        Args:
          name: name scope of what is built.
        """
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            return raw.LookupTableSizeV2(self.resource_handle)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """Build the values of keys.

        Args:
          keys: a tensor or `SparseTensor` of the table's key dtype.
          name: name scope of what is built.

        Returns:
          A tensor of the same shape, or a `SparseTensor`. A run of it fails with
          `FailedPreconditionError` if the table has not been filled.

        Raises:
          TypeError: if the keys have another dtype.
        """
        plain = keys.values if isinstance(keys, SparseTensor) else keys
        check_keys(self, keys)
        with name_scope(
            name, f"{self.name}_Lookup", [self.resource_handle, plain, self._default_value]
        ):
            values = raw.LookupTableFindV2(self.resource_handle, plain, self._default_value)
        values.set_shape(plain.shape)
        if isinstance(keys, SparseTensor):
            return SparseTensor(keys.indices, values, keys.dense_shape)
        return values


class InitializableLookupTableBaseV1(InitializableLookupTableBase):
    """As `InitializableLookupTableBase`, with the node that fills the table at hand."""

    @property
    def initializer(self) -> Node:
        """The operation that fills the table."""
        return self._init_op
