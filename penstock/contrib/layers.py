"""`tf.contrib.layers`, so far: its initializers of weights, and `recompute_grad`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from penstock.contrib.recomputing import recompute_grad
from penstock.core.dtypes import as_dtype, float32
from penstock.functions.random import random_uniform, truncated_normal

__all__ = [
    "recompute_grad",
    "variance_scaling_initializer",
    "xavier_initializer",
    "xavier_initializer_conv2d",
]


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = float32,
) -> Callable[..., Any]:
    """Give an initializer that draws weights so that a layer keeps the scale of its inputs.

    Args:
      factor: what the variance is multiplied by.
      mode: what it is divided by: the number of a unit's inputs (``"FAN_IN"``), of its outputs
        (``"FAN_OUT"``), or their mean (``"FAN_AVG"``).
      uniform: whether to draw from an interval, or else from a truncated normal distribution.
      seed: the seed.
      dtype: a floating type.

    Returns:
      A function of (shape, dtype, partition_info).

    Raises:
      TypeError: if `dtype` is another type, or `mode` is none of these.
    """
    if not as_dtype(dtype).is_floating:
        raise TypeError(f"Cannot create initializer for non-floating point type: {dtype}.")
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode!r} [FAN_IN, FAN_OUT, FAN_AVG].")

    def initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Any:
        if not as_dtype(dtype).is_floating:
            raise TypeError(f"Cannot create initializer for non-floating point type: {dtype}.")
        fan_in, fan_out = _fans([float(size) for size in shape])
        count = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / count)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        # Cutting off the tails takes variance away; 1.3 gives it back.
        deviation = math.sqrt(1.3 * factor / count)
        return truncated_normal(shape, 0.0, deviation, dtype, seed=seed)

    return initializer


def _fans(shape: list[float]) -> tuple[float, float]:
    if not shape:
        return 1.0, 1.0
    window = math.prod(shape[:-2])
    return window * (shape[-2] if len(shape) > 1 else shape[-1]), window * shape[-1]


def xavier_initializer(
    uniform: bool = True, seed: int | None = None, dtype: Any = float32
) -> Callable[..., Any]:
    """Give Glorot and Bengio's initializer (2010), which keeps the scale of gradients too.

    Args:
      uniform: whether to draw from an interval, or else from a truncated normal distribution.
      seed: the seed.
      dtype: a floating type.
    """
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer
