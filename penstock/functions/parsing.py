"""`tf.parse_example` and its kin: features of serialized examples as tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from penstock.core.dtypes import as_dtype, float32, int64, string
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import reshape
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.sparse_tensor import SparseTensor

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "VarLenFeature",
    "parse_example",
    "parse_single_example",
]

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.\-/]")


class FixedLenFeature(NamedTuple):
    """A feature of a shape.

    Args:
      shape: its shape; all sizes known.
      dtype: int64, float32 or string.
      default_value: the value where it is missing; None if it must be there.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature of any number of elements of a shape, the shorter ones filled up.

    Args:
      shape: the shape of an element.
      dtype: int64, float32 or string.
      allow_missing: must be true, but for sequence examples.
      default_value: what the shorter ones are filled up with; 0 or ``""`` if None.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature of any number of values, as a `SparseTensor`.

    Args:
      dtype: int64, float32 or string.
    """

    dtype: Any


class _Requests:
    """What features ask for, in the order of their names."""

    def __init__(self, features: Mapping[str, Any]) -> None:
        if not features:
            raise ValueError("Missing: features was {}: name one feature at least.")
        self.sparse = {
            key: _dtype(key, features[key])
            for key in sorted(features)
            if isinstance(features[key], VarLenFeature)
        }
        self.dense = {key: features[key] for key in sorted(features) if key not in self.sparse}
        for key, feature in self.dense.items():
            _check(key, feature)
        self.types = [_dtype(key, feature) for key, feature in self.dense.items()]
        self.shapes = [_shape(feature) for feature in self.dense.values()]

    def defaults(self) -> list[Any]:
        """Build the defaults of the dense ones."""
        rows = zip(self.dense.items(), self.types, self.shapes, strict=True)
        return [_default(key, feature, dtype, shape) for (key, feature), dtype, shape in rows]

    def found(self, outputs: Any) -> dict[str, Any]:
        """Give tensors by the features' names."""
        indices, values, shapes, dense = outputs
        made = {
            key: SparseTensor(*parts)
            for key, parts in zip(
                self.sparse, zip(indices, values, shapes, strict=True), strict=True
            )
        }
        return {**made, **dict(zip(self.dense, dense, strict=True))}


def _dtype(key: str, feature: Any) -> Any:
    dtype = None if feature.dtype is None else as_dtype(feature.dtype)
    if dtype not in (int64, float32, string):
        raise ValueError(
            f"The feature {key!r} must have the dtype int64, float32 or string, but has {dtype}."
        )
    return dtype


def _check(key: str, feature: Any) -> None:
    if isinstance(feature, FixedLenSequenceFeature):
        if not feature.allow_missing:
            raise ValueError(
                f"Unsupported: FixedLenSequenceFeature requires allow_missing to be True, but it "
                f"is not for {key!r}."
            )
    elif not isinstance(feature, FixedLenFeature):
        raise ValueError(
            f"The feature {key!r} must be a FixedLenFeature, a FixedLenSequenceFeature or a "
            f"VarLenFeature, but is {feature!r}."
        )
    if feature.shape is None or not TensorShape(feature.shape).is_fully_defined():
        raise ValueError(
            f"The feature {key!r} must have a shape whose sizes are all known, but has "
            f"{feature.shape}."
        )


def _shape(feature: Any) -> list[int | None]:
    sizes: list[int | None] = TensorShape(feature.shape).as_list()
    return [None, *sizes] if isinstance(feature, FixedLenSequenceFeature) else sizes


def _default(key: str, feature: Any, dtype: Any, shape: list[int | None]) -> Any:
    value = feature.default_value
    is_sequence = isinstance(feature, FixedLenSequenceFeature)
    if value is None:
        nothing: Any = [] if not is_sequence else "" if dtype is string else 0
        return convert_to_tensor(nothing, dtype)
    start = "padding" if is_sequence else "key"
    made = convert_to_tensor(value, dtype, f"{start}_{_NOT_IN_NAMES.sub('_', key)}")
    return reshape(made, [] if is_sequence else shape)


def parse_example(
    serialized: Any,
    features: Mapping[str, Any],
    name: str | None = None,
    example_names: Any = None,
) -> dict[str, Any]:
    """Take a batch of serialized examples apart.

    Args:
      serialized: a string tensor of rank 1: `tf.train.Example`s, serialized.
      features: a `FixedLenFeature`, `FixedLenSequenceFeature` or `VarLenFeature` by each name.
      name: the scope's name.
      example_names: strings that error messages call the examples.

    Returns:
      A tensor for each name, or a `SparseTensor`; the first axis numbers the examples.

    Raises:
      ValueError: if a feature is none of these.
    """
    requests = _Requests(features)
    with name_scope(name, "ParseExample", [serialized, example_names]):
        defaults = requests.defaults()
        outputs = raw.ParseExample(
            serialized,
            [] if example_names is None else example_names,
            list(requests.sparse),
            list(requests.dense),
            defaults,
            sparse_types=list(requests.sparse.values()),
            dense_shapes=requests.shapes,
            name=name,
        )
    return requests.found(outputs)


def parse_single_example(
    serialized: Any,
    features: Mapping[str, Any],
    name: str | None = None,
    example_names: Any = None,
) -> dict[str, Any]:
    """Take one serialized example apart; see `parse_example`.

    Args:
      serialized: a string scalar: a `tf.train.Example`, serialized.
      features: features by their names.
      name: the scope's name.
      example_names: taken for TensorFlow's sake.

    Returns:
      A tensor for each name, or a `SparseTensor`, without an axis for examples.

    Raises:
      ValueError: if a feature is of no known kind.
    """
    requests = _Requests(features)
    with name_scope(name, "ParseSingleExample", [serialized, example_names]):
        serialized = convert_to_tensor(serialized, string, "serialized")
        defaults = requests.defaults()
        outputs = raw.ParseSingleExample(
            serialized,
            defaults,
            num_sparse=len(requests.sparse),
            sparse_keys=list(requests.sparse),
            dense_keys=list(requests.dense),
            sparse_types=list(requests.sparse.values()),
            dense_shapes=requests.shapes,
            name=name,
        )
    return requests.found(outputs)
