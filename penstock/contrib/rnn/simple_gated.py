"""Recurrent cells of few gates.

TensorFlow has them in `tensorflow.contrib.rnn.python.ops.rnn_cell` alone.
"""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays_joining import concat, split
from penstock.functions.input_spec import InputSpec
from penstock.functions.math_elementwise import sigmoid
from penstock.functions.math_products import matmul
from penstock.nn.activations import bias_add
from penstock.nn.by_name import activation_of, initializer_of
from penstock.nn.recurrent.cell import LayerRNNCell, known_depth

__all__ = ["CFNCell", "MinimalRNNCell"]


class _FewGates(LayerRNNCell):
    """A cell whose state is its output.

    Args:
      units: the number of outputs.
      activation: a function, or the Keras name of one.
      kernel_initializer: of the kernels; Glorot's by default.
      bias_initializer: of the bias; ones by default.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.
      **kwargs: as those of `tf.layers.Layer`.
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "ones",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self.units = units
        self.activation: Any = activation_of(activation)
        self.kernel_initializer = initializer_of(kernel_initializer)
        self.bias_initializer = initializer_of(bias_initializer)

    @property
    def state_size(self) -> int:
        """The number of outputs."""
        return self.units

    @property
    def output_size(self) -> int:
        """The number of outputs."""
        return self.units


class MinimalRNNCell(_FewGates):
    """A cell that moves its state towards the transformed input, by one gate.

    The arguments are `units`, `activation`, `kernel_initializer`, `bias_initializer`, `name`,
    `dtype`.

    Source: Chen, "MinimalRNN: toward more interpretable and trainable recurrent neural networks",
    2017.
    """

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        depth, units = known_depth(self, input_shape), self.units
        self.kernel = self.add_weight(
            "kernel", [depth + 2 * units, units], initializer=self.kernel_initializer
        )
        self.bias = self.add_weight("bias", [units], initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        sizes = [known_depth(self, inputs.get_shape()), 2 * self.units]
        forward, gate = split(value=self.kernel, num_or_size_splits=sizes, axis=0)
        candidate = self.activation(matmul(inputs, forward))
        u = sigmoid(bias_add(matmul(concat([candidate, state], 1), gate), self.bias))
        h = u * state + (1 - u) * candidate
        return h, h


class CFNCell(_FewGates):
    """A cell of two gates, whose state goes to zero where there are no inputs.

    The arguments are `units`, `activation`, `kernel_initializer`, `bias_initializer`, `name`,
    `dtype`.

    Source: Laurent and von Brecht, "A recurrent neural network without chaos", 2017.
    """

    def build(self, input_shape: Any) -> None:
        """Make both kernels and the bias."""
        depth, units = known_depth(self, input_shape), self.units
        kernels = {"initializer": self.kernel_initializer}
        self.kernel = self.add_weight("kernel", [depth, 3 * units], **kernels)
        self.recurrent_kernel = self.add_weight("recurrent_kernel", [units, 2 * units], **kernels)
        self.bias = self.add_weight("bias", [2 * units], initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        gates, forward = split(
            value=self.kernel, num_or_size_splits=[2 * self.units, self.units], axis=1
        )
        total = matmul(state, self.recurrent_kernel) + matmul(inputs, gates)
        total = sigmoid(bias_add(total, self.bias))
        theta, eta = split(value=total, num_or_size_splits=2, axis=1)
        taken = matmul(inputs, forward)
        h = theta * self.activation(state) + (1 - eta) * self.activation(taken)
        return h, h
