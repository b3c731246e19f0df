"""Feeds: which tensor each key means, and the array its value makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape, describe
from penstock.graph.graph import Graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.graph.tensor_values import tensor_value

__all__ = [
    "Feeder",
    "check_count",
    "check_feed_dict",
    "expand_feeds",
    "feed_tensors",
    "flat_values",
]


def feed_tensors(graph: Graph, key: Any) -> tuple[Tensor, ...]:
    """Give the tensors that a key of feed_dict stands for.

    Raises:
      TypeError: if it cannot be interpreted as a tensor.
      ValueError: if it is of another graph, or may not be fed.
    """
    if isinstance(key, SparseTensor):
        return (key.indices, key.values, key.dense_shape)
    if isinstance(key, IndexedSlices):
        parts = (key.values, key.indices)
        return parts if key.dense_shape is None else (*parts, key.dense_shape)
    try:
        tensor = graph.as_graph_element(key, allow_operation=False)
    except (TypeError, ValueError, KeyError) as error:
        raise TypeError(
            f"Cannot interpret feed_dict key as Tensor: {error.args[0]} A key is a tensor of the "
            "session's graph, or its name with the output's number, such as 'x:0'."
        ) from None
    if not graph.is_feedable(tensor):
        raise ValueError(
            f"Tensor {tensor.name!r}, made at {tensor.op.line}, may not be fed. Feed a placeholder "
            "instead."
        )
    if tensor.dtype.base_dtype is dtypes.resource:
        raise TypeError(
            f"Cannot interpret feed_dict key as Tensor: {tensor.name!r}, made at {tensor.op.line}, "
            "is the handle of a resource, which no value can stand for. Feed the variable, or "
            "what is read by the handle."
        )
    return (tensor,)


def check_feed_dict(feed_dict: Any) -> None:
    """Raise TypeError unless `feed_dict` is a mapping or None."""
    if feed_dict is not None and not isinstance(feed_dict, Mapping):
        raise TypeError(
            "feed_dict must be a dict of tensors and their values, such as {x: value}, not a "
            f"{type(feed_dict).__name__}."
        )


def flat_values(graph: Graph, keys: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """List the values of the tensors that keys stand for, given one for each key.

    Raises:
      TypeError, ValueError: as `expand_feeds`.
    """
    pairs = expand_feeds(graph, dict(zip(keys, values, strict=True)))
    return [value for _, value in pairs]


def check_count(keys: Sequence[Any], values: Sequence[Any]) -> None:
    """Raise InvalidArgumentError unless a callable got a value for each key of its feed_list."""
    if len(values) != len(keys):
        raise InvalidArgumentError(
            None, None, f"This callable must be given a value for each tensor of its feed_list, "
            f"{len(keys)}, but was given {len(values)}. The feed_list is "
            f"{[getattr(key, 'name', key) for key in keys]}."
        )  # fmt: skip


def expand_feeds(graph: Graph, feed_dict: Mapping[Any, Any]) -> list[tuple[Tensor, Any]]:
    """List the tensors fed and their values, composite keys taken apart.

    Raises:
      TypeError, ValueError: as `feed_tensors`; ValueError also for a composite's value of the
        wrong number of parts.
    """
    check_feed_dict(feed_dict)
    pairs: list[tuple[Tensor, Any]] = []
    for key, value in feed_dict.items():
        if isinstance(key, tuple):
            pairs.extend(_nested(graph, key, value))
            continue
        tensors = feed_tensors(graph, key)
        if len(tensors) == 1:
            pairs.append((tensors[0], value))
            continue
        parts = list(value)
        if len(parts) < len(tensors):
            raise ValueError(
                f"The feed of {key!r} needs {len(tensors)} arrays, but {len(parts)} were given."
            )
        pairs.extend(zip(tensors, parts, strict=False))
    return pairs


def _nested(graph: Graph, key: Any, value: Any) -> list[tuple[Tensor, Any]]:
    if not isinstance(value, (list, tuple)) or len(value) != len(key):
        raise ValueError(f"The feed of {key!r} needs a tuple of {len(key)} values, got {value!r}.")
    return expand_feeds(graph, dict(zip(key, value, strict=True)))


class Feeder:
    """Makes the array that a run gets for a tensor of what the caller feeds.

    Args:
      tensor: the fed tensor.
    """

    __slots__ = ("_dtype", "_make", "_rank", "_shape", "tensor")

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor
        is_text = tensor.dtype.base_dtype is dtypes.string
        # No array of strings is taken as it is: its elements may be str, and have to be bytes.
        self._dtype = np.dtype(bytes if is_text else tensor.dtype.as_numpy_dtype)
        self._shape = tensor.static_shape
        self._make: Callable[[Any], Any] = _string_array if is_text else self._numeric

    def __call__(self, value: Any) -> Any:
        """Give `value` as an array of the tensor's dtype, without a copy where that is possible.

        Raises:
          TypeError: if it is a tensor, or cannot have the dtype.
          ValueError: if its shape does not fit, or it is ragged.
          OverflowError: if an integer needs more than 64 bits.
        """
        if type(value) is not np.ndarray or value.dtype != self._dtype:
            value = self._make(value)
        shape = self._shape
        if shape is not None and value.shape != shape and not _fits(value.shape, shape):
            tensor = self.tensor
            raise ValueError(
                f"Cannot feed value of shape {value.shape} for Tensor {tensor.name!r}, which has "
                f"shape {describe(shape)!r}. It was made at {tensor.op.line}. Feed an array of "
                "that shape, or give the placeholder a None where sizes vary."
            )
        return value

    def _numeric(self, value: Any) -> Any:
        if type(value) is float or type(value) is bool:
            return np.asarray(value, self._dtype)
        if hasattr(value, "value_index"):
            raise TypeError(
                f"The value of a feed cannot be a tf.Tensor object, but {self.tensor.name!r} is "
                f"fed {value!r}. Feed numbers, lists or NumPy arrays; sess.run(x) gives an array."
            )
        if getattr(value, "dtype", None) == self._dtype and hasattr(value, "addressable_shards"):
            return value
        try:
            array = np.asarray(value)
            if array.dtype == self._dtype:
                return array
            if array is not value and array.dtype.kind == "c" and self._dtype.kind != "c":
                raise TypeError("a complex number cannot become a real one")
            cast = array.astype(self._dtype)
            if isinstance(value, int) and cast != value:
                raise TypeError(f"{value} cannot be represented in it")
            return cast
        except (TypeError, ValueError, OverflowError, NotImplementedError) as error:
            kind = ValueError if isinstance(error, NotImplementedError) else type(error)
            raise kind(
                f"Cannot feed {_short(value)} of type {type(value).__name__} for Tensor "
                f"{self.tensor.name!r}, which holds {self.tensor.dtype.name} and was made at "
                f"{self.tensor.op.line}: {error}. Feed numbers, or an array of that dtype."
            ) from None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def _fits(shape: tuple[int, ...], declared: Shape) -> bool:
    assert declared is not None
    return len(shape) == len(declared) and all(
        known is None or known == size for size, known in zip(shape, declared, strict=True)
    )


def _string_array(value: Any) -> Any:
    return tensor_value(value, dtypes.string)
