"""Random tensors: each run draws new numbers, the same ones in each session if a seed is set.

The numbers are TensorFlow's: the same program with the same seeds gives the same ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    float16,
    float32,
    float64,
    int32,
    int64,
)
from penstock.core.shapes import dimension_value
from penstock.functions.random_seed import get_seed
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "categorical",
    "multinomial",
    "random_gamma",
    "random_normal",
    "random_poisson",
    "random_uniform",
    "scaled",
    "seeds_of",
    "shape_tensor",
    "truncated_normal",
    "uniform_bounds",
]

_UNIFORM = (float16, bfloat16, float32, float64, int32, int64)


def seeds_of(seed: int | None) -> dict[str, int]:
    """Give the seed attrs of an op made here with the seed `seed`."""
    first, second = get_seed(seed)
    return {"seed": first or 0, "seed2": second or 0}


def shape_tensor(shape: Any) -> Tensor:
    """Turn a `shape` argument into a tensor, an int32 one if it is an empty list."""
    if not isinstance(shape, (tuple, list)):
        return convert_to_tensor(shape, name="shape")
    sizes = [dimension_value(size) for size in shape]
    return convert_to_tensor(sizes, None if sizes else int32, name="shape")


def uniform_bounds(dtype: DType, maxval: Any) -> Any:
    """Check the arguments of a uniform distribution; give the upper bound, 1 by default.

    Raises:
      ValueError: if the dtype is none to draw, or an integer without upper bound.
    """
    if dtype not in _UNIFORM:
        names = ", ".join(each.name for each in _UNIFORM)
        raise ValueError(f"Uniform numbers can be of the dtypes {names}, but not {dtype.name}.")
    if maxval is None and dtype.is_integer:
        raise ValueError(f"Uniform integers ({dtype.name}) need a maxval, the first beyond them.")
    return 1 if maxval is None else maxval


def scaled(numbers: Tensor, scale: Tensor, offset: Tensor, scope: str) -> Tensor:
    """Build numbers * scale + offset."""
    return raw.Add(raw.Mul(numbers, scale, name="mul"), offset, name=scope)


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draw numbers evenly from [minval, maxval).

    Args:
      shape: the shape, as a list or an integer tensor.
      minval: the least number; a scalar of `dtype`.
      maxval: the upper bound, itself not drawn; 1 by default, but integers need one.
      dtype: float16, bfloat16, float32, float64, int32 or int64.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.

    Returns:
      A tensor of `shape` and `dtype`.

    Raises:
      ValueError: if there is no such dtype to draw, or no `maxval` for integers.
    """
    dtype = as_dtype(dtype)
    maxval = uniform_bounds(dtype, maxval)
    with name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
        sizes = shape_tensor(shape)
        low = convert_to_tensor(minval, dtype, name="min")
        high = convert_to_tensor(maxval, dtype, name="max")
        seeds = seeds_of(seed)
        if dtype.is_integer:
            return raw.RandomUniformInt(sizes, low, high, **seeds, name=scope)
        numbers = raw.RandomUniform(sizes, dtype=dtype, **seeds)
        return scaled(numbers, raw.Sub(high, low, name="sub"), low, scope)


def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draw numbers from a normal distribution.

    Args:
      shape: the shape, as a list or an integer tensor.
      mean: the mean; a scalar, or what broadcasts with `shape`.
      stddev: the standard deviation; likewise.
      dtype: float16, bfloat16, float32 or float64.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.

    Returns:
      A tensor of `shape` and `dtype`.
    """
    with name_scope(name, "random_normal", [shape, mean, stddev]) as scope:
        return _normal("RandomStandardNormal", shape, mean, stddev, dtype, seed, scope)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draw numbers from a normal distribution, but none more than two deviations from the mean.

    Args: as those of `tf.random_normal`; mean and deviation are those before the tails are cut.

    Returns:
      A tensor of `shape` and `dtype`.
    """
    with name_scope(name, "truncated_normal", [shape, mean, stddev]) as scope:
        return _normal("TruncatedNormal", shape, mean, stddev, dtype, seed, scope)


def _normal(
    op: str, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: int | None, scope: str
) -> Tensor:
    dtype = as_dtype(dtype)
    sizes = shape_tensor(shape)
    middle = convert_to_tensor(mean, dtype, name="mean")
    spread = convert_to_tensor(stddev, dtype, name="stddev")
    numbers = getattr(raw, op)(sizes, dtype=dtype, **seeds_of(seed))
    return scaled(numbers, spread, middle, scope)


def multinomial(
    logits: Any,
    num_samples: Any,
    seed: int | None = None,
    name: str | None = None,
    output_dtype: Any = None,
) -> Tensor:
    """Draw categories; `tf.random.categorical` by its old name.

    Args:
      logits: tensor [batch, classes], the logarithms of the odds of each class, up to a constant.
      num_samples: how many to draw for each row.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.
      output_dtype: int32 or int64, the default.

    Returns:
      A tensor [batch, num_samples] of class numbers.
    """
    with name_scope(name, "multinomial", [logits]):
        return _multinomial(logits, num_samples, seed, output_dtype)


def categorical(
    logits: Any,
    num_samples: Any,
    dtype: Any = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draw categories.

    Args:
      logits: tensor [batch, classes], the logarithms of the odds of each class, up to a constant.
      num_samples: how many to draw for each row.
      dtype: int32 or int64, the default.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.

    Returns:
      A tensor [batch, num_samples] of class numbers.
    """
    with name_scope(name, "categorical", [logits]):
        return _multinomial(logits, num_samples, seed, dtype)


def _multinomial(logits: Any, num_samples: Any, seed: int | None, dtype: Any) -> Tensor:
    odds = convert_to_tensor(logits, name="logits")
    kind = int64 if dtype is None else as_dtype(dtype)
    return raw.Multinomial(odds, num_samples, **seeds_of(seed), output_dtype=kind)


def random_gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draw numbers from gamma distributions; gradients reach `alpha` and `beta`.

    Args:
      shape: the shape of the samples for each pair of parameters.
      alpha: the shape parameters.
      beta: the inverse scale parameters, 1 by default; they broadcast with `alpha`.
      dtype: of the parameters and the result: float16, float32 or float64.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.

    Returns:
      A tensor of shape ``shape + (alpha + beta).shape``. Where a number would be 0 by rounding,
      it is the smallest positive one of `dtype` instead.
    """
    dtype = as_dtype(dtype)
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        sizes = convert_to_tensor(shape, int32, name="shape")
        form = convert_to_tensor(alpha, dtype, name="alpha")
        rate = convert_to_tensor(1 if beta is None else beta, dtype, name="beta")
        form = raw.AddV2(form, composed.zeros_like(rate), name="add")
        numbers = raw.RandomGamma(sizes, form, **seeds_of(seed))
        smallest = np.finfo(dtype.as_numpy_dtype).tiny
        return raw.Maximum(smallest, raw.RealDiv(numbers, rate, name="truediv"))


def random_poisson(
    lam: Any,
    shape: Any,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draw numbers from Poisson distributions.

    Args:
      lam: the expected numbers.
      shape: the shape of the samples for each of them.
      dtype: float16, float32, float64, int32 or int64.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.

    Returns:
      A tensor of shape ``shape + lam.shape`` and `dtype`.
    """
    with name_scope(name, "random_poisson", [lam, shape]):
        sizes = convert_to_tensor(shape, int32, name="shape")
        return raw.RandomPoissonV2(sizes, lam, **seeds_of(seed), dtype=as_dtype(dtype))
