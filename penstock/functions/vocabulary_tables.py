"""Look-up tables that also have numbers for words outside of the vocabulary: buckets by hash."""

from __future__ import annotations

import numbers
from functools import partial
from typing import Any, NamedTuple

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.functions.arrays_indexing import where_v2
from penstock.functions.grouping import no_op
from penstock.functions.math_casts import cast
from penstock.functions.math_logic import not_equal
from penstock.functions.static_tables import StaticHashTable
from penstock.functions.strings import as_string
from penstock.functions.strings_parts import (
    string_to_hash_bucket,
    string_to_hash_bucket_fast,
    string_to_hash_bucket_strong,
)
from penstock.functions.table_base import LookupInterface, check_keys
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = [
    "FastHashSpec",
    "HasherSpec",
    "IdTableWithHashBuckets",
    "StaticVocabularyTable",
    "StrongHashSpec",
]


class HasherSpec(NamedTuple):
    """How words outside of a vocabulary are put in buckets.

    Attributes:
      hasher: ``"fasthash"``, ``"legacy"`` or ``"stronghash"``.
      key: the key of the strong one: two numbers.
    """

    hasher: str
    key: Any


FastHashSpec = HasherSpec("fasthash", None)


class StrongHashSpec(HasherSpec):
    """A hash that only those who know the key can foresee.

    Args:
      key: two numbers.

    Raises:
      ValueError, TypeError: if they are not.
    """

    __slots__ = ()

    def __new__(cls, key: Any) -> StrongHashSpec:
        if len(key) != 2:
            raise ValueError(f"key must have two numbers, but has {len(key)}: {key!r}.")
        if not all(isinstance(part, numbers.Integral) for part in key):
            raise TypeError(f"key must be two integers, but is {key!r}.")
        return super().__new__(cls, "stronghash", key)


class _BucketTable(LookupInterface):
    """Ids of a table, then ids of buckets."""

    def __init__(
        self, table: Any, num_oov_buckets: int, key_dtype: DType | None, name: str | None
    ) -> None:
        dtype = _checked_dtype(None if table is None else table.key_dtype, key_dtype)
        if table is not None and table.value_dtype is not dtypes.int64:
            raise TypeError(
                "A table with buckets gives int64 ids, so the table within must too, but its "
                f"values are {table.value_dtype.name}."
            )
        super().__init__(dtype, dtypes.int64)
        self._table = table
        self._num_oov_buckets = num_oov_buckets
        name = (name or "").rstrip("/") or ("hash_bucket" if table is None else table.name)
        self._table_name = name.rpartition("/")[2]

    @property
    def initializer(self) -> Node:
        """The operation that fills the table."""
        if self._table is not None:
            node: Node = self._table.initializer
            return node
        with name_scope(None, "init"):
            return no_op()

    @property
    def resource_handle(self) -> Any:
        """The handle of the table within, or None."""
        return None if self._table is None else self._table.resource_handle

    def size(self, name: str | None = None) -> Tensor:
        """Build the number of ids, buckets included: an int64 scalar.

        Args:
          name: name scope of what is built.
        """
        with name_scope(name, f"{self.name}_Size"):
            if self._table is None:
                size = convert_to_tensor(0, dtypes.int64)
            else:
                size = self._table.size()
            return size + self._num_oov_buckets

    def _bucket_function(self) -> Any:
        return string_to_hash_bucket_fast

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """Build the ids of keys: those of the vocabulary, then those of the buckets.

        Args:
          keys: a tensor or `SparseTensor` of the table's key dtype.
          name: name scope of what is built.

        Returns:
          An int64 tensor of the same shape, or a `SparseTensor`.

        Raises:
          TypeError: if the keys have another dtype.
        """
        check_keys(self, keys)
        words = keys.values if isinstance(keys, SparseTensor) else keys
        if self._table is not None and self._table.key_dtype is dtypes.int64:
            words = cast(words, dtypes.int64)
        if self._num_oov_buckets == 0:
            ids = self._table.lookup(words, name=name)
        else:
            ids = self._bucketed(words, name)
        if isinstance(keys, SparseTensor):
            return SparseTensor(keys.indices, ids, keys.dense_shape)
        return ids

    def _bucketed(self, words: Any, name: str | None) -> Tensor:
        with name_scope(name, f"{self.name}_Lookup"):
            texts = words if words.dtype.base_dtype is dtypes.string else as_string(words)
            buckets: Tensor = self._bucket_function()(
                texts, num_buckets=self._num_oov_buckets, name="hash_bucket"
            )
            if self._table is None:
                return buckets
            ids = self._table.lookup(words)
            buckets = raw.Add(buckets, self._table.size())
            known = not_equal(ids, self._table.default_value)
            return where_v2(known, ids, buckets)


def _checked_dtype(inner: DType | None, asked: DType | None) -> DType:
    dtype = as_dtype(asked or inner or dtypes.string)
    if not dtype.is_integer and dtype is not dtypes.string:
        raise TypeError(f"Keys must be integers or strings, but are to be {dtype.name}.")
    if inner is not None and inner not in (dtypes.int64, dtypes.string):
        raise TypeError(
            f"A table with buckets needs a table of int64 or string keys, not {inner.name}."
        )
    if inner is not None and inner.is_integer != dtype.is_integer:
        raise TypeError(
            f"The table's keys are {inner.name}, so keys must be alike, not {dtype.name}."
        )
    return dtype


class IdTableWithHashBuckets(_BucketTable):
    """A table of ids, with buckets for the words that it does not have.

    A word of the table has its id there; any other one the size of the table and more.

    Args:
      table: a table from strings or int64 to int64; None for buckets alone.
      num_oov_buckets: how many buckets there are.
      hasher_spec: how words are put in them.
      name: a name for its name scopes.
      key_dtype: the dtype of keys: an integer one for a table of int64, else string.

    Raises:
      TypeError: if a dtype does not fit, or `hasher_spec` is none.
      ValueError: if there are neither a table nor buckets.
    """

    def __init__(
        self,
        table: Any,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: DType | None = None,
    ) -> None:
        if table is None and num_oov_buckets <= 0:
            raise ValueError(
                f"Without a table, oov_buckets must be positive, but is {num_oov_buckets}."
            )
        super().__init__(table, num_oov_buckets, key_dtype, name)
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"hasher_spec must be a HasherSpec, but is {hasher_spec!r}.")
        self._hasher_spec = hasher_spec

    @property
    def init(self) -> Node:
        """The operation that fills the table."""
        return self.initializer

    def _bucket_function(self) -> Any:
        functions = {
            "fasthash": string_to_hash_bucket_fast,
            "legacy": string_to_hash_bucket,
            "stronghash": partial(string_to_hash_bucket_strong, key=self._hasher_spec.key),
        }
        if self._hasher_spec.hasher not in functions:
            raise ValueError(
                f"There is no hash {self._hasher_spec.hasher!r}; there are {sorted(functions)}."
            )
        return functions[self._hasher_spec.hasher]


class StaticVocabularyTable(_BucketTable):
    """A vocabulary's ids, with buckets for the words that it does not have.

        init = tf.lookup.TextFileInitializer(
            "words.txt", tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
            tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER,
        )
        table = tf.lookup.StaticVocabularyTable(init, num_oov_buckets=5)

    Args:
      initializer: what fills it, from strings or int64 to int64; None for buckets alone.
      num_oov_buckets: how many buckets there are.
      lookup_key_dtype: the dtype of keys: an integer one for a table of int64, else string.
      name: a name for its name scopes.

    Raises:
      TypeError: if a dtype does not fit.
      ValueError: if there are no buckets.
    """

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: DType | None = None,
        name: str | None = None,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError(f"oov_buckets must be positive, but is {num_oov_buckets}.")
        if initializer is None:
            lookup_key_dtype = dtypes.string
        else:
            _checked_dtype(initializer.key_dtype, lookup_key_dtype)
        table = None if initializer is None else StaticHashTable(initializer, -1)
        super().__init__(table, num_oov_buckets, lookup_key_dtype, name)
