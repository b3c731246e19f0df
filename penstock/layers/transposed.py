"""Layers of transposed convolution, which enlarge images and volumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.shapes import TensorShape
from penstock.functions.arrays import shape as shape_of, transpose
from penstock.functions.arrays_joining import stack
from penstock.functions.initializers import zeros_initializer
from penstock.graph.node import Tensor
from penstock.layers.convolutional import ConvolutionLayer
from penstock.layers.utils import transposed_length
from penstock.nn.by_name import Activation
from penstock.nn.transposed import conv2d_transpose as images, conv3d_transpose as volumes

__all__ = ["Conv2DTranspose", "Conv3DTranspose", "conv2d_transpose", "conv3d_transpose"]

_ZEROS = zeros_initializer()


class _Transposed(ConvolutionLayer):
    """The base of layers of transposed convolution."""

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        channels = self._channels_of(input_shape)
        self._add_kernel((*self.kernel_size, self.filters, channels))
        self._add_bias()
        self.built = True

    def _lengths(self, sizes: Any) -> list[Any]:
        return [
            transposed_length(size, taps, self.padding, stride)
            for size, taps, stride in zip(sizes, self.kernel_size, self.strides, strict=True)
        ]

    def _output_shape(self, inputs: Tensor) -> Tensor:
        """Build the shape of the output."""
        sizes = shape_of(inputs)
        first = self._channels_first
        batch = sizes[0]
        space = [sizes[axis + (2 if first else 1)] for axis in range(self.rank)]
        longer = self._lengths(space)
        order = [batch, self.filters, *longer] if first else [batch, *longer, self.filters]
        return stack(order)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """Tell the output's static shape from the input's."""
        sizes = TensorShape(input_shape).as_list()
        if self._channels_first:
            return TensorShape([sizes[0], self.filters, *self._lengths(sizes[2:])])
        return TensorShape([sizes[0], *self._lengths(sizes[1:-1]), self.filters])


class Conv2DTranspose(_Transposed):
    """A layer that enlarges images by a transposed convolution; see `ConvolutionLayer`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(2, filters, kernel_size, *args, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """Build the output."""
        shape = self._output_shape(inputs)
        strides = list(self.strides)
        if self._channels_first:
            # On CPUs TensorFlow convolves with the channels last alone, and builds it so.
            last = transpose(inputs, (0, 2, 3, 1))
            sizes = stack([shape[0], shape[2], shape[3], shape[1]])
            outputs = images(last, self.kernel, sizes, strides, self.padding.upper())
            outputs = transpose(outputs, (0, 3, 1, 2))
        else:
            _ = shape[0]  # of no use, but TensorFlow builds it, and op seeds count nodes
            outputs = images(inputs, self.kernel, shape, strides, self.padding.upper())
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)


class Conv3DTranspose(_Transposed):
    """A layer that enlarges volumes by a transposed convolution; see `ConvolutionLayer`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(3, filters, kernel_size, *args, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """Build the output."""
        shape = self._output_shape(inputs)
        steps = list(self.strides)
        first = self._channels_first
        outputs = volumes(
            inputs,
            self.kernel,
            shape,
            [1, 1, *steps] if first else [1, *steps, 1],
            self.padding.upper(),
            data_format="NCDHW" if first else "NDHWC",
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)


def _function(layer: Callable[..., _Transposed], name: str, what: str) -> Callable[..., Tensor]:
    """Make the function that builds a layer and applies it."""

    def build(
        inputs: Any,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
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
    build.__doc__ = f"""Build a layer that enlarges {what} by a transposed convolution.

    Args:
      inputs: the {what}.
      filters: the number of output channels.
      kernel_size: the filter's size; the others are those of `ConvolutionLayer`.
      reuse: whether the variables of a layer of this name are used again.

    Returns:
      The layer's output.
    """
    return build


conv2d_transpose = _function(
    Conv2DTranspose, "conv2d_transpose", "images [batch, height, width, channels]"
)
conv3d_transpose = _function(
    Conv3DTranspose, "conv3d_transpose", "volumes [batch, depth, height, width, channels]"
)
