"""The plain recurrent cell, and the gated one of two gates."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import float32
from penstock.functions.arrays_joining import concat, split
from penstock.functions.initializers import Constant, Zeros
from penstock.functions.input_spec import InputSpec
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.graph.node import Tensor
from penstock.nn.activations import bias_add
from penstock.nn.by_name import activation_of, initializer_of
from penstock.nn.recurrent.cell import LayerRNNCell, check_dtypes, check_floating, known_depth
from penstock.nn.recurrent.sizes import OneSize

__all__ = ["BasicRNNCell", "GRUCell"]


class BasicRNNCell(OneSize, LayerRNNCell):
    """The plain cell: output and state are activation([inputs, state] * kernel + bias).

    Args:
      num_units: the number of outputs.
      activation: a function, or the Keras name of one; tanh by default.
      reuse: whether its variables are there already in the scope.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.
      **kwargs: as those of `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        check_floating(self.dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation_of(activation) or tanh

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        depth = known_depth(self, input_shape)
        check_floating(self.dtype)
        units = self._num_units
        self._kernel = self.add_weight("kernel", [depth + units, units])
        self._bias = self.add_weight(
            "bias", [units], initializer=Zeros(dtype=self.dtype or float32)
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        """Build one step."""
        check_dtypes([inputs, state])
        product = matmul(concat([inputs, state], 1), self._kernel)
        output = self._activation(bias_add(product, self._bias))
        return output, output


class GRUCell(OneSize, LayerRNNCell):
    """A gated recurrent unit: a reset gate and an update gate.

    With r, u = sigmoid([inputs, state] * gates), the next state, which is the output too, is
    u * state + (1 - u) * activation([inputs, r * state] * candidate).

    Args:
      num_units: the number of outputs.
      activation: a function, or the Keras name of one; tanh by default.
      reuse: whether its variables are there already in the scope.
      kernel_initializer: of the two kernels; the scope's by default.
      bias_initializer: of the two biases; by default 1 for the gates, and 0.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.
      **kwargs: as those of `tf.layers.Layer`.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        check_floating(self.dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation_of(activation) or tanh
        self._kernel_initializer = initializer_of(kernel_initializer)
        self._bias_initializer = initializer_of(bias_initializer)

    def build(self, input_shape: Any) -> None:
        """Make the kernels and biases of the gates and of the candidate."""
        depth = known_depth(self, input_shape)
        check_floating(self.dtype)
        units, dtype = self._num_units, self.dtype or float32
        kernel, bias = self._kernel_initializer, self._bias_initializer
        self._gate_kernel = self.add_weight(
            "gates/kernel", [depth + units, 2 * units], initializer=kernel
        )
        self._gate_bias = self.add_weight(
            "gates/bias", [2 * units], initializer=bias or Constant(1.0, dtype=dtype)
        )
        self._candidate_kernel = self.add_weight(
            "candidate/kernel", [depth + units, units], initializer=kernel
        )
        self._candidate_bias = self.add_weight(
            "candidate/bias", [units], initializer=bias or Zeros(dtype=dtype)
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        """Build one step."""
        check_dtypes([inputs, state])
        gates = matmul(concat([inputs, state], 1), self._gate_kernel)
        gates = sigmoid(bias_add(gates, self._gate_bias))
        r, u = split(gates, 2, axis=1)
        candidate = matmul(concat([inputs, r * state], 1), self._candidate_kernel)
        candidate = self._activation(bias_add(candidate, self._candidate_bias))
        state = u * state + (1 - u) * candidate
        return state, state
