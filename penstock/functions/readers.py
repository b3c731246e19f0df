"""Readers as objects: `tf.TextLineReader` and its kin."""

from __future__ import annotations

from typing import Any

from penstock.formats.record_files import TFRecordOptions
from penstock.functions.queues import QueueBase
from penstock.graph.build import raw
from penstock.graph.node import Node, Tensor

__all__ = [
    "FixedLengthRecordReader",
    "IdentityReader",
    "ReaderBase",
    "TFRecordReader",
    "TextLineReader",
    "WholeFileReader",
]


class ReaderBase:
    """What all readers have in common.

    A reader takes names of files from a queue and gives records, each with a key. It lives in the
    session that runs its operations.

        files = tf.train.string_input_producer(["a.csv", "b.csv"])
        key, line = tf.TextLineReader().read(files)

    Args:
      reader_ref: the handle.
      supports_serialize: whether its state can be written down.
    """

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False) -> None:
        self._reader_ref = reader_ref
        self._supports_serialize = supports_serialize

    @property
    def reader_ref(self) -> Tensor:
        """The handle, as other graph parts know the reader."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether `serialize_state` and `restore_state` can be run."""
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> Any:
        """Build tensors that give the next record, waiting for a file if there is none.

        Args:
          queue: a queue of strings, or its handle.
          name: the node's name.

        Returns:
          A named tuple of two scalar strings: `key` and `value`. A run fails with
          `OutOfRangeError` when the queue is closed and all files are read.
        """
        return raw.ReaderReadV2(self._reader_ref, _handle(queue), name=name)

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> Any:
        """Build tensors that give the next records: fewer than asked for at the end of a file.

        Args:
          queue: a queue of strings, or its handle.
          num_records: how many at most; an int64 scalar.
          name: the node's name.

        Returns:
          A named tuple of two string vectors: `keys` and `values`.
        """
        return raw.ReaderReadUpToV2(self._reader_ref, _handle(queue), num_records, name=name)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """Build an int64 scalar: how many records it has given.

        Args:
          name: the node's name.
        """
        return raw.ReaderNumRecordsProducedV2(  # type: ignore[no-any-return]
            self._reader_ref, name=name
        )

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """Build an int64 scalar: how many files it has read to their end.

        Args:
          name: the node's name.
        """
        return raw.ReaderNumWorkUnitsCompletedV2(  # type: ignore[no-any-return]
            self._reader_ref, name=name
        )

    def serialize_state(self, name: str | None = None) -> Tensor:
        """Build a scalar string: the state, for `restore_state`.

        Args:
          name: the node's name.
        """
        return raw.ReaderSerializeStateV2(  # type: ignore[no-any-return]
            self._reader_ref, name=name
        )

    def restore_state(self, state: Any, name: str | None = None) -> Node:
        """Build a node that gives the reader a state.

        Args:
          state: what `serialize_state` gave.
          name: the node's name.
        """
        return raw.ReaderRestoreStateV2(  # type: ignore[no-any-return]
            self._reader_ref, state, name=name
        )

    def reset(self, name: str | None = None) -> Node:
        """Build a node that lets the reader begin anew; the file that it reads is left.

        Args:
          name: the node's name.
        """
        return raw.ReaderResetV2(self._reader_ref, name=name)  # type: ignore[no-any-return]


def _handle(queue: Any) -> Any:
    return queue.queue_ref if isinstance(queue, QueueBase) else queue


class WholeFileReader(ReaderBase):
    """Gives each file as one record; the key is its name.

    Args:
      name: the node's name.
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(raw.WholeFileReaderV2(name=name), supports_serialize=True)


class IdentityReader(ReaderBase):
    """Gives the names of the files, as keys and as values.

    Args:
      name: the node's name.
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(raw.IdentityReaderV2(name=name), supports_serialize=True)


class TextLineReader(ReaderBase):
    """Gives the lines of text files; a key is the file's name, a colon and the line's number.

    Args:
      skip_header_lines: how many lines at the begin of each file are left out.
      name: the node's name.
    """

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(raw.TextLineReaderV2(skip_header_lines=skip_header_lines, name=name))


class FixedLengthRecordReader(ReaderBase):
    """Gives records of one length; a key is the file's name, a colon and the record's number.

    Args:
      record_bytes: the length of a record.
      header_bytes: how many bytes at the begin of each file are left out.
      footer_bytes: how many at its end.
      hop_bytes: from the begin of a record to that of the next; `record_bytes` if None or 0.
      name: the node's name.
      encoding: how files are compressed: ``"ZLIB"`` or ``"GZIP"``; None for not at all.
    """

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        handle = raw.FixedLengthRecordReaderV2(
            record_bytes=record_bytes,
            header_bytes=header_bytes,
            footer_bytes=footer_bytes,
            hop_bytes=hop_bytes,
            encoding=encoding,
            name=name,
        )
        super().__init__(handle)


class TFRecordReader(ReaderBase):
    """Gives the records of TFRecord files; a key is the file's name, a colon and the offset.

    Args:
      name: the node's name.
      options: a `tf.python_io.TFRecordOptions`: how files are compressed.
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        compression = TFRecordOptions.get_compression_type_string(options)
        super().__init__(raw.TFRecordReaderV2(compression_type=compression, name=name))
