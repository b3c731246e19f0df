"""An LSTM cell that runs over time and over frequencies."""

from __future__ import annotations

from typing import Any

from penstock.contrib.rnn.shards import concatenated
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat, split
from penstock.functions.clipping import clip_by_value
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Zeros
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.nn.activations import bias_add
from penstock.nn.recurrent.cell import RNNCell, known_depth

__all__ = ["TimeFreqLSTMCell"]


class TimeFreqLSTMCell(RNNCell):
    """An LSTM cell with one set of weights for all bands of frequencies.

    Each band takes a window of the inputs, its own last state, and the output of the band below.
    States and outputs of all bands stand side by side.

    Args:
      num_units: the number of outputs of a band.
      use_peepholes: whether the gates see the memory, each through a diagonal matrix.
      cell_clip: the memory is clipped to [-cell_clip, cell_clip].
      initializer: of no use.
      num_unit_shards: the number of variables that the kernel is made of.
      forget_bias: added to the forget gate.
      feature_size: the size of a window.
      frequency_skip: how far the windows are from one another.
      reuse: whether the variables are there already in the scope.

    Source: Li et al., "LSTM time and frequency recurrence for automatic speech recognition", 2015.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int = 1,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = feature_size
        self._frequency_skip = frequency_skip

    @property
    def state_size(self) -> int:
        """The sizes of memory and output of one band."""
        return 2 * self._num_units

    @property
    def output_size(self) -> int:
        """The number of outputs of one band."""
        return self._num_units

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        units, dtype = self._num_units, inputs.dtype
        windows = self._windows(inputs)
        size = windows[0].get_shape().as_list()[1] + 2 * units
        kernel = concatenated("W", [size, 4 * units], dtype, self._num_unit_shards)
        bias = get_variable("B", shape=[4 * units], initializer=Zeros(), dtype=dtype)
        peepholes = []
        if self._use_peepholes:
            names = ("W_F_diag", "W_I_diag", "W_O_diag")
            peepholes = [get_variable(name, shape=[units], dtype=dtype) for name in names]
        below = zeros([inputs.get_shape().as_list()[0], units], dtype)
        states: Any = None
        outputs: Any = None
        for index, window in enumerate(windows):
            c = slice_of(state, [0, 2 * index * units], [-1, units])
            h = slice_of(state, [0, (2 * index + 1) * units], [-1, units])
            gates = bias_add(matmul(concat([window, h, below], 1), kernel), bias)
            c, below = self._next(c, split(gates, 4, axis=1), peepholes)
            states = concat([c, below] if index == 0 else [states, c, below], 1)
            outputs = below if index == 0 else concat([outputs, below], 1)
        return outputs, states

    def _next(self, c: Any, gates: Any, peepholes: list[Any]) -> tuple[Any, Any]:
        i, j, f, o = gates
        if peepholes:
            w_f, w_i, w_o = peepholes
            kept = sigmoid(f + self._forget_bias + w_f * c) * c
            c = kept + sigmoid(i + w_i * c) * tanh(j)
        else:
            c = sigmoid(f + self._forget_bias) * c + sigmoid(i) * tanh(j)
        if self._cell_clip is not None:
            c = clip_by_value(c, -self._cell_clip, self._cell_clip)
        return c, sigmoid(o + w_o * c if peepholes else o) * tanh(c)

    def _windows(self, inputs: Any) -> list[Any]:
        depth = known_depth(self, inputs.get_shape().with_rank(2))
        size = self._feature_size
        if size is None or size > depth:
            raise ValueError(
                f"feature_size must be at most the last size of the inputs, {depth}, but is {size}."
            )
        count = (depth - size) // self._frequency_skip + 1
        starts = [index * self._frequency_skip for index in range(count)]
        return [slice_of(inputs, [0, start], [-1, size]) for start in starts]
