"""Cells whose units are independent: each sees, of the state, only its own part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.dtypes import float32, int32
from penstock.functions.arrays import constant
from penstock.functions.arrays_filling import tile
from penstock.functions.arrays_joining import split
from penstock.functions.initializers import Constant, RandomUniform, Zeros
from penstock.functions.input_spec import InputSpec
from penstock.functions.math import add, multiply
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.nn.activations import bias_add
from penstock.nn.recurrent.cell import LayerRNNCell, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.sizes import LSTMSizes, OneSize

__all__ = ["IndRNNCell", "IndyGRUCell", "IndyLSTMCell"]


class _Independent(LayerRNNCell):
    """What the three cells share: how their variables are made."""

    def __init__(
        self,
        num_units: int,
        activation: Callable[[Any], Any] | None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation or tanh
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    def _weights_of(
        self, prefix: str, depth: int, parts: int, bias: float = 0.0, kernel: str = "kernel_w"
    ) -> tuple[Any, Any, Any]:
        """Make the kernel of the inputs, that of the state, and the bias."""
        size, dtype = parts * self._num_units, self.dtype or float32
        start = Constant(bias, dtype=dtype) if bias else Zeros(dtype=dtype)
        return (
            self.add_weight(
                f"{prefix}{kernel}", [depth, size], initializer=self._kernel_initializer
            ),
            self.add_weight(
                f"{prefix}kernel_u", [1, size], initializer=RandomUniform(-1, 1, dtype=dtype)
            ),
            self.add_weight(f"{prefix}bias", [size], initializer=self._bias_initializer or start),
        )


class IndRNNCell(OneSize, _Independent):
    """The plain cell with independent units.

    Args:
      num_units: the number of outputs.
      activation: of the outputs; tanh by default.
      reuse: whether the variables are there already in the scope.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.

    Source: Li et al., "Independently recurrent neural network", 2018.
    """

    def __init__(
        self,
        num_units: int,
        activation: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, activation, _reuse=reuse, name=name, dtype=dtype)

    def build(self, input_shape: Any) -> None:
        """Make the kernels and the bias."""
        depth = known_depth(self, input_shape)
        self._kernel_w, self._kernel_u, self._bias = self._weights_of("", depth, 1)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        total = matmul(inputs, self._kernel_w) + state * self._kernel_u
        output = self._activation(bias_add(total, self._bias))
        return output, output


class IndyGRUCell(OneSize, _Independent):
    """A gated recurrent unit with independent units.

    Args:
      num_units: the number of outputs.
      activation: of the candidate; tanh by default.
      reuse: whether the variables are there already in the scope.
      kernel_initializer: of the kernels of the inputs; the scope's by default.
      bias_initializer: of the biases; by default 1 for the gates, and 0.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.
    """

    def __init__(
        self,
        num_units: int,
        activation: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        given = {"_reuse": reuse, "name": name, "dtype": dtype}
        super().__init__(num_units, activation, kernel_initializer, bias_initializer, **given)

    def build(self, input_shape: Any) -> None:
        """Make the kernels and biases of the gates and of the candidate."""
        depth = known_depth(self, input_shape)
        self._gate_weights = self._weights_of("gates/", depth, 2, bias=1.0)
        self._candidate_weights = self._weights_of("candidate/", depth, 1, kernel="kernel")
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        kernel, recurrent, bias = self._gate_weights
        total = matmul(inputs, kernel) + tile(state, [1, 2]) * recurrent
        r, u = split(sigmoid(bias_add(total, bias)), 2, axis=1)
        reset = r * state
        kernel, recurrent, bias = self._candidate_weights
        total = matmul(inputs, kernel) + reset * recurrent
        candidate = self._activation(bias_add(total, bias))
        state = u * state + (1 - u) * candidate
        return state, state


class IndyLSTMCell(LSTMSizes, _Independent):
    """The basic LSTM cell with independent units.

    Args:
      num_units: the number of outputs.
      forget_bias: added to the forget gate.
      activation: of the memory's input and of the memory; tanh by default.
      reuse: whether the variables are there already in the scope.
      kernel_initializer: of the kernel of the inputs; the scope's by default.
      bias_initializer: of the bias; zeros by default.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.

    Source: Gonnet and Deselaers, "IndyLSTMs: independently recurrent LSTMs", 2019.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        activation: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        given = {"_reuse": reuse, "name": name, "dtype": dtype}
        super().__init__(num_units, activation, kernel_initializer, bias_initializer, **given)
        self._forget_bias = forget_bias

    def build(self, input_shape: Any) -> None:
        """Make the kernels and the bias."""
        depth = known_depth(self, input_shape)
        self._kernel_w, self._kernel_u, self._bias = self._weights_of("", depth, 4)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        one = constant(1, dtype=int32)
        c, h = state
        gates = matmul(inputs, self._kernel_w)
        gates = bias_add(gates + tile(h, [1, 4]) * self._kernel_u, self._bias)
        i, j, f, o = split(gates, 4, axis=one)
        forget_bias = constant(self._forget_bias, dtype=f.dtype)
        kept = multiply(c, sigmoid(add(f, forget_bias)))
        c = add(kept, multiply(sigmoid(i), self._activation(j)))
        h = multiply(self._activation(c), sigmoid(o))
        return h, LSTMStateTuple(c, h)
