"""TFRecord files as programs write and read them: `tf.python_io`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from penstock.formats.records import RecordWriter, read_records

__all__ = [
    "TFRecordCompressionType",
    "TFRecordOptions",
    "TFRecordWriter",
    "tf_record_iterator",
]


class TFRecordCompressionType:
    """How a file is compressed."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


_NAMES = {
    TFRecordCompressionType.NONE: "",
    TFRecordCompressionType.ZLIB: "ZLIB",
    TFRecordCompressionType.GZIP: "GZIP",
}


class TFRecordOptions:
    """How a TFRecord file is compressed.

    Args:
      compression_type: one of `TFRecordCompressionType`, or ``""``, ``"ZLIB"``, ``"GZIP"``; None
        for none.
      flush_mode: taken for TensorFlow's sake, as are the sizes of buffers.
      input_buffer_size: see `flush_mode`.
      output_buffer_size: see `flush_mode`.
      window_bits: zlib's window, as a power of two.
      compression_level: 0 (none) to 9 (most).
      compression_method: taken for TensorFlow's sake: there is only one.
      mem_level: how much memory zlib takes, 1 to 9.
      compression_strategy: zlib's strategy.

    Raises:
      ValueError: if there is no such compression.
    """

    compression_type_map = _NAMES

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """Give ``""``, ``"ZLIB"`` or ``"GZIP"`` for options, for one of these, or for a number.

        Raises:
          ValueError: if there is no such compression.
        """
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        if options is None:
            return ""
        name = _NAMES.get(options, options)
        if name not in _NAMES.values():
            raise ValueError(
                f'Not a valid compression_type: "{options}". It is "", "ZLIB" or "GZIP", or one '
                "of tf.python_io.TFRecordCompressionType."
            )
        return str(name)

    def _settings(self) -> dict[str, int]:
        names = ("window_bits", "compression_level", "mem_level", "compression_strategy")
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}


class TFRecordWriter:
    """Writes a TFRecord file.

        with tf.python_io.TFRecordWriter("data.tfrecord") as writer:
            writer.write(example.SerializeToString())

    Args:
      path: the file; what was in it is lost.
      options: a `TFRecordOptions`, or the name of a compression.

    Raises:
      NotFoundError: if the folder is missing.
    """

    def __init__(self, path: str, options: Any = None) -> None:
        compression = TFRecordOptions.get_compression_type_string(options)
        settings = options._settings() if isinstance(options, TFRecordOptions) else {}
        self._writer = RecordWriter(os.fspath(path), compression, settings)

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, record: bytes) -> None:
        """Write a record.

        Raises:
          TypeError: if it is no bytes.
          FailedPreconditionError: if the writer is closed.
        """
        self._writer.write(record)

    def flush(self) -> None:
        """Bring what is written to the file, where others can read it."""
        self._writer.flush()

    def close(self) -> None:
        """End the file."""
        self._writer.close()


def tf_record_iterator(path: str, options: Any = None) -> Iterator[bytes]:
    """Go through the records of a TFRecord file.

    Args:
      path: the file.
      options: a `TFRecordOptions`, or the name of a compression.

    Yields:
      Records.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if a record is damaged or cut off.
    """
    return read_records(os.fspath(path), TFRecordOptions.get_compression_type_string(options))
