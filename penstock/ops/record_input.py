"""RecordInput: records of TFRecord files in random order, again and again, without a queue."""

from __future__ import annotations

import glob
from collections.abc import Iterator

import numpy as np

from penstock.core.errors import NotFoundError
from penstock.core.held import Shared
from penstock.graph.node import Node
from penstock.graph.spec import OpSpec, attr
from penstock.ops.reader_objects import ReadRecords

__all__ = ["SPECS", "RecordStream"]


class RecordStream(Shared):
    """The records of the files that fit a pattern, mixed in a buffer, epoch after epoch.

    Args:
      name: what messages call it.
      pattern: of the files' paths.
      seed: of the order.
      shift: which part of the files, from 0 to 1, comes last in the first epoch.
      buffered: how many records the buffer has, to choose from.
      compression: how files are compressed: ``"ZLIB"``, ``"GZIP"``, or empty.
    """

    def __init__(
        self, name: str, pattern: str, seed: int, shift: float, buffered: int, compression: str
    ) -> None:
        super().__init__(name)
        self._pattern = pattern
        self._draw = np.random.default_rng(seed)
        self._shift = shift
        self._buffered = max(1, buffered)
        self._compression = compression
        self._buffer: list[bytes] = []
        self._records: Iterator[bytes] | None = None

    def take(self, count: int, read_records: ReadRecords) -> list[bytes]:
        """Give so many records.

        Args:
          count: how many.
          read_records: how TFRecord files are read.

        Raises:
          NotFoundError: if no file fits the pattern, or none has records.
        """
        with self.changed:
            if self._records is None:
                self._records = self._all(read_records)
            taken = []
            for _ in range(count):
                while len(self._buffer) < self._buffered:
                    self._buffer.append(next(self._records))
                place = int(self._draw.integers(len(self._buffer)))
                self._buffer[place], self._buffer[-1] = self._buffer[-1], self._buffer[place]
                taken.append(self._buffer.pop())
            return taken

    def _all(self, read_records: ReadRecords) -> Iterator[bytes]:
        shift = self._shift
        while True:
            files = sorted(glob.glob(self._pattern))
            self._draw.shuffle(files)
            first = int(shift * len(files))
            found = False
            for path in files[first:] + files[:first]:
                for record in read_records(path, self._compression):
                    found = True
                    yield record
            if not found:
                raise NotFoundError(
                    None, None, f"RecordInput {self.name!r} found no records: {len(files)} files "
                    f"fit {self._pattern!r}. Check file_pattern."
                )  # fmt: skip
            shift = 0.0


def _make(node: Node) -> RecordStream:
    attrs = node.attrs
    return RecordStream(
        node.name,
        attrs["file_pattern"],
        attrs["file_random_seed"],
        attrs["file_shuffle_shift_ratio"],
        attrs["file_buffer_size"],
        attrs["compression_type"],
    )


SPECS = (
    OpSpec(
        "RecordInput",
        outputs=["records: string"],
        attrs={
            "file_pattern": attr("string"),
            "file_random_seed": 301,
            "file_shuffle_shift_ratio": 0.0,
            "file_buffer_size": 10000,
            "file_parallelism": 16,
            "batch_size": 32,
            "compression_type": "",
        },
        doc="Records of the files that fit a pattern, in random order.",
        shape=lambda c: None,
        makes=_make,
        keeps=True,
        blocks=True,
        stateful=True,
    ),
)
