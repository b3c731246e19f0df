"""Kernels that read records. The format of TFRecord files loads when the first one runs."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.ops.queue_objects import Queue
from penstock.ops.reader_objects import Reader
from penstock.ops.record_input import RecordStream

__all__ = ["KERNELS"]


def _records(path: str, compression: str) -> Iterator[bytes]:
    read: Iterator[bytes] = importlib.import_module("penstock.formats.records").read_records(
        path, compression
    )
    return read


def _read(xp: Any, reader_handle: Reader, queue_handle: Queue) -> tuple[Any, Any]:
    ((key, value),) = reader_handle.read(queue_handle, 1, _records)
    return np.array(key, object), np.array(value, object)


def _read_up_to(
    xp: Any, reader_handle: Reader, queue_handle: Queue, num_records: Any
) -> tuple[Any, Any]:
    if num_records <= 0:
        raise InvalidArgumentError(
            None, None, f"num_records must be positive, but is {num_records}."
        )
    records = reader_handle.read(queue_handle, int(num_records), _records)
    # Made of a list with another kind of item, lest NumPy looks into strings.
    columns = (np.array([*column, None], object)[:-1] for column in zip(*records, strict=True))
    keys, values = columns
    return keys, values


def _stream(xp: Any, held: RecordStream, *, batch_size: int) -> Any:
    return np.array([*held.take(batch_size, _records), None], object)[:-1]


KERNELS = {
    "RecordInput": _stream,
    "ReaderRead": _read,
    "ReaderReadV2": _read,
    "ReaderReadUpTo": _read_up_to,
    "ReaderReadUpToV2": _read_up_to,
}
