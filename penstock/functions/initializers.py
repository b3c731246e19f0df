"""Initializers: functions from a shape to the tensor a variable starts with.

Each is made with its settings, then called by `tf.get_variable` with the variable's shape and
dtype; for a part of a partitioned variable, also with what part of which whole it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import DType, as_dtype, float32
from penstock.functions.random import random_normal, random_uniform, truncated_normal
from penstock.graph import conversion
from penstock.graph.default import default_graph
from penstock.ops import composed

__all__ = [
    "Constant",
    "Initializer",
    "Ones",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "Zeros",
    "check_floating",
    "constant_initializer",
    "ones_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "truncated_normal_initializer",
    "zeros_initializer",
]


class Initializer:
    """What all initializers share: their settings as a dict, and back."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        """Build the initial value.

        Args:
          shape: list of sizes.
          dtype: the dtype; the initializer's own by default.
          partition_info: for a part of a larger variable, the whole's shape and the part's offset.
        """
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Give the settings, of plain types that JSON can hold."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Make an initializer of the settings that `get_config` gave."""
        return cls(**config)


def check_floating(dtype: Any) -> DType:
    """Give the `DType`.

    Raises:
      ValueError: if it is not a floating one.
    """
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"Expected floating point type, got {dtype!r}: it cannot hold the values.")
    return dtype


class Zeros(Initializer):
    """Zeros (for strings: empty ones)."""

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        return composed.zeros(shape, self.dtype if dtype is None else as_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}


class Ones(Initializer):
    """Ones."""

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        return composed.ones(shape, self.dtype if dtype is None else as_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}


class Constant(Initializer):
    """A constant value, or values.

    Args:
      value: a number, list or array; where it has fewer elements than the variable, the last one
        is repeated.
      dtype: the dtype unless the variable's is given.
      verify_shape: whether `value` must have the shape of the variable.

    Raises:
      TypeError: if `value` is none of these.
    """

    def __init__(self, value: Any = 0, dtype: Any = float32, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value: {type(value)}. A Python scalar, list or tuple "
                "of values, or NumPy array is needed."
            )
        self.value = value
        self.dtype = as_dtype(dtype)
        self._verify_shape = verify_shape

    def __call__(
        self,
        shape: Any,
        dtype: Any = None,
        partition_info: Any = None,
        verify_shape: bool | None = None,
    ) -> Any:
        return conversion.constant(
            default_graph(),
            self.value,
            self.dtype if dtype is None else as_dtype(dtype),
            shape,
            verify_shape=self._verify_shape if verify_shape is None else verify_shape,
        )

    def get_config(self) -> dict[str, Any]:
        # verify_shape is left out, as TensorFlow leaves it out.
        return {"value": self.value, "dtype": self.dtype.name}


class RandomUniform(Initializer):
    """Numbers from [minval, maxval), each as likely; maxval is 1 for floats unless given."""

    def __init__(
        self, minval: Any = 0, maxval: Any = None, seed: int | None = None, dtype: Any = float32
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else dtype
        return random_uniform(shape, self.minval, self.maxval, dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {
            "minval": self.minval,
            "maxval": self.maxval,
            "seed": self.seed,
            "dtype": self.dtype.name,
        }


class RandomNormal(Initializer):
    """Normally distributed numbers."""

    def __init__(
        self, mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = float32
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = check_floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else dtype
        return random_normal(shape, self.mean, self.stddev, dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {
            "mean": self.mean,
            "stddev": self.stddev,
            "seed": self.seed,
            "dtype": self.dtype.name,
        }


class TruncatedNormal(RandomNormal):
    """Normally distributed numbers; those beyond two standard deviations are drawn again."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else dtype
        return truncated_normal(shape, self.mean, self.stddev, dtype, seed=self.seed)


# The names that programs use.
zeros_initializer = Zeros
ones_initializer = Ones
constant_initializer = Constant
random_uniform_initializer = RandomUniform
random_normal_initializer = RandomNormal
truncated_normal_initializer = TruncatedNormal
