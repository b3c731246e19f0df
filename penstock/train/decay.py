"""Decay schedules: learning rates that fall with the number of steps taken.

Each is a tensor built from the step, so a session computes the rate anew at every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.dtypes import int32, int64
from penstock.functions.case import case
from penstock.functions.cond import cond
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "check_step",
    "exponential_decay",
    "inverse_time_decay",
    "natural_exp_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
]


def check_step(global_step: Any, function: str) -> None:
    """Ask for a step.

    Raises:
      ValueError: if it is None.
    """
    if global_step is None:
        raise ValueError(
            f"global_step is required for {function}: pass the variable that counts the steps, "
            "such as tf.train.get_or_create_global_step()."
        )


def _parts(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Build the rate, its factor, and the number of periods that are over, whole if `staircase`."""
    rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
    steps = composed.cast(decay_steps, rate.dtype)
    factor = composed.cast(decay_rate, rate.dtype)
    done = composed.cast(global_step, rate.dtype) / steps
    return rate, factor, raw.Floor(done) if staircase else done


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build ``learning_rate * decay_rate ** (global_step / decay_steps)``.

    Args:
      learning_rate: the rate at step 0, a number or a tensor; so are the next three.
      global_step: the number of steps taken.
      decay_steps: the number of steps in which the rate falls by the factor `decay_rate`.
      decay_rate: that factor.
      staircase: whether the rate falls at every `decay_steps` steps only.
      name: name scope of what is built.

    Returns:
      A scalar tensor of the dtype of `learning_rate`.

    Raises:
      ValueError: if there is no `global_step`.
    """
    check_step(global_step, "exponential_decay")
    with name_scope(name or "ExponentialDecay") as scope:
        rate, factor, done = _parts(learning_rate, global_step, decay_steps, decay_rate, staircase)
        return raw.Mul(rate, raw.Pow(factor, done), name=scope)


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build ``learning_rate * exp(-decay_rate * global_step / decay_steps)``.

    Args, returns and raises: as for `exponential_decay`.
    """
    factor = raw.Exp(raw.Neg(decay_rate))
    return exponential_decay(learning_rate, global_step, decay_steps, factor, staircase, name)


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build ``learning_rate / (1 + decay_rate * global_step / decay_steps)``.

    Args, returns and raises: as for `exponential_decay`.
    """
    check_step(global_step, "inverse_time_decay")
    with name_scope(name or "InverseTimeDecay") as scope:
        rate, factor, done = _parts(learning_rate, global_step, decay_steps, decay_rate, staircase)
        one = composed.cast(composed.constant(1), rate.dtype)
        return raw.RealDiv(rate, raw.Add(one, raw.Mul(factor, done)), name=scope)


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """Build a rate that falls from `learning_rate` to `end_learning_rate` in `decay_steps` steps.

    ``(learning_rate - end) * (1 - step / decay_steps) ** power + end``, with the step held at
    `decay_steps`.

    Args:
      learning_rate: the rate at step 0, a number or a tensor; so are the next four.
      global_step: the number of steps taken.
      decay_steps: the number of steps after which the rate falls no more.
      end_learning_rate: the rate it ends with.
      power: 1 for a line, 0.5 for a square root.
      cycle: whether `decay_steps` is instead raised to its next multiple that holds the step, so
        that the rate rises and falls again.
      name: name scope of what is built.

    Returns:
      A scalar tensor of the dtype of `learning_rate`.

    Raises:
      ValueError: if there is no `global_step`.
    """
    check_step(global_step, "polynomial_decay")
    with name_scope(name or "PolynomialDecay") as scope:
        rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        dtype = rate.dtype
        end = composed.cast(end_learning_rate, dtype)
        power = composed.cast(power, dtype)
        step = composed.cast(global_step, dtype)
        steps = composed.cast(decay_steps, dtype)
        if cycle:
            started = cond(raw.Equal(step, 0), lambda: 1.0, lambda: raw.Ceil(step / decay_steps))
            steps = raw.Mul(steps, started)
        else:
            step = raw.Minimum(step, decay_steps)
        done = step / steps
        return raw.Add(raw.Mul(rate - end, raw.Pow(1 - done, power)), end, name=scope)


def piecewise_constant(
    x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None
) -> Tensor:
    """Build a value that depends on the interval that `x` lies in.

        rate = tf.train.piecewise_constant(step, [10000, 20000], [0.1, 0.01, 0.001])

    Args:
      x: a scalar, mostly the number of steps taken.
      boundaries: the intervals' last points, increasing, of the dtype of `x`.
      values: a value for each interval, one more than there are boundaries, all of one dtype.
      name: name scope of what is built.

    Returns:
      ``values[0]`` where ``x <= boundaries[0]``, ``values[-1]`` where ``x > boundaries[-1]``.

    Raises:
      ValueError: if dtypes, or the numbers of boundaries and values, do not fit.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError(
            f"piecewise_constant needs one value more than boundaries, but got {len(values)} "
            f"values and {len(boundaries)} boundaries."
        )
    limits = [convert_to_tensor(boundary) for boundary in boundaries]
    choices = [convert_to_tensor(value) for value in values]
    point = convert_to_tensor(x)
    limits = [_like(limit, point) for limit in limits]
    _check_one_dtype(choices)
    with name_scope(name or "PiecewiseConstant"):
        pairs: list[tuple[Any, Any]] = [
            (point <= limits[0], lambda: choices[0]),
            (point > limits[-1], lambda: choices[-1]),
        ]
        for low, high, choice in zip(limits[:-1], limits[1:], choices[1:-1], strict=True):
            inside = (point > low) & (point <= high)
            pairs.append((inside, lambda choice=choice: choice))
        return case(pairs, default=lambda: choices[0], exclusive=True)


piecewise_constant_decay = piecewise_constant


def _like(limit: Tensor, point: Tensor) -> Tensor:
    """Bring a boundary to the dtype of x, where nothing can be lost by it."""
    has, wanted = limit.dtype.base_dtype, point.dtype.base_dtype
    if has is wanted:
        return limit
    if (has, wanted) == (int32, int64):
        return composed.cast(limit, wanted)
    raise ValueError(
        f"The boundaries must have the dtype of x, {wanted.name}, but one has {has.name}. "
        "Write them in that dtype."
    )


def _check_one_dtype(choices: list[Tensor]) -> None:
    names = {choice.dtype.base_dtype.name for choice in choices}
    if len(names) > 1:
        raise ValueError(f"The values must have one dtype, but have {sorted(names)}.")
