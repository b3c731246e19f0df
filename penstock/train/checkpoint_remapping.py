"""Let matrices begin with rows and columns of a checkpoint's, where a vocabulary has changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from penstock.core.dtypes import float32
from penstock.functions.initializers import truncated_normal_initializer, zeros_initializer
from penstock.graph.node import Tensor
from penstock.train.remapped_matrix import RemappedMatrix, Side

__all__ = [
    "load_and_remap_matrix_initializer",
    "load_embedding_initializer",
    "load_linear_multiclass_bias_initializer",
    "load_variable_slot_initializer",
]

_Initializer = Callable[..., Tensor]


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
    rows = Side(
        "row", new_row_vocab_size, old_row_vocab_file, new_row_vocab_file, old_row_vocab_size,
        num_row_oov_buckets,
    )  # fmt: skip
    columns = Side(
        "col", new_col_vocab_size, old_col_vocab_file, new_col_vocab_file, -1, num_col_oov_buckets
    )

    return RemappedMatrix(ckpt_path, old_tensor_name, rows, columns, fill, max_rows_in_memory).part


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
