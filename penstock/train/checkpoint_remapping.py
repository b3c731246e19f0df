"""Let matrices begin with rows and columns of a checkpoint's, where a vocabulary has changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from penstock.core.dtypes import as_dtype, float32, int64
from penstock.functions.arrays_joining import concat
from penstock.functions.initializers import truncated_normal_initializer, zeros_initializer
from penstock.functions.math_sequences import range as range_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.node import Tensor

__all__ = [
    "load_and_remap_matrix_initializer",
    "load_embedding_initializer",
    "load_linear_multiclass_bias_initializer",
    "load_variable_slot_initializer",
]

_Initializer = Callable[..., Tensor]


@dataclass(frozen=True)
class _Side:
    """What is known of the rows, or of the columns.

    Attributes:
      size: how many there are in the new matrix, buckets aside.
      old_file, new_file: the vocabularies; None if nothing has changed.
      old_size: how many lines of the old one count; -1 for all.
      buckets: how many there are besides, for words outside of the vocabulary.
    """

    what: str
    size: int
    old_file: str | None
    new_file: str | None
    old_size: int
    buckets: int

    def check(self) -> None:
        """Check that it has both vocabularies or none, and buckets from 0.

        Raises:
          ValueError: if not.
        """
        if self.buckets < 0:
            raise ValueError(
                f"num_{self.what}_oov_buckets must be 0 at least, but is {self.buckets}."
            )
        if bool(self.old_file) != bool(self.new_file):
            raise ValueError(
                f"old_{self.what}_vocab_file and new_{self.what}_vocab_file must both be given, or "
                f"neither, but they are {self.old_file!r} and {self.new_file!r}."
            )

    def remapping(self, first: int, count: int) -> tuple[Any, Any]:
        """Build the old numbers of new ones, -1 where there is none, and how many there are."""
        if not self.new_file:
            return None, count
        numbers, present = raw.GenerateVocabRemapping(
            self.new_file,
            self.old_file,
            new_vocab_offset=first,
            num_new_vocab=count,
            old_vocab_size=self.old_size,
        )
        return numbers, present


def _loaded(
    path: str, name: str, first: int, rows: _Side, columns: _Side, initializer: _Initializer,
    most_rows: int,
) -> Tensor:  # fmt: skip
    """Build the rows of a matrix from `first` on, as many as `rows` says."""
    rows.check()
    columns.check()
    if not (rows.new_file or columns.new_file):
        raise ValueError(
            "Vocabularies of the rows or of the columns must be given. If neither has changed, use "
            "tf.train.init_from_checkpoint."
        )
    row_numbers, row_count = rows.remapping(first, rows.size)
    if row_numbers is None:
        row_numbers = range_of(first, first + rows.size, dtype=int64)
    column_numbers, column_count = columns.remapping(0, columns.size)
    if column_numbers is None:
        column_numbers = []
    values = initializer([rows.size * columns.size - row_count * column_count, 1])
    loaded = raw.LoadAndRemapMatrix(
        path,
        name,
        row_numbers,
        column_numbers,
        values,
        num_rows=rows.size,
        num_cols=columns.size,
        max_rows_in_memory=most_rows,
    )
    if rows.buckets:
        loaded = concat([loaded, convert_to_tensor(initializer([rows.buckets, columns.size]))], 0)
    if columns.buckets:
        shape = [rows.size + rows.buckets, columns.buckets]
        loaded = concat([loaded, convert_to_tensor(initializer(shape))], 1)
    return loaded


def load_and_remap_matrix_initializer(
    ckpt_path: str,
    old_tensor_name: str,
    new_row_vocab_size: int,
    new_col_vocab_size: int,
    old_row_vocab_size: int = -1,
    old_row_vocab_file: str | None = None,
    new_row_vocab_file: str | None = None,
    old_col_vocab_file: str | None = None,
    new_col_vocab_file: str | None = None,
    num_row_oov_buckets: int = 0,
    num_col_oov_buckets: int = 0,
    initializer: Any = None,
    max_rows_in_memory: int = -1,
) -> _Initializer:
    """Make an initializer that takes over what a checkpoint's matrix has for a new vocabulary.

    A vocabulary is a file with a word in each line; row i of the matrix belongs to line i. A row
    whose word is in the old vocabulary, too, is read; others are what `initializer` gives.

    Args:
      ckpt_path: the checkpoint's prefix.
      old_tensor_name: the matrix's name there, float32.
      new_row_vocab_size: how many rows belong to words.
      new_col_vocab_size: how many columns do.
      old_row_vocab_size: how many lines of the old vocabulary count; -1 for all.
      old_row_vocab_file, new_row_vocab_file: vocabularies of the rows; None if they are the same.
      old_col_vocab_file, new_col_vocab_file: vocabularies of the columns.
      num_row_oov_buckets: how many rows there are besides, at the end.
      num_col_oov_buckets: how many columns.
      initializer: gives values for what is new; zeros if None.
      max_rows_in_memory: taken for TensorFlow's sake.

    Returns:
      An initializer for `tf.get_variable`, of partitioned variables too.

    Raises:
      TypeError: if `initializer` cannot be called.
    """
    fill = zeros_initializer() if initializer is None else initializer
    if not callable(fill):
        raise TypeError(
            f"initializer must be callable, but {fill!r} is of type {type(fill).__name__}."
        )
    rows = _Side(
        "row", new_row_vocab_size, old_row_vocab_file, new_row_vocab_file, old_row_vocab_size,
        num_row_oov_buckets,
    )  # fmt: skip
    columns = _Side(
        "col", new_col_vocab_size, old_col_vocab_file, new_col_vocab_file, -1, num_col_oov_buckets
    )

    def made(shape: Any, dtype: Any = float32, partition_info: Any = None) -> Tensor:
        shape = [int(size) for size in shape]
        first = 0 if partition_info is None else partition_info.single_offset(shape)
        width, height = columns.size + columns.buckets, rows.size + rows.buckets
        _check_part(shape, as_dtype(dtype), first, width, height)
        if first > rows.size:
            only: Tensor = fill(shape)
            return only
        buckets = min(shape[0], max(0, first + shape[0] - rows.size))
        part = replace(rows, size=shape[0] - buckets, buckets=buckets)
        return _loaded(ckpt_path, old_tensor_name, first, part, columns, fill, max_rows_in_memory)

    return made


def _check_part(shape: list[int], dtype: Any, first: int, width: int, height: int) -> None:
    if dtype is not float32:
        raise TypeError(f"Only float32 matrices can be remapped, but dtype is {dtype.name}.")
    if len(shape) != 2 or shape[0] <= 0:
        raise ValueError(f"A matrix with rows is remapped, but the variable's shape is {shape}.")
    if shape[1] != width:
        raise ValueError(
            f"The variable must have new_col_vocab_size + num_col_oov_buckets = {width} columns, "
            f"but its shape is {shape}."
        )
    if first + shape[0] > height:
        raise ValueError(
            f"The variable must have new_row_vocab_size + num_row_oov_buckets = {height} rows at "
            f"most, but row {first} and {shape[0]} from there on are to be initialized."
        )


def load_embedding_initializer(
    ckpt_path: str,
    embedding_tensor_name: str,
    new_vocab_size: int,
    embedding_dim: int,
    old_vocab_file: str,
    new_vocab_file: str,
    old_vocab_size: int = -1,
    num_oov_buckets: int = 0,
    initializer: Any = None,
    max_rows_in_memory: int = -1,
) -> _Initializer:
    """Make an initializer that takes over the embeddings that a checkpoint has for a vocabulary.

    Args:
      ckpt_path: the checkpoint's prefix.
      embedding_tensor_name: the name there of a float32 matrix with a row for each word.
      new_vocab_size: how many words there are.
      embedding_dim: the length of a row.
      old_vocab_file, new_vocab_file: the vocabularies.
      old_vocab_size: how many lines of the old one count; -1 for all.
      num_oov_buckets: how many rows there are besides, at the end.
      initializer: gives values for what is new; by default, normal ones with a standard deviation
        of one over the root of `embedding_dim`.
      max_rows_in_memory: taken for TensorFlow's sake.
    """
    if initializer is None:
        initializer = truncated_normal_initializer(stddev=1.0 / math.sqrt(embedding_dim))
    return load_and_remap_matrix_initializer(
        ckpt_path,
        embedding_tensor_name,
        new_vocab_size,
        embedding_dim,
        old_vocab_size,
        old_vocab_file,
        new_vocab_file,
        num_row_oov_buckets=num_oov_buckets,
        initializer=initializer,
        max_rows_in_memory=max_rows_in_memory,
    )


def load_linear_multiclass_bias_initializer(
    ckpt_path: str,
    bias_tensor_name: str,
    new_class_vocab_size: int,
    old_class_vocab_file: str,
    new_class_vocab_file: str,
    num_class_oov_buckets: int = 0,
    initializer: Any = None,
    max_rows_in_memory: int = -1,
) -> _Initializer:
    """Make an initializer for biases of classes, a matrix of one column, whose classes changed.

    Args: see `load_embedding_initializer`; `initializer` is zeros by default.
    """
    return load_and_remap_matrix_initializer(
        ckpt_path,
        bias_tensor_name,
        new_class_vocab_size,
        1,
        old_row_vocab_file=old_class_vocab_file,
        new_row_vocab_file=new_class_vocab_file,
        num_row_oov_buckets=num_class_oov_buckets,
        initializer=initializer,
        max_rows_in_memory=max_rows_in_memory,
    )


def load_variable_slot_initializer(
    ckpt_path: str,
    old_tensor_name: str,
    primary_partition_info: Any,
    new_row_vocab_size: int,
    new_col_vocab_size: int,
    old_row_vocab_file: str | None = None,
    new_row_vocab_file: str | None = None,
    old_col_vocab_file: str | None = None,
    new_col_vocab_file: str | None = None,
    num_row_oov_buckets: int = 0,
    num_col_oov_buckets: int = 0,
    initializer: Any = None,
    max_rows_in_memory: int = -1,
) -> _Initializer:
    """Make an initializer for an optimizer's slot of a variable that is remapped.

    Args: see `load_and_remap_matrix_initializer`; `primary_partition_info` says which part of the
      variable the slot belongs to.
    """
    make = load_and_remap_matrix_initializer(
        ckpt_path,
        old_tensor_name,
        new_row_vocab_size,
        new_col_vocab_size,
        -1,
        old_row_vocab_file,
        new_row_vocab_file,
        old_col_vocab_file,
        new_col_vocab_file,
        num_row_oov_buckets,
        num_col_oov_buckets,
        initializer,
        max_rows_in_memory,
    )
    return lambda shape, dtype=float32, partition_info=None: make(
        shape, dtype, primary_partition_info
    )
