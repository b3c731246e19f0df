"""Further gated cells: update gates, gates between input and state, cells found by search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.contrib.rnn.linear import Linear
from penstock.functions.arrays_joining import concat, split
from penstock.functions.initializers import Zeros
from penstock.functions.input_spec import InputSpec
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.nn.activations import bias_add, relu
from penstock.nn.recurrent.cell import LayerRNNCell, RNNCell, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.sizes import LSTMSizes, OneSize

__all__ = ["IntersectionRNNCell", "NASCell", "SRUCell", "UGRNNCell"]


class UGRNNCell(OneSize, RNNCell):
    """The cell with one gate, that of the update.

    Args:
      num_units: the number of outputs.
      initializer: of the kernel; the scope's by default.
      forget_bias: added to the gate.
      activation: of the candidate.
      reuse: whether the variables are there already in the scope.

    Source: Collins et al., "Capacity and trainability in recurrent neural networks", 2017.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        forget_bias: float = 1.0,
        activation: Callable[[Any], Any] = tanh,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        known_depth(self, inputs.get_shape().with_rank(2))
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            both = concat([inputs, state], 1)
            if self._linear is None:
                self._linear = Linear(both, 2 * self._num_units, True)
            gate, candidate = split(self._linear(both), 2, axis=1)
            c = self._activation(candidate)
            g = sigmoid(gate + self._forget_bias)
            state = g * state + (1.0 - g) * c
        return state, state


class IntersectionRNNCell(OneSize, RNNCell):
    """A cell for deep stacks: one gate between states, one between input and output.

    Args:
      num_units: the number of outputs, which must be that of the inputs.
      num_in_proj: if given, inputs of another size are projected to `num_units`.
      initializer: of the kernels; the scope's by default.
      forget_bias: added to the gates.
      y_activation: of the output's candidate.
      reuse: whether the variables are there already in the scope.

    Source: Collins et al., "Capacity and trainability in recurrent neural networks", 2017.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Any = None,
        forget_bias: float = 1.0,
        y_activation: Callable[[Any], Any] = relu,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._num_input_proj = num_in_proj
        self._y_activation = y_activation
        self._projection: Linear | None = None
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        size = self._num_units
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            inputs = self._fitted(inputs)
            both = concat([inputs, state], 1)
            if self._linear is None:
                self._linear = Linear(both, 4 * size, True)
            gates = self._linear(both)
            gh, h = gates[:, :size], gates[:, size : 2 * size]
            gy, y = gates[:, 2 * size : 3 * size], gates[:, 3 * size : 4 * size]
            h, y = tanh(h), self._y_activation(y)
            gh, gy = sigmoid(gh + self._forget_bias), sigmoid(gy + self._forget_bias)
            state = gh * state + (1.0 - gh) * h
            return gy * inputs + (1.0 - gy) * y, state

    def _fitted(self, inputs: Any) -> Any:
        depth = known_depth(self, inputs.get_shape().with_rank(2))
        if depth == self._num_units:
            return inputs
        if not self._num_input_proj:
            raise ValueError(
                f"The inputs must have as many columns as the cell has units, {self._num_units}, "
                f"but have {depth}. Give num_in_proj={self._num_units} to have them projected."
            )
        with variable_scope("in_projection"):
            if self._projection is None:
                self._projection = Linear(inputs, self._num_units, True)
            return self._projection(inputs)


class NASCell(LSTMSizes, LayerRNNCell):
    """The cell that a search over architectures found.

    Args:
      num_units: the number of units.
      num_proj: the number of outputs, to which those of the units are projected; None for none.
      use_bias: whether there is a bias.
      reuse: whether the variables are there already in the scope.
      **kwargs: as those of `tf.layers.Layer`.

    Source: Zoph and Le, "Neural architecture search with reinforcement learning", 2017.
    """

    _PARTS = 8

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_bias: bool = False,
        reuse: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, **kwargs)
        self._num_units = num_units
        self._num_proj = num_proj
        self._use_bias = use_bias

    def build(self, input_shape: Any) -> None:
        """Make the kernels, and what bias and projection need."""
        depth, units = known_depth(self, input_shape), self._num_units
        wide = self._PARTS * units
        width = units if self._num_proj is None else self._num_proj
        self.recurrent_kernel = self.add_weight("recurrent_kernel", [width, wide])
        self.kernel = self.add_weight("kernel", [depth, wide])
        if self._use_bias:
            self.bias = self.add_weight("bias", shape=[wide], initializer=Zeros())
        if self._num_proj is not None:
            self.projection_weights = self.add_weight("projection_weights", [units, self._num_proj])
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, m = state
        recurrent = matmul(m, self.recurrent_kernel)
        fed = matmul(inputs, self.kernel)
        if self._use_bias:
            recurrent = bias_add(recurrent, self.bias)
        ms = split(recurrent, self._PARTS, axis=1)
        xs = split(fed, self._PARTS, axis=1)
        functions = (sigmoid, relu, sigmoid, relu, tanh, sigmoid, tanh, sigmoid)
        first = [
            function(x * m if index == 3 else x + m)
            for index, (function, x, m) in enumerate(zip(functions, xs, ms, strict=True))
        ]
        second = [
            tanh(first[0] * first[1]),
            tanh(first[2] + first[3]),
            tanh(first[4] * first[5]),
            sigmoid(first[6] + first[7]),
        ]
        c = tanh(second[0] + c) * second[1]
        m = tanh(c * tanh(second[2] + second[3]))
        if self._num_proj is not None:
            m = matmul(m, self.projection_weights)
        return m, LSTMStateTuple(c, m)


class SRUCell(OneSize, LayerRNNCell):
    """The simple recurrent unit: its gates see the inputs alone, so that products can be joined.

    Args:
      num_units: the number of outputs.
      activation: of the state; tanh by default.
      reuse: whether the variables are there already in the scope.
      name: its name and that of its scope.
      **kwargs: as those of `tf.layers.Layer`.

    Source: Lei et al., "Training RNNs as fast as CNNs", 2017.
    """

    def __init__(
        self,
        num_units: int,
        activation: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, **kwargs)
        self._num_units = num_units
        self._activation = activation or tanh
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        units = self._num_units
        self._kernel = self.add_weight("kernel", [known_depth(self, input_shape), 4 * units])
        self._bias = self.add_weight("bias", [2 * units], initializer=Zeros())
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        candidate, f, r, through = split(matmul(inputs, self._kernel), 4, axis=1)
        gates = sigmoid(bias_add(concat([f, r], 1), self._bias))
        f, r = split(gates, 2, axis=1)
        c = f * state + (1.0 - f) * candidate
        return r * self._activation(c) + (1.0 - r) * through, c
