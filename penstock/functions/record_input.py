"""`RecordInput`: records of files in random order, without a queue."""

from __future__ import annotations

from typing import Any

from penstock.formats.record_files import TFRecordOptions
from penstock.functions.arrays import reshape
from penstock.functions.arrays_joining import split
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope

__all__ = ["RecordInput"]


class RecordInput:
    """Gives records of TFRecord files in random order, again and again.

    Args:
      file_pattern: of the files' paths, such as ``"data/train-*"``.
      batch_size: how many records a run gives, or one of its batches.
      buffer_size: how many records are mixed.
      parallelism: taken for TensorFlow's sake.
      shift_ratio: which part of the files, from 0 to 1, comes last in the first epoch, so that
        several readers of the same files begin at different ones.
      seed: a seed for the order.
      name: the node's name.
      batches: how many batches a run gives; None for one that is a vector.
      compression_type: a `TFRecordCompressionType`; None for none.
    """

    def __init__(
        self,
        file_pattern: str,
        batch_size: int = 1,
        buffer_size: int = 1,
        parallelism: int = 1,
        shift_ratio: float = 0,
        seed: int = 0,
        name: str | None = None,
        batches: int | None = None,
        compression_type: Any = None,
    ) -> None:
        self._batches = batches
        self._count = batch_size * (1 if batches is None else batches)
        self._name = name
        self._attrs = {
            "file_pattern": file_pattern,
            "file_buffer_size": buffer_size,
            "file_parallelism": parallelism,
            "file_shuffle_shift_ratio": float(shift_ratio),
            "file_random_seed": seed,
            "compression_type": TFRecordOptions.get_compression_type_string(compression_type),
        }

    def get_yield_op(self) -> Any:
        """Build what gives records.

        Returns:
          A string vector; with `batches` a list of lists of scalar strings, one for each batch.
        """
        records = raw.RecordInput(batch_size=self._count, name=self._name, **self._attrs)
        if self._batches is None:
            return records
        with name_scope(self._name):
            parts = [reshape(part, []) for part in split(records, self._count, 0)]
        return [parts[first :: self._batches] for first in range(self._batches)]
