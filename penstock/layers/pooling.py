"""Pooling layers, as classes and as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.shapes import TensorShape
from penstock.functions.arrays import expand_dims, squeeze, transpose
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer
from penstock.graph.node import Tensor
from penstock.layers.utils import (
    convert_data_format,
    normalize_data_format,
    normalize_padding,
    normalize_tuple,
    output_length,
)
from penstock.nn.pooling import avg_pool, avg_pool3d, max_pool, max_pool3d

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "average_pooling1d",
    "average_pooling2d",
    "average_pooling3d",
    "max_pooling1d",
    "max_pooling2d",
    "max_pooling3d",
]


class _Pooling(Layer):
    """The base of pooling layers.

    Args:
      pool: builds the pooling of images or volumes.
      rank: the number of spatial axes.
      pool_size: the window's size, one number or one per spatial axis.
      strides: steps of the window, likewise; the window's size if None.
      padding: ``"valid"`` or ``"same"``.
      data_format: ``"channels_last"`` or ``"channels_first"``.
      name: the layer's name.
    """

    def __init__(
        self,
        pool: Callable[..., Tensor],
        rank: int,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self._pool = pool
        self._rank = rank
        self.pool_size = normalize_tuple(pool_size, rank, "pool_size")
        self.strides = normalize_tuple(pool_size if strides is None else strides, rank, "strides")
        self.padding = normalize_padding(padding)
        self.data_format = normalize_data_format(data_format)
        self.input_spec = InputSpec(ndim=rank + 2)

    @property
    def _channels_first(self) -> bool:
        return self.data_format == "channels_first"

    def call(self, inputs: Tensor) -> Tensor:
        """Build the output."""
        return self._pooled(inputs, self.pool_size, self.strides, self._channels_first)

    def _pooled(self, x: Tensor, window: Any, steps: Any, first: bool) -> Tensor:
        return self._pool(
            x,
            (1, 1, *window) if first else (1, *window, 1),
            (1, 1, *steps) if first else (1, *steps, 1),
            self.padding.upper(),
            data_format=convert_data_format(
                "channels_first" if first else "channels_last", len(window) + 2
            ),
        )

    def _with_channels_last(self, x: Tensor, window: Any, steps: Any) -> Tensor:
        """Pool with the channels last, as TensorFlow does on CPUs, and builds it."""
        if not self._channels_first:
            return self._pooled(x, window, steps, False)
        rank = len(window)
        spatial = range(2, rank + 2)
        last = transpose(x, (0, *spatial, 1))
        return transpose(
            self._pooled(last, window, steps, False), (0, rank + 1, *range(1, rank + 1))
        )

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """Tell the output's static shape from the input's."""
        sizes = TensorShape(input_shape).as_list()
        space = sizes[2:] if self._channels_first else sizes[1:-1]
        steps = [
            output_length(size, taps, self.padding, stride)
            for size, taps, stride in zip(space, self.pool_size, self.strides, strict=True)
        ]
        if self._channels_first:
            return TensorShape([*sizes[:2], *steps])
        return TensorShape([sizes[0], *steps, sizes[-1]])


class _LinePooling(_Pooling):
    def call(self, inputs: Tensor) -> Tensor:
        """Build the output: lines are images with one column."""
        axis = 3 if self._channels_first else 2
        image = expand_dims(inputs, axis)
        pooled = self._with_channels_last(image, (*self.pool_size, 1), (*self.strides, 1))
        return squeeze(pooled, axis)


class _VolumePooling(_Pooling):
    def call(self, inputs: Tensor) -> Tensor:
        """Build the output."""
        return self._with_channels_last(inputs, self.pool_size, self.strides)


class MaxPooling1D(_LinePooling):
    """A layer that takes the largest element under each step of a window over lines.

    Args:
      pool_size: the window's size.
      strides: steps of the window.
      padding: ``"valid"`` or ``"same"``.
      data_format: ``"channels_last"`` or ``"channels_first"``.
      name: the layer's name.
    """

    def __init__(self, pool_size: Any, strides: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(max_pool, 1, pool_size, strides, *args, **kwargs)


class MaxPooling2D(_Pooling):
    """A layer that takes the largest element under each step of a window over images.

    Arguments as for `MaxPooling1D`, with two sizes.
    """

    def __init__(self, pool_size: Any, strides: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(max_pool, 2, pool_size, strides, *args, **kwargs)


class MaxPooling3D(_VolumePooling):
    """A layer that takes the largest element under each step of a window over volumes.

    Arguments as for `MaxPooling1D`, with three sizes.
    """

    def __init__(self, pool_size: Any, strides: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(max_pool3d, 3, pool_size, strides, *args, **kwargs)


class AveragePooling1D(_LinePooling):
    """A layer that takes the mean under each step of a window over lines; see `MaxPooling1D`."""

    def __init__(self, pool_size: Any, strides: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(avg_pool, 1, pool_size, strides, *args, **kwargs)


class AveragePooling2D(_Pooling):
    """A layer that takes the mean under each step of a window over images; see `MaxPooling1D`."""

    def __init__(self, pool_size: Any, strides: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(avg_pool, 2, pool_size, strides, *args, **kwargs)


class AveragePooling3D(_VolumePooling):
    """A layer that takes the mean under each step of a window over volumes; see `MaxPooling1D`."""

    def __init__(self, pool_size: Any, strides: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(avg_pool3d, 3, pool_size, strides, *args, **kwargs)


def _function(layer: Callable[..., Layer], name: str, what: str) -> Callable[..., Tensor]:
    """Make the function that builds a pooling layer and applies it."""

    def build(
        inputs: Any,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
    ) -> Tensor:
        return layer(pool_size, strides, padding, data_format, name).apply(inputs)

    build.__name__ = build.__qualname__ = name
    build.__doc__ = f"""Build {what}.

    Args:
      inputs: [batch, space..., channels], or as `data_format` says.
      pool_size: the window's size, one number or one per spatial axis.
      strides: steps of the window, likewise.
      padding: ``"valid"`` or ``"same"``.
      data_format: ``"channels_last"`` or ``"channels_first"``.
      name: the layer's name.

    Returns:
      The layer's output.
    """
    return build


max_pooling1d = _function(MaxPooling1D, "max_pooling1d", "the maxima of a window over lines")
max_pooling2d = _function(MaxPooling2D, "max_pooling2d", "the maxima of a window over images")
max_pooling3d = _function(MaxPooling3D, "max_pooling3d", "the maxima of a window over volumes")
average_pooling1d = _function(
    AveragePooling1D, "average_pooling1d", "the means of a window over lines"
)
average_pooling2d = _function(
    AveragePooling2D, "average_pooling2d", "the means of a window over images"
)
average_pooling3d = _function(
    AveragePooling3D, "average_pooling3d", "the means of a window over volumes"
)
