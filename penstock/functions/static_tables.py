"""Look-up tables that are filled once: `tf.lookup.StaticHashTable` and its older name."""

from __future__ import annotations

import uuid
from typing import Any

from penstock.functions.table_base import InitializableLookupTableBaseV1
from penstock.functions.table_initializers import TableInitializerBase
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["HashTable", "StaticHashTable"]


class _StaticTable(InitializableLookupTableBaseV1):
    """A table that is filled once.

    Args:
      initializer: what fills it.
      default_value: the value of keys that are not there.
      shared_name: tables of one session with the same one are the same.
      name: a name for the node.
    """

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        shared_name: str | None,
        name: str | None,
    ) -> None:
        self._shared_name = shared_name or ""
        self._name = name or "hash_table"
        super().__init__(default_value, initializer)

    @property
    def init(self) -> Node:
        """The operation that fills the table: the older name of `initializer`."""
        return self.initializer

    def _create_resource(self) -> Tensor:
        handle: Tensor = raw.HashTableV2(
            shared_name=self._shared_name,
            key_dtype=self._key_dtype,
            value_dtype=self._value_dtype,
            name=self._name,
        )
        self._table_name = handle.op.name.rpartition("/")[2]
        return handle

    def _exported(self, **options: Any) -> tuple[Tensor, Tensor]:
        keys, values = raw.LookupTableExportV2(
            self.resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype, **options
        )
        values.set_shape(keys.shape)
        return keys, values


class StaticHashTable(_StaticTable):
    """A table that is filled once.

        table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(["a", "b"], [0, 1], value_dtype=tf.int64), -1
        )
        ids = table.lookup(tf.constant(["b", "z"]))  # 1, -1
        sess.run(tf.tables_initializer())

    Tables that are filled from the same file share their entries.

    Args:
      initializer: what fills it.
      default_value: the value of keys that are not there.
      name: a name for the node.
    """

    def __init__(
        self, initializer: TableInitializerBase, default_value: Any, name: str | None = None
    ) -> None:
        shared = initializer._shared_name or f"hash_table_{uuid.uuid4()}"
        super().__init__(initializer, default_value, shared, name)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """Build all keys, and their values.

        Args:
          name: name scope of what is built.
        """
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]):
            return self._exported()


class HashTable(_StaticTable):
    """A table that is filled once: `tf.contrib.lookup.HashTable`.

    Args:
      initializer: what fills it.
      default_value: the value of keys that are not there.
      shared_name: tables of one session with the same one are the same.
      name: a name for the node.
    """

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        shared_name: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(initializer, default_value, shared_name, name)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """Build all keys, and their values.

        Args:
          name: the node's name.
        """
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]) as scope:
            return self._exported(name=scope)
