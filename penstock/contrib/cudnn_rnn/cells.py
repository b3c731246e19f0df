"""Cells that compute what one layer of cuDNN's recurrent networks does, step by step."""

from __future__ import annotations

from typing import Any

from penstock.contrib.rnn.block_cells import LSTMBlockCell
from penstock.functions.arrays_joining import concat, split
from penstock.functions.initializers import Constant, Zeros
from penstock.functions.math_elementwise import sigmoid
from penstock.functions.math_products import matmul
from penstock.nn.activations import bias_add
from penstock.nn.recurrent.basic_cells import GRUCell
from penstock.nn.recurrent.cell import known_depth

__all__ = ["CudnnCompatibleGRUCell", "CudnnCompatibleLSTMCell"]


class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """The LSTM cell that computes what a layer of `CudnnLSTM` does.

    Args:
      num_units: the number of outputs.
      reuse: whether its variables are there already in the scope.
    """

    def __init__(self, num_units: int, reuse: Any = None) -> None:
        super().__init__(
            num_units,
            forget_bias=0,
            cell_clip=None,
            use_peephole=False,
            reuse=reuse,
            name="cudnn_compatible_lstm_cell",
        )


class CudnnCompatibleGRUCell(GRUCell):
    """The gated recurrent unit that computes what a layer of `CudnnGRU` does.

    It resets what the last output gives, and not the last output itself:

        candidate = tanh(x @ W + b + r * (h @ R + d))

    Args:
      num_units: the number of outputs.
      reuse: whether its variables are there already in the scope.
      kernel_initializer: of all kernels; the scope's by default.
    """

    def __init__(self, num_units: int, reuse: Any = None, kernel_initializer: Any = None) -> None:
        super().__init__(
            num_units, activation=None, reuse=reuse, kernel_initializer=kernel_initializer
        )

    def build(self, input_shape: Any) -> None:
        """Make the kernels and biases of the gates and of both parts of the candidate."""
        depth, units = known_depth(self, input_shape), self._num_units
        kernels = {"initializer": self._kernel_initializer}
        gate_bias = self._bias_initializer or Constant(1.0, dtype=self.dtype)
        bias = self._bias_initializer or Zeros(dtype=self.dtype)
        self._gates = (
            self.add_weight("gates/kernel", [depth + units, 2 * units], **kernels),
            self.add_weight("gates/bias", [2 * units], initializer=gate_bias),
        )
        projection = "candidate/{}_projection/{}".format
        from_input = self.add_weight(projection("input", "kernel"), [depth, units], **kernels)
        from_output = self.add_weight(projection("hidden", "kernel"), [units, units], **kernels)
        self._from_input = (
            from_input,
            self.add_weight(projection("input", "bias"), [units], initializer=bias),
        )
        self._from_output = (
            from_output,
            self.add_weight(projection("hidden", "bias"), [units], initializer=bias),
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        kernel, bias = self._gates
        gates = sigmoid(bias_add(matmul(concat([inputs, state], 1), kernel), bias))
        r, u = split(value=gates, num_or_size_splits=2, axis=1)
        kernel, bias = self._from_input
        candidate = bias_add(matmul(inputs, kernel), bias)
        kernel, bias = self._from_output
        candidate = self._activation(candidate + r * bias_add(matmul(state, kernel), bias))
        h = (1 - u) * candidate + u * state
        return h, h
