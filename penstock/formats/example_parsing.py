"""Examples as arrays: each feature by its name, as a sparse tensor or as one of a shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError
from penstock.formats.example_messages import Example

__all__ = ["DenseFeature", "SparseFeature", "parse_examples"]

_FIELDS = {"int64": "int64_list", "float32": "float_list", "string": "bytes_list"}
_NAMES = {"int64_list": "int64", "float_list": "float", "bytes_list": "string"}


class SparseFeature(NamedTuple):
    """A feature of any number of values: its key, and their dtype."""

    key: str
    dtype: DType


class DenseFeature(NamedTuple):
    """A feature of a shape.

    Attributes:
      key: its name.
      dtype: the dtype of its values.
      shape: its shape; a first size of None is as large as the longest of the batch needs.
      default: the values where it is missing; no elements if it must not be.
    """

    key: str
    dtype: DType
    shape: Sequence[int | None]
    default: np.ndarray


class _Reader:
    """The examples of a batch."""

    def __init__(self, serialized: Sequence[bytes], names: Sequence[bytes]) -> None:
        self._names = names
        self._features = [self._read(number, one) for number, one in enumerate(serialized)]

    def _read(self, number: int, content: bytes) -> Any:
        try:
            return Example.FromString(content).features.feature
        except DecodeError as error:
            raise InvalidArgumentError(
                None, None, f"Could not parse example input number {number} of {len(content)} "
                f"bytes{self._called(number)}: it is no serialized Example ({error}).",
            ) from None  # fmt: skip

    def _called(self, number: int) -> str:
        return f" (name: {self._names[number].decode(errors='replace')!r})" if self._names else ""

    def values(self, feature: SparseFeature | DenseFeature) -> list[Any]:
        """Give the values of a feature in each example; None where it is missing."""
        return [self._values(number, feature) for number in range(len(self._features))]

    def _values(self, number: int, feature: SparseFeature | DenseFeature) -> Any:
        features = self._features[number]
        kind = features[feature.key].WhichOneof("kind") if feature.key in features else None
        if kind is None:
            return None
        if kind != _FIELDS[feature.dtype.name]:
            raise self._wrong(
                number, feature, f"holds values of type {_NAMES[kind]}, but {feature.dtype.name} "
                "is expected",
            )  # fmt: skip
        dtype = feature.dtype.as_numpy_dtype
        return np.array(list(getattr(features[feature.key], kind).value), dtype)

    def _wrong(self, number: int, feature: Any, what: str) -> InvalidArgumentError:
        return InvalidArgumentError(
            None, None, f"Example {number}{self._called(number)}: the feature {feature.key!r} "
            f"{what}.",
        )  # fmt: skip

    def dense(self, feature: DenseFeature) -> np.ndarray:
        """Give a feature of a shape for all examples."""
        found = self.values(feature)
        if feature.shape and feature.shape[0] is None:
            return self._padded(feature, found)
        rows = [self._row(number, feature, one) for number, one in enumerate(found)]
        shape = [size or 0 for size in feature.shape]
        dtype = feature.dtype.as_numpy_dtype
        return np.array(rows, dtype).reshape(len(rows), *shape)

    def _row(self, number: int, feature: DenseFeature, values: Any) -> np.ndarray:
        count = math.prod(size or 0 for size in feature.shape)
        if values is None:
            if not feature.default.size:
                raise self._wrong(
                    number, feature, f"(data type {feature.dtype.name}) is required, but missing. "
                    "Give it a default_value",
                )  # fmt: skip
            return feature.default.reshape(-1)
        if len(values) != count:
            raise self._wrong(
                number, feature, f"has {len(values)} values, but its shape "
                f"{list(feature.shape)} takes {count}",
            )  # fmt: skip
        return np.asarray(values)

    def _padded(self, feature: DenseFeature, found: list[Any]) -> np.ndarray:
        """Give rows of equal length, the shorter filled up with the default."""
        element = [size or 0 for size in feature.shape[1:]]
        count = math.prod(element)
        for number, values in enumerate(found):
            if values is not None and (len(values) % count if count else len(values)):
                raise self._wrong(
                    number, feature, f"has {len(values)} values, which make no whole number of "
                    f"elements of shape {element}",
                )  # fmt: skip
        longest = max((len(values) for values in found if values is not None), default=0)
        dtype = feature.dtype.as_numpy_dtype
        filler = feature.default.reshape(-1)[0] if feature.default.size else dtype()
        made = np.full((len(found), longest), filler, dtype)
        for row, values in zip(made, found, strict=True):
            if values is not None:
                row[: len(values)] = values
        return made.reshape(len(found), longest // count if count else 0, *element)

    def sparse(self, feature: SparseFeature) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give indices, values and shape of a feature of any number of values."""
        found = [[] if values is None else values for values in self.values(feature)]
        places = [(row, at) for row, values in enumerate(found) for at in range(len(values))]
        values = np.array([one for values in found for one in values], feature.dtype.as_numpy_dtype)
        longest = max(map(len, found), default=0)
        return (
            np.array(places, np.int64).reshape(-1, 2),
            values,
            np.array([len(found), longest], np.int64),
        )


def parse_examples(
    serialized: Sequence[bytes],
    names: Sequence[bytes],
    sparse: Sequence[SparseFeature],
    dense: Sequence[DenseFeature],
) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Take examples apart.

    Args:
      serialized: the examples.
      names: what messages call them; empty for none.
      sparse: the features of any number of values.
      dense: those of a shape.

    Returns:
      Indices, values and shapes of the sparse ones, and the dense ones; each with a first axis for
      the examples.

    Raises:
      InvalidArgumentError: if an example is damaged, or lacks a feature, or has one of another
        dtype or number of values.
    """
    reader = _Reader(serialized, names)
    parts = [reader.sparse(feature) for feature in sparse]
    indices, values, shapes = ([part[i] for part in parts] for i in range(3))
    return indices, values, shapes, [reader.dense(feature) for feature in dense]
