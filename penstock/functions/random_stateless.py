"""Random tensors that their seed alone determines: the same numbers at each run.

A seed is two integers. It may be a tensor, so a program can count its seeds itself.
"""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import as_dtype, float32, int64
from penstock.functions.random import scaled, shape_tensor, uniform_bounds
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = [
    "stateless_categorical",
    "stateless_multinomial",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
]


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    name: str | None = None,
) -> Tensor:
    """Draw numbers evenly from [minval, maxval), as `seed` determines.

    Args:
      shape: the shape, as a list or an integer tensor.
      seed: two integers.
      minval: the least number; a scalar of `dtype`.
      maxval: the upper bound, itself not drawn; 1 by default, but integers need one.
      dtype: float16, bfloat16, float32, float64, int32 or int64.
      name: a name for what is built.

    Returns:
      A tensor of `shape` and `dtype`.

    Raises:
      ValueError: if there is no such dtype to draw, or no `maxval` for integers.
    """
    dtype = as_dtype(dtype)
    maxval = uniform_bounds(dtype, maxval)
    with name_scope(name, "stateless_random_uniform", [shape, seed, minval, maxval]) as scope:
        sizes = shape_tensor(shape)
        low = convert_to_tensor(minval, dtype, name="min")
        high = convert_to_tensor(maxval, dtype, name="max")
        if dtype.is_integer:
            return raw.StatelessRandomUniformInt(sizes, seed, low, high, name=scope)
        numbers = raw.StatelessRandomUniform(sizes, seed, dtype=dtype)
        return scaled(numbers, raw.Sub(high, low, name="sub"), low, scope)


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    name: str | None = None,
) -> Tensor:
    """Draw normal numbers, as `seed` determines.

    Args:
      shape: the shape, as a list or an integer tensor.
      seed: two integers.
      mean: the mean.
      stddev: the standard deviation.
      dtype: float16, bfloat16, float32 or float64.
      name: a name for what is built.

    Returns:
      A tensor of `shape` and `dtype`.
    """
    with name_scope(name, "stateless_random_normal", [shape, seed, mean, stddev]) as scope:
        return _normal("StatelessRandomNormal", shape, seed, mean, stddev, dtype, scope)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    name: str | None = None,
) -> Tensor:
    """Draw normal numbers within two deviations of the mean, as `seed` determines.

    Args: as those of `tf.random.stateless_normal`.

    Returns:
      A tensor of `shape` and `dtype`.
    """
    with name_scope(name, "stateless_truncated_normal", [shape, seed, mean, stddev]) as scope:
        return _normal("StatelessTruncatedNormal", shape, seed, mean, stddev, dtype, scope)


def _normal(
    op: str, shape: Any, seed: Any, mean: Any, stddev: Any, dtype: Any, scope: str
) -> Tensor:
    dtype = as_dtype(dtype)
    sizes = shape_tensor(shape)
    middle = convert_to_tensor(mean, dtype, name="mean")
    spread = convert_to_tensor(stddev, dtype, name="stddev")
    numbers = getattr(raw, op)(sizes, seed, dtype=dtype)
    return scaled(numbers, spread, middle, scope)


def stateless_multinomial(
    logits: Any, num_samples: Any, seed: Any, output_dtype: Any = int64, name: str | None = None
) -> Tensor:
    """Draw categories, as `seed` determines; `stateless_categorical` by its old name.

    Args:
      logits: tensor [batch, classes], the logarithms of the odds of each class, up to a constant.
      num_samples: how many to draw for each row.
      seed: two integers.
      output_dtype: int32 or int64.
      name: a name for what is built.

    Returns:
      A tensor [batch, num_samples] of class numbers.
    """
    with name_scope(name, "stateless_multinomial", [logits, seed]):
        return _multinomial(logits, num_samples, seed, output_dtype)


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = int64, name: str | None = None
) -> Tensor:
    """Draw categories, as `seed` determines.

    Args:
      logits: tensor [batch, classes], the logarithms of the odds of each class, up to a constant.
      num_samples: how many to draw for each row.
      seed: two integers.
      dtype: int32 or int64.
      name: a name for what is built.

    Returns:
      A tensor [batch, num_samples] of class numbers.
    """
    with name_scope(name, "stateless_categorical", [logits, seed]):
        return _multinomial(logits, num_samples, seed, dtype)


def _multinomial(logits: Any, num_samples: Any, seed: Any, dtype: Any) -> Tensor:
    odds = convert_to_tensor(logits, name="logits")
    return raw.StatelessMultinomial(odds, num_samples, seed, output_dtype=as_dtype(dtype))
