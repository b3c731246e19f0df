"""LSTM cells whose gates are convolutions: their states are lines, images or volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.shapes import TensorShape
from penstock.functions.arrays_joining import concat, split
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.nn.convolutions import conv1d, conv2d, conv3d
from penstock.nn.recurrent.cell import RNNCell
from penstock.nn.recurrent.lstm_state import LSTMStateTuple

__all__ = ["Conv1DLSTMCell", "Conv2DLSTMCell", "Conv3DLSTMCell", "ConvLSTMCell"]


class ConvLSTMCell(RNNCell):
    """An LSTM cell whose gates are convolutions of inputs and output.

    Args:
      conv_ndims: the number of axes that are convolved: 1, 2 or 3.
      input_shape: the inputs' shape without the batch's axis, channels last.
      output_channels: the number of channels of the output.
      kernel_shape: the sizes of the kernel, one for each of these axes.
      use_bias: whether there is a bias.
      skip_connection: whether the inputs' channels are put beside the output's.
      forget_bias: added to the forget gate.
      initializers: of no use.
      name: its name and that of its scope.

    Raises:
      ValueError: if `input_shape` has not one size more than `conv_ndims`.

    Source: Shi et al., "Convolutional LSTM network", 2015.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(
                f"input_shape must have {conv_ndims} sizes and the channels, but is "
                f"{list(input_shape)}."
            )
        self._conv_ndims = conv_ndims
        self._kernel_shape = list(kernel_shape)
        self._output_channels = output_channels
        self._use_bias = use_bias
        self._forget_bias = forget_bias
        self._skip_connection = skip_connection
        *sizes, channels = input_shape
        self._state_shape = TensorShape([*sizes, output_channels])
        total = output_channels + channels if skip_connection else output_channels
        self._output_shape = TensorShape([*sizes, total])

    @property
    def state_size(self) -> LSTMStateTuple:
        """The shapes of c and h."""
        return LSTMStateTuple(self._state_shape, self._state_shape)

    @property
    def output_size(self) -> TensorShape:
        """The shape of the output."""
        return self._output_shape

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, h = state
        gates = self._convolved([inputs, h], 4 * self._output_channels)
        i, j, f, o = split(gates, 4, axis=self._conv_ndims + 1)
        c = sigmoid(f + self._forget_bias) * c
        c = c + sigmoid(i) * tanh(j)
        output = tanh(c) * sigmoid(o)
        if self._skip_connection:
            output = concat([output, inputs], axis=-1)
        return output, LSTMStateTuple(c, output)

    def _convolved(self, tensors: Sequence[Any], channels: int) -> Any:
        shapes = [tensor.get_shape().as_list() for tensor in tensors]
        axes = self._conv_ndims + 2
        if any(len(shape) != axes for shape in shapes):
            raise ValueError(
                f"The inputs and the state of {self.name!r} must have {axes} axes, batch and "
                f"channels included, but have the shapes {shapes}."
            )
        depth = sum(shape[-1] for shape in shapes)
        kernel = get_variable(
            "kernel", [*self._kernel_shape, depth, channels], dtype=tensors[0].dtype
        )
        strides: Any = 1 if axes == 3 else [1] * axes
        convolve: Any = {3: conv1d, 4: conv2d, 5: conv3d}[axes]
        result = convolve(concat(tensors, axis=axes - 1), kernel, strides, padding="SAME")
        if not self._use_bias:
            return result
        start = Constant(0.0, dtype=tensors[0].dtype)
        bias = get_variable("biases", [channels], dtype=tensors[0].dtype, initializer=start)
        return result + bias


class Conv1DLSTMCell(ConvLSTMCell):
    """A `ConvLSTMCell` of lines [batch, width, channels]."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """A `ConvLSTMCell` of images [batch, height, width, channels]."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """A `ConvLSTMCell` of volumes [batch, depth, height, width, channels]."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)
