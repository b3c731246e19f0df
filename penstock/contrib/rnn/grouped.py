"""An LSTM cell in groups, each of which sees a part of inputs and output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.contrib.rnn.linear import Linear
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat, split
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.nn.activations import bias_add
from penstock.nn.recurrent.cell import RNNCell, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.sizes import LSTMSizes
from penstock.ops import composed

__all__ = ["GLSTMCell"]


class GLSTMCell(LSTMSizes, RNNCell):
    """An LSTM cell in groups.

    Args:
      num_units: the number of units.
      initializer: of the kernels; the scope's by default.
      num_proj: the number of outputs, to which those of the units are projected; None for none.
      number_of_groups: the number of groups, which must divide all sizes.
      forget_bias: added to the forget gate.
      activation: of the memory.
      reuse: whether the variables are there already in the scope.

    Raises:
      ValueError: if a size cannot be parted so.

    Source: Kuchaiev and Ginsburg, "Factorization tricks for LSTM networks", 2017.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        num_proj: int | None = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Callable[[Any], Any] = tanh,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._num_proj = num_proj
        self._groups = number_of_groups
        self._forget_bias = forget_bias
        self._activation = activation
        self._check_parts("num_units", num_units)
        self._check_parts("num_proj", num_proj or 0)
        self._linears: dict[int, Linear] = {}
        self._projection: Linear | None = None

    def _check_parts(self, name: str, size: int) -> None:
        if size % self._groups:
            raise ValueError(
                f"{name} must be a multiple of number_of_groups, {self._groups}, but is {size}."
            )

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, h = state
        batch = inputs.get_shape().as_list()[0] or composed.shape(inputs)[0]
        depth = known_depth(self, inputs.get_shape())
        self._check_parts("the inputs' last size", depth)
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            parts = [
                self._group(index, batch, inputs, depth // self._groups, h)
                for index in range(self._groups)
            ]
            shape, start = [self._num_units], Constant(0.0, dtype=inputs.dtype)
            biases = [
                get_variable(f"bias_{name}", shape=shape, dtype=inputs.dtype, initializer=start)
                for name in "ijfo"
            ]
            gates = zip(zip(*parts, strict=True), biases, strict=True)
            i, j, f, o = [bias_add(concat(list(gate), axis=1), bias) for gate, bias in gates]
        c = sigmoid(f + self._forget_bias) * c + sigmoid(i) * tanh(j)
        h = sigmoid(o) * self._activation(c)
        if self._num_proj is not None:
            with variable_scope("projection"):
                if self._projection is None:
                    self._projection = Linear(h, self._num_proj, False)
                h = self._projection(h)
        return h, LSTMStateTuple(c, h)

    def _group(self, index: int, batch: Any, inputs: Any, size: int, h: Any) -> list[Any]:
        """Build the four gates of a group."""
        width = self.output_size // self._groups
        with variable_scope(f"group{index}"):
            pieces = [
                slice_of(
                    tensor,
                    [0, index * columns],
                    [batch, columns],
                    name=f"GLSTM_group{index}_input_generation",
                )
                for tensor, columns in ((inputs, size), (h, width))
            ]
            both = concat(pieces, axis=1)
            if index not in self._linears:
                self._linears[index] = Linear(both, 4 * self._num_units // self._groups, False)
            return split(self._linears[index](both), 4, 1)
