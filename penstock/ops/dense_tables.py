"""Look-up tables in one array of buckets, which TensorFlow writes to checkpoints as such."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from penstock.core.dtypes import string
from penstock.core.errors import InvalidArgumentError
from penstock.core.fingerprints import combined, murmur
from penstock.ops.table_objects import MutableTable

__all__ = ["DenseTable"]

_WORD = (1 << 64) - 1


class DenseTable(MutableTable):
    """A table that TensorFlow keeps in one array of buckets, and writes to checkpoints as such.

    Args:
      *arguments: as for every table.
      empty_key: the key of a bucket that is free; no entry may have it.
      deleted_key: the key of a bucket whose entry was taken out; no entry may have it.
      buckets: how many buckets it has at first: a power of two.
      load: which part of them may be taken before their number is doubled.

    Raises:
      InvalidArgumentError: if one of these is not allowed.
    """

    def __init__(
        self, *arguments: Any, empty_key: Any, deleted_key: Any, buckets: int, load: float
    ) -> None:
        super().__init__(*arguments)
        (self._empty,) = self._listed(empty_key)
        self._reserved = {self._empty: "empty"}
        if deleted_key is not None:
            (deleted,) = self._listed(deleted_key)
            self._reserved[deleted] = "deleted"
        self._buckets, self._load = buckets, load
        must = None
        if len(self._reserved) == 1 and deleted_key is not None:
            must = f"empty_key and deleted_key must differ, but both are {self._empty!r}"
        elif buckets < 4 or buckets & (buckets - 1):
            must = f"initial_num_buckets must be a power of two and 4 at least, but is {buckets}"
        elif not 0.0 < load < 1.0:
            must = f"max_load_factor must be between 0 and 1, but is {load}"
        elif len(self.value_shape) > 1:
            must = f"values must be scalars or vectors, but have shape {self.value_shape}"
        if must:
            raise InvalidArgumentError(None, None, f"Of the table {self.name!r}, {must}.")

    def insert(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Put keys in, or give those that are there other values."""
        pairs = self._pairs(keys, values)
        self._check([key for key, _ in pairs])
        with self._lock:
            while len(self._entries) + len(pairs) > self._buckets * self._load:
                self._buckets *= 2
            self._entries.update(pairs)

    def find(self, keys: np.ndarray, default: np.ndarray) -> np.ndarray:
        """Give the values of keys; see `Table.find`."""
        self._check(self._listed(keys))
        return super().find(keys, default)

    def remove(self, keys: np.ndarray) -> None:
        """Take keys out, those that are there."""
        self._check(self._listed(keys))
        super().remove(keys)

    def _check(self, keys: Iterable[Any]) -> None:
        for key in keys:
            if key in self._reserved:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"The key {key!r} stands for buckets of {self.name!r} that are "
                    f"{self._reserved[key]}, so it cannot be an entry's. Make the table with "
                    f"another {self._reserved[key]}_key.",
                )

    def fill(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Take over buckets, as `export` gives them."""
        if not self.key_shape and keys.ndim == 2 and keys.shape[1] == 1:
            keys = keys[:, 0]
        if not self.value_shape and values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        pairs = self._pairs(keys, values)
        with self._lock:
            self._entries = {key: value for key, value in pairs if key not in self._reserved}
            self._buckets = 1 << max(2, (len(pairs) - 1).bit_length())

    def export(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the keys and the values of all buckets, in the places where TensorFlow looks.

        Both are matrices, also where keys or values are scalars.
        """
        with self._lock:
            entries, count = dict(self._entries), self._buckets
        keys: list[Any] = [self._empty] * count
        values = np.zeros((count, *self.value_shape), self.value_dtype.as_numpy_dtype)
        if self.value_dtype is string:
            values[:] = b""
        for key, value in entries.items():
            place, probes = self._hash(key) % count, 0
            while keys[place] != self._empty:
                probes += 1
                place = (place + probes) % count
            keys[place] = key
            values[place] = value
        return self._key_array(keys).reshape(count, -1), values.reshape(count, -1)

    def _hash(self, key: Any) -> int:
        if isinstance(key, tuple):
            number = 0
            for part in key:
                number = combined(number, self._hash(part))
            return number
        return murmur(key) if isinstance(key, bytes) else int(key) & _WORD
