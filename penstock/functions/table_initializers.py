"""What fills look-up tables: tensors, or text files."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.functions.init_scope import init_scope
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.constant_value import constant_value
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = [
    "KeyValueTensorInitializer",
    "TableInitializerBase",
    "TextFileIdTableInitializer",
    "TextFileIndex",
    "TextFileInitializer",
    "TextFileStringTableInitializer",
    "in_branch",
]


def in_branch() -> bool:
    """Tell whether what is built now belongs to a branch, or to a loop's body."""
    return isinstance(default_graph(), FunctionGraph)


def _outside() -> AbstractContextManager[None]:
    return init_scope() if in_branch() else nullcontext()


class TableInitializerBase:
    """What fills a table; subclasses build the node that does.

    Args:
      key_dtype: the dtype of keys.
      value_dtype: the dtype of values.
    """

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

    @abstractmethod
    def initialize(self, table: Any) -> Node:
        """Build the node that fills a table."""

    @property
    def _shared_name(self) -> str:
        return ""

    def _check(self, table: Any) -> None:
        for what in ("key_dtype", "value_dtype"):
            ours, theirs = getattr(self, what), getattr(table, what)
            if ours.base_dtype is not theirs:
                raise TypeError(
                    f"A table's {what} must be its initializer's, {ours.name}, but is "
                    f"{theirs.name}."
                )


class KeyValueTensorInitializer(TableInitializerBase):
    """Fills a table with the elements of two tensors.

    Args:
      keys: a vector of keys.
      values: a vector of their values.
      key_dtype, value_dtype: their dtypes, where they are no tensors yet.
      name: name scope of the node that fills the table.
    """

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        with _outside():
            self._keys = convert_to_tensor(keys, key_dtype, "keys")
            self._values = convert_to_tensor(values, value_dtype, "values")
        self._name = "key_value_init" if name is None else name
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table: Any) -> Node:
        """Build the node that fills a table, and add it to the graph's `TABLE_INITIALIZERS`.

        Raises:
          TypeError: if the table has other dtypes.
        """
        self._check(table)
        with name_scope(self._name, values=[table.resource_handle, self._keys, self._values]):
            node: Node = raw.LookupTableImportV2(table.resource_handle, self._keys, self._values)
        default_graph().add_to_collection(GraphKeys.TABLE_INITIALIZERS, node)
        return node


class TextFileIndex:
    """What stands for a column's number where a key or value is no column of a file."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TextFileInitializer(TableInitializerBase):
    """Fills a table from a text file with an entry in each line.

    The path is put in the graph's `ASSET_FILEPATHS`, so a SavedModel takes the file along.

    Args:
      filename: the file's path, or a string tensor.
      key_dtype: the dtype of keys.
      key_index: the number of the column with the keys; or `TextFileIndex.WHOLE_LINE`, or
        `TextFileIndex.LINE_NUMBER`, which counts from 0 in int64.
      value_dtype, value_index: the same for the values.
      vocab_size: how many lines to take; all if None.
      delimiter: the character between columns.
      name: name scope of the node that fills the table.

    Raises:
      ValueError: if a number is not allowed, or a dtype does not fit.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
    ) -> None:
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError(f"A table that is filled from a file needs its path; got {filename!r}")
        super().__init__(key_dtype, value_dtype)
        for what, index, dtype in (
            ("key", key_index, self._key_dtype),
            ("value", value_index, self._value_dtype),
        ):
            _check_column(what, index, dtype)
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"vocab_size must be positive, but is {vocab_size}.")
        self._given = filename
        self._columns = key_index, value_index
        self._vocab_size = vocab_size
        self._delimiter = delimiter
        self._name = name
        with init_scope(), default_graph().device("CPU"):
            self._filename = convert_to_tensor(filename, dtypes.string, "asset_path")

    def initialize(self, table: Any) -> Node:
        """Build the node that fills a table, and add it to the graph's `TABLE_INITIALIZERS`.

        Raises:
          TypeError: if the table has other dtypes.
        """
        self._check(table)
        with name_scope(self._name, "text_file_init", [table.resource_handle]):
            node: Node = raw.InitializeTableFromTextFileV2(
                table.resource_handle,
                self._filename,
                key_index=self._columns[0],
                value_index=self._columns[1],
                vocab_size=-1 if self._vocab_size is None else self._vocab_size,
                delimiter=self._delimiter,
            )
        default_graph().add_to_collection(GraphKeys.TABLE_INITIALIZERS, node)
        if constant_value(self._filename) is not None:
            default_graph().add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)
        return node

    @property
    def _shared_name(self) -> str:
        key, value = self._columns
        size = f"_{self._vocab_size}" if self._vocab_size else ""
        return f"hash_table_{self._given}{size}_{key}_{value}"


def _check_column(what: str, index: int, dtype: DType) -> None:
    whole = (dtypes.string,) if what == "value" else (dtypes.string, dtypes.int32, dtypes.int64)
    must = ""
    if index < -2:
        must = f"{what}_index must be -2 at least, but is {index}"
    elif index == TextFileIndex.LINE_NUMBER and dtype is not dtypes.int64:
        must = f"{what}s that are line numbers must be int64, not {dtype.name}"
    elif index == TextFileIndex.WHOLE_LINE and not (
        dtype in whole or (what == "key" and dtype.is_integer)
    ):
        must = (
            f"{what}s that are whole lines must be {' or '.join(one.name for one in whole)}, not "
            f"{dtype.name}"
        )
    if must:
        raise ValueError(f"For a table from a file, {must}.")


class TextFileStringTableInitializer(TextFileInitializer):
    """Fills a table with strings by int64 numbers: the lines of a file by theirs.

    Args:
      filename, vocab_size, delimiter, name: as for `TextFileInitializer`.
      key_column_index: the column with the keys.
      value_column_index: the column with the values.
    """

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.LINE_NUMBER,
        value_column_index: int = TextFileIndex.WHOLE_LINE,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_string_table_init",
    ) -> None:
        super().__init__(
            filename,
            dtypes.int64,
            key_column_index,
            dtypes.string,
            value_column_index,
            vocab_size,
            delimiter,
            name,
        )


class TextFileIdTableInitializer(TextFileInitializer):
    """Fills a table with int64 numbers by strings: the numbers of a file's lines by these.

    Args:
      filename, vocab_size, delimiter, name: as for `TextFileInitializer`.
      key_column_index: the column with the keys.
      value_column_index: the column with the values.
      key_dtype: the dtype of keys.
    """

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.WHOLE_LINE,
        value_column_index: int = TextFileIndex.LINE_NUMBER,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_id_table_init",
        key_dtype: Any = dtypes.string,
    ) -> None:
        super().__init__(
            filename,
            key_dtype,
            key_column_index,
            dtypes.int64,
            value_column_index,
            vocab_size,
            delimiter,
            name,
        )
