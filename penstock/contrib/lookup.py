"""`tf.contrib.lookup`: look-up tables, and vocabularies ready made."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType, string
from penstock.core.surface import lacking as _lacking
from penstock.functions import vocabularies as _vocabularies
from penstock.functions.mutable_tables import (
    DenseHashTable as MutableDenseHashTable,
    MutableHashTable,
)
from penstock.functions.static_tables import HashTable, StaticHashTable
from penstock.functions.table_base import (
    InitializableLookupTableBase,
    InitializableLookupTableBaseV1,
    LookupInterface,
)
from penstock.functions.table_initializers import (
    KeyValueTensorInitializer,
    TableInitializerBase,
    TextFileIdTableInitializer,
    TextFileIndex,
    TextFileInitializer,
    TextFileStringTableInitializer,
)
from penstock.functions.vocabularies import (
    index_table_from_file,
    index_to_string_table_from_file,
)
from penstock.functions.vocabulary_tables import (
    FastHashSpec,
    HasherSpec,
    IdTableWithHashBuckets,
    StrongHashSpec,
)
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = [
    "FastHashSpec",
    "HashTable",
    "HasherSpec",
    "IdTableWithHashBuckets",
    "InitializableLookupTableBase",
    "InitializableLookupTableBaseV1",
    "KeyValueTensorInitializer",
    "LookupInterface",
    "MutableDenseHashTable",
    "MutableHashTable",
    "StrongHashSpec",
    "TableInitializerBase",
    "TextFileIdTableInitializer",
    "TextFileIndex",
    "TextFileInitializer",
    "TextFileStringTableInitializer",
    "index_table_from_file",
    "index_table_from_tensor",
    "index_to_string",
    "index_to_string_table_from_file",
    "index_to_string_table_from_tensor",
    "string_to_index",
    "string_to_index_table_from_file",
    "string_to_index_table_from_tensor",
]


def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: DType = string,
    name: str | None = None,
) -> Any:
    """Make a table from the words of a vector to their places in it.

        table = tf.contrib.lookup.index_table_from_tensor(["a", "b"], num_oov_buckets=1)
        ids = table.lookup(tf.constant(["b", "z"]))  # 1, 2
        sess.run(tf.tables_initializer())

    Args:
      mapping: the words.
      num_oov_buckets: how many ids, after those of the words, other words are given by a hash.
      default_value: the id of other words if there are no such buckets.
      hasher_spec: the hash.
      dtype: the dtype of words: string or integer.
      name: name scope of what is built.

    Returns:
      The table.

    Raises:
      ValueError: if there are no words, or a number is not allowed.
      TypeError: if words are neither strings nor integers.
    """
    return _vocabularies.index_table_from_tensor(
        mapping, num_oov_buckets, default_value, hasher_spec, dtype, name
    )


def index_to_string_table_from_tensor(
    mapping: Any, default_value: str = "UNK", name: str | None = None
) -> StaticHashTable:
    """Make a table from places in a vector to the words there.

    Args:
      mapping: the words.
      default_value: the word of other numbers.
      name: name scope of what is built.

    Raises:
      ValueError: if there are no words.
    """
    return _vocabularies.index_to_string_table_from_tensor(mapping, default_value, name)


def string_to_index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    name: str | None = None,
) -> Any:
    """Make a table from words to numbers: the older name of `index_table_from_file`."""
    return index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, name=name
    )


def string_to_index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    name: str | None = None,
) -> Any:
    """Make a table from words to numbers: the older name of `index_table_from_tensor`."""
    with name_scope(name, "string_to_index") as scope:
        words = convert_to_tensor(mapping)
    return index_table_from_tensor(words, num_oov_buckets, default_value, hasher_spec, name=scope)


def string_to_index(
    tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None
) -> Tensor:
    """Build the numbers of words, by a table made for that; see `index_table_from_tensor`."""
    table = index_table_from_tensor(mapping, default_value=default_value, name=name)
    ids: Tensor = table.lookup(tensor)
    return ids


def index_to_string(
    tensor: Any, mapping: Any, default_value: str = "UNK", name: str | None = None
) -> Tensor:
    """Build the words of numbers, by a table made for that."""
    table = index_to_string_table_from_tensor(mapping, default_value, name)
    words: Tensor = table.lookup(tensor)
    return words


__getattr__ = _lacking(__name__, __all__)
