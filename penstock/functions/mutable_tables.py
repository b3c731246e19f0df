"""Look-up tables whose entries come and go; checkpoints hold their entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from penstock.functions.saveable_object import SaveableObject, SaveSpec
from penstock.functions.table_base import LookupInterface, check_keys
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["DenseHashTable", "MutableHashTable"]


class _TableSaveable(SaveableObject):
    """A table's entries: its keys, and their values."""

    def __init__(self, table: Any, name: str) -> None:
        keys, values = table.export()
        specs = [SaveSpec(keys, "", f"{name}-keys"), SaveSpec(values, "", f"{name}-values")]
        super().__init__(table, specs, name)

    def restore(
        self, restored_tensors: Sequence[Any], restored_shapes: Any, name: str | None = None
    ) -> Node:
        """Build the node that gives the table these entries, in place of its own."""
        handle = self.op.resource_handle
        with (
            name_scope(name, f"{self.name}_table_restore"),
            default_graph().colocate_with(handle),
        ):
            keys, values = restored_tensors
            return raw.LookupTableImportV2(handle, keys, values)


class _MutableTable(LookupInterface):
    """What both kinds have in common."""

    def __init__(
        self, key_dtype: Any, value_dtype: Any, default: Tensor, name: str, checkpoint: bool
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        self._default_value = default
        self._name = name
        handle = self._create_resource(checkpoint)
        self._resource_handle = handle
        self._table_name = handle.op.name.rpartition("/")[2]
        if checkpoint:
            default_graph().add_to_collection(
                GraphKeys.SAVEABLE_OBJECTS, _TableSaveable(self, name)
            )

    def _create_resource(self, checkpoint: bool) -> Tensor:
        raise NotImplementedError

    def _colocated(self) -> AbstractContextManager[None]:
        return default_graph().colocate_with(self._resource_handle)

    def _scope(self, name: str | None, what: str, *values: Any) -> AbstractContextManager[str]:
        return name_scope(name, f"{self.name}_{what}", [self._resource_handle, *values])

    def size(self, name: str | None = None) -> Tensor:
        """Build the number of entries, an int64 scalar.

        Args:
          name: name scope of what is built.
        """
        with self._scope(name, "Size"), self._colocated():
            return raw.LookupTableSizeV2(self._resource_handle)

    def remove(self, keys: Any, name: str | None = None) -> Node:
        """Build a node that takes keys out, those that are there.

        Args:
          keys: a tensor of the table's key dtype.
          name: name scope of what is built.

        Raises:
          TypeError: if the keys have another dtype.
        """
        check_keys(self, keys)
        with self._scope(name, "lookup_table_remove", keys, self._default_value):
            return raw.LookupTableRemoveV2(self._resource_handle, keys)

    def lookup(self, keys: Any, name: str | None = None) -> Tensor:
        """Build the values of keys.

        Args:
          keys: keys, in any number of axes.
          name: name scope of what is built.

        Returns:
          A tensor with a value for each key; the default for those that are not there.
        """
        with self._scope(name, "lookup_table_find", keys, self._default_value):
            keys = convert_to_tensor(keys, self._key_dtype, "keys")
            with self._colocated():
                return raw.LookupTableFindV2(self._resource_handle, keys, self._default_value)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Node:
        """Build a node that puts keys in, or gives those that are there other values.

        Args:
          keys: keys, in any number of axes.
          values: a value for each key.
          name: name scope of what is built.
        """
        with self._scope(name, "lookup_table_insert", keys, values):
            keys = convert_to_tensor(keys, self._key_dtype, "keys")
            values = convert_to_tensor(values, self._value_dtype, "values")
            with self._colocated():
                return raw.LookupTableInsertV2(self._resource_handle, keys, values)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """Build all keys, and their values in the same order.

        Args:
          name: name scope of what is built.
        """
        with self._scope(name, "lookup_table_export_values"), self._colocated():
            keys, values = raw.LookupTableExportV2(
                self._resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype
            )
        return keys, values

    def _gather_saveables_for_checkpoint(self) -> dict[str, Callable[..., SaveableObject]]:
        return {"table": partial(_named_saveable, self, self._name)}


def _named_saveable(table: Any, default: str, name: str | None = None) -> SaveableObject:
    return _TableSaveable(table, name or default)


class MutableHashTable(_MutableTable):
    """A table whose entries come and go.

        table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, default_value=-1)
        sess.run(table.insert(["a", "b"], [0, 1]))
        sess.run(table.lookup(["b", "z"]))  # 1, -1

    Args:
      key_dtype: the dtype of keys.
      value_dtype: the dtype of values.
      default_value: the value of keys that are not there; its shape, that of a scalar or vector,
        is that of all values.
      name: a name for the node, and for the entries in checkpoints.
      checkpoint: whether a `tf.train.Saver` saves the entries.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
    ) -> None:
        default = convert_to_tensor(default_value, value_dtype)
        super().__init__(key_dtype, value_dtype, default, name, checkpoint)

    def _create_resource(self, checkpoint: bool) -> Tensor:
        shape = self._default_value.static_shape
        options: dict[str, Any] = {"shared_name": "", "use_node_name_sharing": checkpoint}
        options |= {"key_dtype": self._key_dtype, "value_dtype": self._value_dtype}
        if shape == ():
            return raw.MutableHashTableV2(**options, name=self._name)
        return raw.MutableHashTableOfTensorsV2(**options, value_shape=shape, name=self._name)


class DenseHashTable(_MutableTable):
    """A table whose entries come and go, kept in one array of buckets in checkpoints.

    Args:
      key_dtype: the dtype of keys.
      value_dtype: the dtype of values.
      default_value: the value of keys that are not there; a scalar or vector.
      empty_key: a key that no entry has; keys have its shape.
      deleted_key: another key that no entry has.
      initial_num_buckets: how many buckets there are at first, a power of two.
      name: a name for the node, and for the entries in checkpoints.
      checkpoint: whether a `tf.train.Saver` saves the entries.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
    ) -> None:
        default = convert_to_tensor(default_value, value_dtype, "default_value")
        self._initial_num_buckets = initial_num_buckets
        self._empty_key = convert_to_tensor(empty_key, key_dtype, "empty_key")
        self._deleted_key = convert_to_tensor(deleted_key, key_dtype, "deleted_key")
        super().__init__(key_dtype, value_dtype, default, name, checkpoint)

    def _create_resource(self, checkpoint: bool) -> Tensor:
        buckets = self._initial_num_buckets
        handle: Tensor = raw.MutableDenseHashTableV2(
            self._empty_key,
            self._deleted_key,
            shared_name="",
            use_node_name_sharing=checkpoint,
            value_dtype=self._value_dtype,
            value_shape=self._default_value.static_shape,
            **({} if buckets is None else {"initial_num_buckets": buckets}),
            name=self._name,
        )
        return handle

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> Node:
        """Build a node that puts keys in; the same as `insert`."""
        return self.insert(keys, values, name)

    def erase(self, keys: Any, name: str | None = None) -> Node:
        """Build a node that takes keys out; the same as `remove`."""
        return self.remove(keys, name)
