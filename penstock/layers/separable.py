"""Layers that convolve each channel for itself, then mix the channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.arrays import expand_dims, squeeze
from penstock.functions.initializers import zeros_initializer
from penstock.graph.node import Tensor
from penstock.layers.convolutional import ConvolutionLayer
from penstock.layers.utils import convert_data_format
from penstock.nn.activations import bias_add
from penstock.nn.by_name import Activation, initializer_of
from penstock.nn.depthwise import separable_conv2d as separable

__all__ = ["SeparableConv1D", "SeparableConv2D", "separable_conv1d", "separable_conv2d"]

_ZEROS = zeros_initializer()


class _Separable(ConvolutionLayer):
    """The base of the two layers.

    Besides the arguments of `ConvolutionLayer`, but for those of its kernel:

    Args:
      depth_multiplier: how many channels the first step makes of each.
      depthwise_initializer: of the first kernel; so are regularizer and constraint.
      pointwise_initializer: of the second kernel; so are regularizer and constraint.
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
        depth_multiplier: int = 1,
        activation: Activation = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            rank,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            **kwargs,
        )
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = initializer_of(depthwise_initializer)
        self.pointwise_initializer = initializer_of(pointwise_initializer)
        self.depthwise_regularizer = depthwise_regularizer
        self.pointwise_regularizer = pointwise_regularizer
        self.depthwise_constraint = depthwise_constraint
        self.pointwise_constraint = pointwise_constraint

    def build(self, input_shape: Any) -> None:
        """Make the two kernels and the bias."""
        channels = self._channels_of(input_shape)
        self.depthwise_kernel = self.add_weight(
            "depthwise_kernel",
            (*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            "pointwise_kernel",
            (*(1,) * self.rank, self.depth_multiplier * channels, self.filters),
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self._add_bias()
        self.built = True


class SeparableConv2D(_Separable):
    """A layer that convolves each channel of images, then mixes the channels.

    Arguments as for `ConvolutionLayer`, with a kernel for each of the two steps.
    """

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(2, filters, kernel_size, *args, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """Build the output."""
        first = self._channels_first
        strides = (1, 1, *self.strides) if first else (1, *self.strides, 1)
        outputs = separable(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            strides=strides,
            padding=self.padding.upper(),
            rate=self.dilation_rate,
            data_format=convert_data_format(self.data_format, 4),
        )
        return self._finished(outputs)


class SeparableConv1D(_Separable):
    """A layer that convolves each channel of lines, then mixes the channels.

    Arguments as for `ConvolutionLayer`, with a kernel for each of the two steps.
    """

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(1, filters, kernel_size, *args, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """Build the output: lines are images of height 1."""
        first = self._channels_first
        steps = self.strides * 2
        height = 2 if first else 1
        image = expand_dims(inputs, height)
        outputs = separable(
            image,
            expand_dims(self.depthwise_kernel, 0),
            expand_dims(self.pointwise_kernel, 0),
            strides=(1, 1, *steps) if first else (1, *steps, 1),
            padding=self.padding.upper(),
            rate=(1, *self.dilation_rate),
            data_format=convert_data_format(self.data_format, 4),
        )
        if self.bias is not None:
            outputs = bias_add(outputs, self.bias, data_format="NCHW" if first else "NHWC")
        outputs = squeeze(outputs, [height])
        return outputs if self.activation is None else self.activation(outputs)


_FUNCTION_DOCSTRING = """Build a layer that convolves each channel of {what}, then mixes them.

    Args:
      inputs: the {what}.
      filters: the number of output channels.
      kernel_size: the first filter's size; the others are those of the layer.
      reuse: whether the variables of a layer of this name are used again.

    Returns:
      The layer's output.
    """


def _function(layer: Callable[..., _Separable], name: str, what: str) -> Callable[..., Tensor]:
    """Make the function that builds a layer and applies it."""

    def build(
        inputs: Any,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Activation = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Tensor:
        return layer(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            depth_multiplier,
            activation,
            use_bias,
            depthwise_initializer,
            pointwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            pointwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            pointwise_constraint,
            bias_constraint,
            trainable,
            name,
            _reuse=reuse,
            _scope=name,
        ).apply(inputs)

    build.__name__ = build.__qualname__ = name
    build.__doc__ = _FUNCTION_DOCSTRING.format(what=what)
    return build


separable_conv1d = _function(SeparableConv1D, "separable_conv1d", "lines [batch, width, channels]")
separable_conv2d = _function(
    SeparableConv2D, "separable_conv2d", "images [batch, height, width, channels]"
)
