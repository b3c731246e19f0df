"""Decay schedules that follow a cosine."""

from __future__ import annotations

import math
from typing import Any

from penstock.core.dtypes import DType
from penstock.functions.cond import cond
from penstock.functions.random import random_normal
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.train.decay import check_step

__all__ = [
    "cosine_decay",
    "cosine_decay_restarts",
    "linear_cosine_decay",
    "noisy_linear_cosine_decay",
]


def _half_wave(fraction: Tensor) -> Tensor:
    """Build 1 + cos(π fraction): from 2 at 0 to 0 at 1."""
    return 1.0 + raw.Cos(composed.constant(math.pi) * fraction)


def cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    alpha: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """Build a rate that falls along half a cosine in `decay_steps` steps.

    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.

    Args:
      learning_rate: the rate at step 0, a number or a tensor; so are the next two.
      global_step: the number of steps taken.
      decay_steps: the number of steps after which the rate falls no more.
      alpha: the rate it ends with, as a share of `learning_rate`.
      name: name scope of what is built.

    Returns:
      A scalar tensor of the dtype of `learning_rate`.

    Raises:
      ValueError: if there is no `global_step`.
    """
    check_step(global_step, "cosine_decay")
    with name_scope(name or "CosineDecay"):
        rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        steps = composed.cast(decay_steps, rate.dtype)
        step = raw.Minimum(composed.cast(global_step, rate.dtype), steps)
        wave = 0.5 * _half_wave(step / steps)
        return raw.Mul(rate, (1 - alpha) * wave + alpha)


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any = 2.0,
    m_mul: Any = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Tensor:
    """Build a rate that falls along half a cosine, starts again, and falls more slowly.

    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.

    Args:
      learning_rate: the rate at step 0, a number or a tensor; so are the next five.
      global_step: the number of steps taken.
      first_decay_steps: the number of steps of the first fall.
      t_mul: how many times as long as the one before each fall takes.
      m_mul: how many times as high as the one before each fall starts.
      alpha: the rate each fall ends with, as a share of `learning_rate`.
      name: name scope of what is built.

    Returns:
      A scalar tensor of the dtype of `learning_rate`.

    Raises:
      ValueError: if there is no `global_step`.
    """
    check_step(global_step, "cosine_decay_restarts")
    with name_scope(name or "SGDRDecay") as scope:
        rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        dtype = rate.dtype
        first = composed.cast(first_decay_steps, dtype)
        alpha = composed.cast(alpha, dtype)
        longer = composed.cast(t_mul, dtype)
        higher = composed.cast(m_mul, dtype)
        done = composed.cast(global_step, dtype) / first
        restarts, fraction = cond(
            raw.Equal(longer, 1.0),
            lambda: _since_restart(done),
            lambda: _since_longer_restart(done, longer),
        )
        wave = 0.5 * higher**restarts * _half_wave(fraction)
        return raw.Mul(rate, (1 - alpha) * wave + alpha, name=scope)


def _since_restart(done: Tensor) -> tuple[Tensor, Tensor]:
    """Build the number of restarts, and the fraction that is over of the fall since the last."""
    restarts = raw.Floor(done)
    return restarts, done - restarts


def _since_longer_restart(done: Tensor, longer: Tensor) -> tuple[Tensor, Tensor]:
    """Build the same where each fall takes `longer` times as long as the one before."""
    restarts = raw.Floor(raw.Log(1.0 - done * (1.0 - longer)) / raw.Log(longer))
    before = (1.0 - longer**restarts) / (1.0 - longer)
    return restarts, (done - before) / longer**restarts


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """Build a rate that falls along a line times a cosine.

    ``learning_rate * ((alpha + line) * wave + beta)``, where the line falls from 1 to 0 in
    `decay_steps` steps, and the wave between 1 and 0. Bello et al., "Neural Optimizer Search with
    Reinforcement Learning", ICML 2017.

    Args:
      learning_rate: the rate to scale, a number or a tensor; so are the next five.
      global_step: the number of steps taken.
      decay_steps: the number of steps after which the rate falls no more.
      num_periods: the number of waves within these.
      alpha: added to the line.
      beta: added to the whole.
      name: name scope of what is built.

    Returns:
      A scalar tensor of the dtype of `learning_rate`.

    Raises:
      ValueError: if there is no `global_step`.
    """
    check_step(global_step, "linear_cosine_decay")
    with name_scope(name or "LinearCosineDecay") as scope:
        rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        steps, periods, alpha, beta, step = _cast_all(
            rate.dtype, decay_steps, num_periods, alpha, beta, global_step
        )
        step = raw.Minimum(step, steps)
        line = (steps - step) / steps
        return _line_and_wave(rate, line, step / steps, periods, alpha, beta, scope)


def _cast_all(dtype: DType, *values: Any) -> list[Any]:
    return [composed.cast(value, dtype) for value in values]


def _line_and_wave(
    rate: Tensor, line: Tensor, done: Tensor, periods: Any, alpha: Any, beta: Any, scope: str
) -> Tensor:
    wave = 0.5 * _half_wave(2.0 * periods * done)
    return raw.Mul(rate, (alpha + line) * wave + beta, name=scope)


def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any = 1.0,
    variance_decay: Any = 0.55,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """Build the rate of `linear_cosine_decay`, with noise on its line.

    The noise has variance ``initial_variance / (1 + global_step) ** variance_decay``. Bello et
    al., "Neural Optimizer Search with Reinforcement Learning", ICML 2017.

    Args:
      learning_rate: the rate to scale, a number or a tensor; so are the next seven.
      global_step: the number of steps taken.
      decay_steps: the number of steps after which the rate falls no more.
      initial_variance: the variance at step 0.
      variance_decay: the power by which it falls.
      num_periods: the number of waves within `decay_steps`.
      alpha: added to the line.
      beta: added to the whole.
      name: name scope of what is built.

    Returns:
      A scalar tensor of the dtype of `learning_rate`.

    Raises:
      ValueError: if there is no `global_step`.
    """
    check_step(global_step, "noisy_linear_cosine_decay")
    with name_scope(name or "NoisyLinearCosineDecay") as scope:
        rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        steps, variance, power, periods, alpha, beta, step = _cast_all(
            rate.dtype,
            decay_steps, initial_variance, variance_decay, num_periods, alpha, beta, global_step,
        )  # fmt: skip
        step = raw.Minimum(step, steps)
        line = (steps - step) / steps
        deviation = raw.Sqrt(variance / raw.Pow(1.0 + step, power))
        noisy = line + random_normal(line.get_shape(), stddev=deviation, dtype=rate.dtype)
        return _line_and_wave(rate, noisy, step / steps, periods, alpha, beta, scope)
