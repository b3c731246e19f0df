"""Look-up tables of vocabularies, ready made: `index_table_from_file` and its kin."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.functions.arrays import size
from penstock.functions.math_casts import cast
from penstock.functions.math_sequences import range as range_of
from penstock.functions.static_tables import StaticHashTable
from penstock.functions.table_initializers import (
    KeyValueTensorInitializer,
    TextFileIdTableInitializer,
    TextFileIndex,
    TextFileStringTableInitializer,
)
from penstock.functions.vocabulary_tables import (
    FastHashSpec,
    HasherSpec,
    IdTableWithHashBuckets,
)
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope

__all__ = [
    "index_table_from_file",
    "index_table_from_tensor",
    "index_to_string_table_from_file",
    "index_to_string_table_from_tensor",
]


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: DType = dtypes.string,
    name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER,
    delimiter: str = "\t",
) -> Any:
    """Make a table from the words of a file, one in each line, to their numbers.

        table = tf.contrib.lookup.index_table_from_file("words.txt", num_oov_buckets=1)
        ids = table.lookup(tf.constant(["emerson", "lake"]))
        sess.run(tf.tables_initializer())

    Args:
      vocabulary_file: the file's path, or a string tensor.
      num_oov_buckets: how many ids, after those of the words, other words are given by a hash.
      vocab_size: how many lines to take; all if None.
      default_value: the id of other words if there are no such buckets.
      hasher_spec: the hash.
      key_dtype: the dtype of words: string or integer.
      name: name scope of what is built.
      key_column_index, value_column_index, delimiter: as for `TextFileInitializer`.

    Returns:
      The table.

    Raises:
      ValueError: if there is no path, or a number is not allowed.
      TypeError: if words are neither strings nor integers.
    """
    _check_file(vocabulary_file, vocab_size)
    _check_vocabulary(num_oov_buckets, key_dtype)
    with name_scope(name, "string_to_index"):
        with name_scope(None, "hash_table"):
            initializer = TextFileIdTableInitializer(
                vocabulary_file,
                key_column_index,
                value_column_index,
                vocab_size,
                delimiter,
                "table_init",
                dtypes.int64 if key_dtype.is_integer else key_dtype,
            )
            table = StaticHashTable(initializer, default_value)
        return _with_buckets(table, num_oov_buckets, hasher_spec, key_dtype)


def index_table_from_tensor(
    vocabulary_list: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: DType = dtypes.string,
    name: str | None = None,
) -> Any:
    """Make a table from the words of a vector to their places in it.

    Args:
      vocabulary_list: the words.
      num_oov_buckets, default_value, hasher_spec: as for `index_table_from_file`.
      dtype: the dtype of words: string or integer.
      name: name scope of what is built.

    Returns:
      The table.

    Raises:
      ValueError: if there are no words, or a number is not allowed.
      TypeError: if words are neither strings nor integers.
    """
    if vocabulary_list is None:
        raise ValueError("vocabulary_list must be the words of the vocabulary, but is None.")
    _check_vocabulary(num_oov_buckets, dtype)
    with name_scope(name, "string_to_index"):
        keys = convert_to_tensor(vocabulary_list)
        if keys.dtype.is_integer != dtype.is_integer or (
            not dtype.is_integer and keys.dtype.base_dtype is not dtype
        ):
            raise ValueError(
                f"The words are to be {dtype.name}, but they are {keys.dtype.name}. Give the "
                "same dtype for both."
            )
        values = cast(range_of(size(keys)), dtypes.int64)
        with name_scope(None, "hash_table"):
            keys = cast(keys, dtypes.int64) if keys.dtype.is_integer else keys
            initializer = KeyValueTensorInitializer(
                keys, values, keys.dtype.base_dtype, dtypes.int64, name="table_init"
            )
            table = StaticHashTable(initializer, default_value)
        return _with_buckets(table, num_oov_buckets, hasher_spec, dtype)


def _check_file(vocabulary_file: Any, vocab_size: int | None) -> None:
    if vocabulary_file is None or (
        isinstance(vocabulary_file, (str, bytes)) and not vocabulary_file
    ):
        raise ValueError(
            f"vocabulary_file must be specified and must not be empty; got {vocabulary_file!r}."
        )
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(
            f"vocab_size must be greater than 0, got {vocab_size}. vocabulary_file: "
            f"{vocabulary_file}"
        )


def _check_vocabulary(num_oov_buckets: int, dtype: DType) -> None:
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if not dtype.is_integer and as_dtype(dtype).base_dtype is not dtypes.string:
        raise TypeError(f"Only integer and string keys are supported, not {dtype.name}.")


def _with_buckets(table: Any, count: int, hasher_spec: HasherSpec, key_dtype: DType) -> Any:
    if not count:
        return table
    return IdTableWithHashBuckets(table, count, hasher_spec, key_dtype=key_dtype)


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: str = "UNK",
    name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE,
    delimiter: str = "\t",
) -> StaticHashTable:
    """Make a table from the numbers of a file's lines to the words in them.

    Args:
      vocabulary_file: the file's path, or a string tensor.
      vocab_size: how many lines to take; all if None.
      default_value: the word of other numbers.
      name: name scope of what is built.
      key_column_index, value_column_index, delimiter: as for `TextFileInitializer`.

    Raises:
      ValueError: if there is no path, or `vocab_size` is not positive.
    """
    _check_file(vocabulary_file, vocab_size)
    with name_scope(name, "index_to_string"):
        initializer = TextFileStringTableInitializer(
            vocabulary_file,
            key_column_index,
            value_column_index,
            vocab_size,
            delimiter,
            "table_init",
        )
        return StaticHashTable(initializer, default_value)


def index_to_string_table_from_tensor(
    vocabulary_list: Any, default_value: str = "UNK", name: str | None = None
) -> StaticHashTable:
    """Make a table from places in a vector to the words there.

    Args:
      vocabulary_list: the words.
      default_value: the word of other numbers.
      name: name scope of what is built.

    Raises:
      ValueError: if there are no words.
    """
    if vocabulary_list is None:
        raise ValueError("vocabulary_list must be the words of the vocabulary, but is None.")
    with name_scope(name, "index_to_string"):
        words = convert_to_tensor(vocabulary_list, dtypes.string)
        keys = cast(range_of(size(words)), dtypes.int64)
        initializer = KeyValueTensorInitializer(
            keys, words, dtypes.int64, dtypes.string, name="table_init"
        )
        return StaticHashTable(initializer, default_value)
