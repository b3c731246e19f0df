"""The look-up tables that a session holds: values by keys.

A table's keys are strings or numbers, or rows of numbers; its values are scalars, or vectors of one
length. Keys and values come and go as arrays; inside, a key is a Python value, a row of numbers a
tuple of such.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.errors import (
    AbortedError,
    FailedPreconditionError,
    InvalidArgumentError,
    UnimplementedError,
)
from penstock.core.held import Held

__all__ = ["MutableTable", "StaticTable", "Table"]


class Table(Held):
    """What all tables have in common.

    Args:
      name: what messages call it.
      key_dtype: the dtype of its keys.
      value_dtype: the dtype of its values.
      value_shape: the shape of each value.
      key_shape: the shape of each key.
    """

    def __init__(
        self,
        name: str,
        key_dtype: DType,
        value_dtype: DType,
        value_shape: tuple[int, ...] = (),
        key_shape: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.key_dtype = key_dtype
        self.value_dtype = value_dtype
        self.value_shape = value_shape
        self.key_shape = key_shape
        self._lock = threading.Lock()
        self._entries: dict[Any, Any] = {}

    def close(self) -> None:
        """Nothing waits for a table."""

    def check_dtypes(self, keys: DType, values: DType | None = None) -> None:
        """Check that keys and values of these dtypes are this table's.

        Raises:
          InvalidArgumentError: if not.
        """
        if keys is not self.key_dtype or values not in (None, self.value_dtype):
            came = keys.name if values is None else f"{keys.name} to {values.name}"
            raise InvalidArgumentError(
                None,
                None,
                f"The table {self.name!r} goes from {self.key_dtype.name} to "
                f"{self.value_dtype.name}, but what is asked of it goes from {came}. Cast the keys "
                "and values, or make the table with other dtypes.",
            )

    def find(self, keys: np.ndarray, default: np.ndarray) -> np.ndarray:
        """Give the values of keys.

        Args:
          keys: keys in any number of axes.
          default: the value of keys that are not there.

        Raises:
          InvalidArgumentError: if `default` has not the shape of a value.
          FailedPreconditionError: if the table has not been filled yet.
        """
        if default.shape != self.value_shape:
            raise InvalidArgumentError(
                None,
                None,
                f"The default value must have the shape of the values of {self.name!r}, "
                f"{self.value_shape}, but has {default.shape}.",
            )
        shape = keys.shape[: keys.ndim - len(self.key_shape)]
        get = self._filled().get
        fallback = default if self.value_shape else default.item()
        found = [get(key, fallback) for key in self._listed(keys)]
        return self._array(found).reshape(*shape, *self.value_shape)

    def _filled(self) -> dict[Any, Any]:
        return self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def export(self) -> tuple[np.ndarray, np.ndarray]:
        """Give all keys, and their values in the same order."""
        with self._lock:
            keys, values = list(self._entries), list(self._entries.values())
        return self._key_array(keys), self._array(values)

    def fill(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Put in all that the table is to hold, in place of what it holds."""
        raise NotImplementedError

    def insert(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Put keys in, or give those that are there other values."""
        raise NotImplementedError

    def remove(self, keys: np.ndarray) -> None:
        """Take keys out, those that are there."""
        raise NotImplementedError

    def _listed(self, keys: np.ndarray) -> list[Any]:
        if not self.key_shape:
            return keys.ravel().tolist()
        if keys.shape[keys.ndim - len(self.key_shape) :] != self.key_shape:
            raise InvalidArgumentError(
                None,
                None,
                f"The keys of {self.name!r} have shape {self.key_shape} each, but come with shape "
                f"{keys.shape}.",
            )
        return list(map(tuple, keys.reshape(-1, *self.key_shape).tolist()))

    def _pairs(self, keys: np.ndarray, values: np.ndarray) -> list[tuple[Any, Any]]:
        listed = self._listed(keys)
        wanted = keys.shape[: keys.ndim - len(self.key_shape)] + self.value_shape
        if values.shape != wanted:
            raise InvalidArgumentError(
                None,
                None,
                f"The table {self.name!r} needs a value of shape {self.value_shape} for each key, "
                f"so values of shape {wanted}, but they have shape {values.shape}.",
            )
        if not self.value_shape:
            return list(zip(listed, values.ravel().tolist(), strict=True))
        rows = np.array(values).reshape(-1, *self.value_shape)
        return list(zip(listed, rows, strict=True))

    def _key_array(self, keys: Sequence[Any]) -> np.ndarray:
        made = np.empty((len(keys), *self.key_shape), self.key_dtype.as_numpy_dtype)
        if keys:
            made[:] = keys
        return made

    def _array(self, values: Sequence[Any]) -> np.ndarray:
        made = np.empty((len(values), *self.value_shape), self.value_dtype.as_numpy_dtype)
        if values:
            made[:] = values
        return made


class StaticTable(Table):
    """A table that is filled once, and does not change from then on."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._is_filled = False

    def _filled(self) -> dict[Any, Any]:
        if not self._is_filled:
            raise FailedPreconditionError(
                None,
                None,
                f"The table {self.name!r} must be filled before it is asked, but nothing did that "
                "in this session. Run tf.tables_initializer() first.",
            )
        return self._entries

    def export(self) -> tuple[np.ndarray, np.ndarray]:
        """Give all keys, and their values in the same order.

        Raises:
          AbortedError: if the table has not been filled yet.
        """
        if not self._is_filled:
            raise AbortedError(
                None,
                None,
                f"The table {self.name!r} is not filled yet, so nothing can be exported. Run "
                "tf.tables_initializer() first.",
            )
        return super().export()

    def fill(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Fill the table; a second time, only with as many keys, which changes nothing.

        Raises:
          FailedPreconditionError: if a key comes with two values, or the table was filled with
            another number of keys.
        """
        self.fill_from(self._pairs(keys, values))

    def fill_from(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Fill the table from pairs of key and value; see `fill`."""
        made: dict[Any, Any] = {}
        for key, value in pairs:
            if made.setdefault(key, value) != value:
                raise FailedPreconditionError(
                    None,
                    None,
                    f"Each key of the table {self.name!r} must have one value, but {key!r} has "
                    f"{made[key]!r} and {value!r}. Take it out of the vocabulary once.",
                )
        with self._lock:
            if self._is_filled and len(made) != len(self._entries):
                raise FailedPreconditionError(
                    None,
                    None,
                    f"The table {self.name!r} is filled once, with {len(self._entries)} keys, but "
                    f"is to be filled with {len(made)} others. Use another shared_name, or a "
                    "table that can change.",
                )
            if not self._is_filled:
                self._entries, self._is_filled = made, True

    def insert(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Refuse: it does not change."""
        raise self._refusal("put in")

    def remove(self, keys: np.ndarray) -> None:
        """Refuse: it does not change."""
        raise self._refusal("taken out")

    def _refusal(self, what: str) -> UnimplementedError:
        return UnimplementedError(
            None,
            None,
            f"Nothing can be {what}: the table {self.name!r} is filled once. Use "
            "tf.contrib.lookup.MutableHashTable.",
        )


class MutableTable(Table):
    """A table whose entries come and go."""

    def fill(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Put in all that the table is to hold, in place of what it holds."""
        made = dict(self._pairs(keys, values))
        with self._lock:
            self._entries = made

    def insert(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Put keys in, or give those that are there other values."""
        pairs = self._pairs(keys, values)
        with self._lock:
            self._entries.update(pairs)

    def remove(self, keys: np.ndarray) -> None:
        """Take keys out, those that are there."""
        listed = self._listed(keys)
        with self._lock:
            for key in listed:
                self._entries.pop(key, None)
