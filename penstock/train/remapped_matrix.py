"""A matrix of a checkpoint, its rows and columns in the order of new vocabularies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from penstock.core.dtypes import as_dtype, float32, int64
from penstock.functions.arrays_joining import concat
from penstock.functions.math_sequences import range as range_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.node import Tensor

__all__ = ["RemappedMatrix", "Side"]


@dataclass(frozen=True)
class Side:
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


@dataclass(frozen=True)
class RemappedMatrix:
    """Where the matrix comes from, and what it gets for words that the checkpoint does not know.

    Attributes:
      path: the checkpoint's prefix.
      name: the matrix's name there.
      rows, columns: what is known of both.
      fill: gives values for what is new, by the shape.
      most_rows: taken for TensorFlow's sake.
    """

    path: str
    name: str
    rows: Side
    columns: Side
    fill: Callable[..., Tensor]
    most_rows: int

    def part(self, shape: Any, dtype: Any = float32, partition_info: Any = None) -> Tensor:
        """Build the matrix, or the rows of it that are one part of a variable.

        Args:
          shape: the part's shape.
          dtype: must be float32.
          partition_info: which part it is; None for all of it.

        Raises:
          TypeError: if it is to be of another dtype.
          ValueError: if the shape does not fit the vocabularies, or they are not given in pairs.
        """
        sizes = [int(size) for size in shape]
        first = 0 if partition_info is None else partition_info.single_offset(sizes)
        rows, columns = self.rows, self.columns
        width, height = columns.size + columns.buckets, rows.size + rows.buckets
        _check_part(sizes, as_dtype(dtype), first, width, height)
        if first > rows.size:
            return self.fill(sizes)
        buckets = min(sizes[0], max(0, first + sizes[0] - rows.size))
        return self._loaded(first, replace(rows, size=sizes[0] - buckets, buckets=buckets))

    def _loaded(self, first: int, rows: Side) -> Tensor:
        """Build the rows of a matrix from `first` on, as many as `rows` says."""
        columns = self.columns
        rows.check()
        columns.check()
        if not (rows.new_file or columns.new_file):
            raise ValueError(
                "Vocabularies of the rows or of the columns must be given. If neither has changed, "
                "use tf.train.init_from_checkpoint."
            )
        row_numbers, row_count = rows.remapping(first, rows.size)
        if row_numbers is None:
            row_numbers = range_of(first, first + rows.size, dtype=int64)
        column_numbers, column_count = columns.remapping(0, columns.size)
        if column_numbers is None:
            column_numbers = []
        values = self.fill([rows.size * columns.size - row_count * column_count, 1])
        loaded: Tensor = raw.LoadAndRemapMatrix(
            self.path,
            self.name,
            row_numbers,
            column_numbers,
            values,
            num_rows=rows.size,
            num_cols=columns.size,
            max_rows_in_memory=self.most_rows,
        )
        if rows.buckets:
            loaded = concat([loaded, convert_to_tensor(self.fill([rows.buckets, columns.size]))], 0)
        if columns.buckets:
            shape = [rows.size + rows.buckets, columns.buckets]
            loaded = concat([loaded, convert_to_tensor(self.fill(shape))], 1)
        return loaded


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
