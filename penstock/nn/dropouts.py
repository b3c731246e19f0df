"""Dropout: random elements set to 0, in training."""

from __future__ import annotations

import numbers
from typing import Any

from penstock.core.shapes import TensorShape, as_static
from penstock.functions.random import random_uniform
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["dropout"]


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Tensor:
    """Build `x` with random elements set to 0 and the others scaled up, so that the sum stays.

    Args:
      x: a tensor of floats.
      keep_prob: the probability to keep an element: the older way to give 1 - `rate`.
      noise_shape: the shape of the random decisions, which are broadcast to `x`: with sizes of 1
        along some axes, elements along these are kept or dropped together. An int tensor, or a
        list in which None stands for the size of `x`.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.
      rate: the probability to drop an element: a number, or a scalar tensor.

    Returns:
      A tensor of the shape of `x`; `x` itself if nothing is dropped.

    Raises:
      ValueError: if `x` is not of floats, if the rate is not in [0, 1), or if not exactly one of
        `rate` and `keep_prob` is given.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from
    overfitting", 2014.
    """
    if (rate is None) == (keep_prob is None):
        raise ValueError("dropout needs one of 'rate' and 'keep_prob', which is 1 - rate.")
    if rate is None:
        if isinstance(keep_prob, (str, bytes)):
            raise ValueError(f"keep_prob must be a number or a scalar tensor, not {keep_prob!r}.")
        rate = 1.0 - keep_prob
    with name_scope(name, "dropout", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise ValueError(
                f"dropout takes floats, since what is left is scaled, but {x.name!r} is "
                f"{x.dtype.name}. Convert it with tf.cast."
            )
        _check_rate(rate)
        if isinstance(rate, numbers.Real) and rate == 0:
            return x
        rate = convert_to_tensor(rate, dtype=x.dtype, name="rate")
        rate.shape.assert_has_rank(0)
        if constant_value(rate) == 0:
            return x
        return _dropped(x, rate, noise_shape, seed)


def _check_rate(rate: Any) -> None:
    if isinstance(rate, numbers.Real) and not 0 <= rate < 1:
        raise ValueError(
            f"The rate of dropout must be at least 0 and less than 1, but is {rate}. Note that "
            "rate is the probability to drop, keep_prob that to keep."
        )


def _dropped(x: Tensor, rate: Tensor, noise_shape: Any, seed: int | None) -> Tensor:
    noise = random_uniform(_noise_shape(x, noise_shape), seed=seed, dtype=x.dtype)
    scale = 1 / (1 - rate)
    kept = noise >= rate
    result = x * scale * raw.Cast(kept, DstT=x.dtype)
    result.set_shape(x.static_shape)
    return result


def _noise_shape(x: Tensor, noise_shape: Any) -> Any:
    """Give the shape of the random decisions, sizes left open taken from `x`."""
    if noise_shape is None:
        return composed.shape(x)
    try:
        sizes = as_static(noise_shape)
    except (TypeError, ValueError):
        return noise_shape
    own = x.static_shape
    if sizes is None or own is None or len(own) != len(sizes):
        return noise_shape
    return TensorShape(
        [mine if size is None else size for size, mine in zip(sizes, own, strict=True)]
    )
