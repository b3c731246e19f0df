"""Convolution layers, as classes and as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.shapes import TensorShape
from penstock.functions.initializers import zeros_initializer
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer
from penstock.graph.build import raw
from penstock.graph.node import Tensor
from penstock.layers.utils import (
    convert_data_format,
    normalize_data_format,
    normalize_padding,
    normalize_tuple,
    output_length,
)
from penstock.nn.activations import bias_add
from penstock.nn.by_name import Activation, activation_of, initializer_of
from penstock.nn.dilated import Convolver

__all__ = ["ConvolutionLayer", "Conv1D", "Conv2D", "Conv3D", "conv1d", "conv2d", "conv3d"]

_ZEROS = zeros_initializer()


class ConvolutionLayer(Layer):
    """The base of convolution layers over any number of spatial axes.

    Args:
      rank: the number of spatial axes.
      filters: the number of output channels.
      kernel_size: the filter's size, one number or one per spatial axis.
      strides: steps of the window, likewise.
      padding: ``"valid"`` or ``"same"``.
      data_format: ``"channels_last"`` or ``"channels_first"``.
      dilation_rate: distances between the elements that the filter sees.
      activation: applied at last: a function, or the name of one; None for none.
      use_bias: whether there is a bias.
      kernel_initializer: of the kernel; the scope's by default.
      bias_initializer: of the bias.
      kernel_regularizer: from the kernel to a loss.
      bias_regularizer: from the bias to a loss.
      activity_regularizer: from the output to a loss.
      kernel_constraint: from the kernel to what it is set to after an update.
      bias_constraint: the same for the bias.
      trainable: whether the variables are to be trained.
      name: the layer's name and that of its scope.
    """

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        activation: Activation = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, activity_regularizer=activity_regularizer, **kwargs)
        self.rank = rank
        self.filters = filters
        self.kernel_size = normalize_tuple(kernel_size, rank, "kernel_size")
        self.strides = normalize_tuple(strides, rank, "strides")
        self.padding = normalize_padding(padding)
        self.data_format = normalize_data_format(data_format)
        self.dilation_rate = normalize_tuple(dilation_rate, rank, "dilation_rate")
        self.activation = activation_of(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializer_of(kernel_initializer)
        self.bias_initializer = initializer_of(bias_initializer)
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.input_spec = InputSpec(ndim=rank + 2)
        self.bias: Any = None
        self._convolver: Convolver | None = None
        self._convolver_shape: Any = None

    @property
    def _channels_first(self) -> bool:
        return self.data_format == "channels_first"

    def _channels_of(self, input_shape: Any) -> int:
        """Give the number of input channels, and ask for it from now on."""
        axis = 1 if self._channels_first else -1
        channels = TensorShape(input_shape).as_list()[axis]
        if channels is None:
            raise ValueError(
                "The number of channels of a convolution layer's input must be known: it is its "
                "kernel's. Set it by set_shape or a reshape."
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def _add_kernel(self, shape: tuple[int, ...]) -> None:
        self.kernel = self.add_weight(
            "kernel",
            shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def _add_bias(self) -> None:
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                (self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = self._channels_of(input_shape)
        self._add_kernel((*self.kernel_size, channels, self.filters))
        self._add_bias()
        self._make_ready(TensorShape(input_shape).static)
        self.built = True

    def _make_ready(self, shape: Any) -> Convolver:
        """Prepare the convolution for inputs of a static shape."""
        self._convolver_shape = shape[1:]
        self._convolver = Convolver(
            shape,
            self.kernel.shape.as_list(),
            self.padding.upper(),
            self.strides,
            self.dilation_rate,
            convert_data_format(self.data_format, self.rank + 2),
        )
        return self._convolver

    def call(self, inputs: Tensor) -> Tensor:
        """Build the output."""
        shape = inputs.static_shape
        assert shape is not None
        convolver = self._convolver
        if convolver is None or (convolver.settled and shape[1:] != self._convolver_shape):
            convolver = self._make_ready(shape)
        return self._finished(convolver(inputs, self.kernel))

    def _finished(self, outputs: Tensor) -> Tensor:
        """Add the bias and apply the activation."""
        if self.bias is not None:
            if self._channels_first and self.rank == 1:
                outputs = outputs + raw.Reshape(self.bias, (1, self.filters, 1))
            else:
                layout = "NCHW" if self._channels_first else "NHWC"
                outputs = bias_add(outputs, self.bias, data_format=layout)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """Tell the output's static shape from the input's."""
        sizes = TensorShape(input_shape).as_list()
        space = sizes[2:] if self._channels_first else sizes[1:-1]
        steps = [
            output_length(size, taps, self.padding, stride, dilation)
            for size, taps, stride, dilation in zip(
                space, self.kernel_size, self.strides, self.dilation_rate, strict=True
            )
        ]
        if self._channels_first:
            return TensorShape([sizes[0], self.filters, *steps])
        return TensorShape([sizes[0], *steps, self.filters])


class Conv1D(ConvolutionLayer):
    """A layer that convolves lines [batch, width, channels]; see `ConvolutionLayer`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(1, filters, kernel_size, *args, **kwargs)


class Conv2D(ConvolutionLayer):
    """A layer that convolves images [batch, height, width, channels]; see `ConvolutionLayer`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(2, filters, kernel_size, *args, **kwargs)


class Conv3D(ConvolutionLayer):
    """A layer that convolves volumes [batch, depth, height, width, channels].

    See `ConvolutionLayer` for the arguments.
    """

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(3, filters, kernel_size, *args, **kwargs)


def _function(layer: Callable[..., Layer], name: str, what: str) -> Callable[..., Tensor]:
    """Make the function that builds a convolution layer and applies it."""

    def build(
        inputs: Any,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        activation: Activation = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Tensor:
        return layer(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            _reuse=reuse,
            _scope=name,
        ).apply(inputs)

    build.__name__ = build.__qualname__ = name
    build.__doc__ = f"""Build a layer that convolves {what}.

    Args:
      inputs: the {what}.
      filters: the number of output channels.
      kernel_size: the filter's size; the others are those of `ConvolutionLayer`.
      reuse: whether the variables of a layer of this name are used again.

    Returns:
      The layer's output.
    """
    return build


conv1d = _function(Conv1D, "conv1d", "lines [batch, width, channels]")
conv2d = _function(Conv2D, "conv2d", "images [batch, height, width, channels]")
conv3d = _function(Conv3D, "conv3d", "volumes [batch, depth, height, width, channels]")
