"""A cell for events at any time: each unit is open in a part of its own period."""

from __future__ import annotations

from typing import Any

from penstock.contrib.rnn.linear import Linear
from penstock.core.dtypes import float32
from penstock.functions.arrays import stop_gradient
from penstock.functions.arrays_indexing import where
from penstock.functions.arrays_joining import split
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant, RandomUniform
from penstock.functions.math import mod
from penstock.functions.math_casts import cast
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.random import random_uniform
from penstock.functions.variable_scope import variable_scope
from penstock.graph.build import raw
from penstock.nn.recurrent.cell import RNNCell
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.sizes import LSTMSizes

__all__ = ["PhasedLSTMCell"]


class PhasedLSTMCell(LSTMSizes, RNNCell):
    """An LSTM cell with a time gate. Its inputs are a pair: times [batch, 1] and values.

    Args:
      num_units: the number of outputs.
      use_peepholes: whether the gates see the memory.
      leak: how far a closed gate is open.
      ratio_on: the part of its period in which a unit is open, at first.
      trainable_ratio_on: whether that is trained.
      period_init_min: the shortest period, at first.
      period_init_max: the longest.
      reuse: whether the variables are there already in the scope.

    Source: Neil et al., "Phased LSTM", 2016.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._leak = leak
        self._ratio_on = ratio_on
        self._trainable_ratio_on = trainable_ratio_on
        self._periods = (period_init_min, period_init_max)
        self._linears: dict[str, Linear] = {}

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, h = state
        time, x = inputs
        units, peepholes = self._num_units, self._use_peepholes
        gates = self._gate("mask_gates", [x, h, c] if peepholes else [x, h], 2 * units, sigmoid)
        i, f = gates
        (candidate,) = self._gate("new_input", [x, h], units, tanh)
        new_c = c * f + i * candidate
        (o,) = self._gate("output_gate", [x, h, new_c] if peepholes else [x, h], units, sigmoid)
        new_h = tanh(new_c) * o
        k = self._time_gate(time)
        new_c = k * new_c + (1 - k) * c
        new_h = k * new_h + (1 - k) * h
        return new_h, LSTMStateTuple(new_c, new_h)

    def _gate(self, scope: str, args: list[Any], size: int, function: Any) -> list[Any]:
        with variable_scope(scope):
            if scope not in self._linears:
                self._linears[scope] = Linear(args, size, True)
            result = function(self._linears[scope](args))
            return [result] if size == self._num_units else split(result, 2, axis=1)

    def _time_gate(self, time: Any) -> Any:
        shape = [self._num_units]
        period = get_variable("period", shape, initializer=_log_uniform(*self._periods))
        phase = get_variable("phase", shape, initializer=RandomUniform(0.0, period.initial_value))
        ratio_on = get_variable(
            "ratio_on",
            shape,
            initializer=Constant(self._ratio_on),
            trainable=self._trainable_ratio_on,
        )
        ratio = _cycle_ratio(time, phase, period)
        rising = 2 * ratio / ratio_on
        falling = 2 - rising
        closed = self._leak * ratio
        k = where(ratio < ratio_on, falling, closed)
        return where(ratio < 0.5 * ratio_on, rising, k)


def _log_uniform(low: float, high: float) -> Any:
    def draw(shape: Any, dtype: Any = float32, partition_info: Any = None) -> Any:
        return raw.Exp(random_uniform(shape, raw.Log(low), raw.Log(high), dtype))

    return draw


def _cycle_ratio(time: Any, phase: Any, period: Any) -> Any:
    """Build where in its period each unit is, from 0 to 1; gradients pass as if it never ended."""
    phase, period = cast(phase, time.dtype), cast(period, time.dtype)
    shifted = time - phase
    within = stop_gradient(mod(shifted, period) - shifted) + shifted
    return cast(within / period, float32)
