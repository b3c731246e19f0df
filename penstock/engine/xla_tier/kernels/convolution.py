"""Convolutions by XLA's own, which runs as matrix products on CPUs and by cuDNN on GPUs.

The two gradients are made by transposing the forward convolution, which is linear in its input
and in its filter: what comes out is the convolution with dilated gradients, or the one with batch
and channels exchanged, that XLA has fast code for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax import lax

from penstock.ops.convolution_kernels import convolution_windows
from penstock.ops.windows import channels_first, spatial, tap

__all__ = ["BY_CHANNEL", "KERNELS"]


def _specification(data_format: str) -> tuple[str, str, str]:
    letters = "DHW"[-(len(data_format) - 2) :]
    return data_format, letters + "IO", data_format


def _is_product(windows: Sequence[Any], filters: Any, channels: int) -> bool:
    """Whether the convolution is one matrix product, which is faster as such."""
    alone = all(window.taps == 1 and not window.before + window.after for window in windows)
    return alone and filters.shape[-2] == channels


def _convolve(
    x: Any, filters: Any, *, strides: Any, padding: str, data_format: str, dilations: Any,
    explicit_paddings: Any = (), groups: int | None = None,
) -> Any:  # fmt: skip
    windows = convolution_windows(
        spatial(x.shape, data_format), filters.shape[:-2], strides=strides, padding=padding,
        data_format=data_format, dilations=dilations, explicit_paddings=explicit_paddings,
    )  # fmt: skip
    first = channels_first(data_format)
    channels = x.shape[1 if first else -1]
    if not first and _is_product(windows, filters, channels):
        matrix = filters.reshape(filters.shape[-2:])
        seen = tap(x, windows, [0] * len(windows))
        return (seen.reshape(-1, channels) @ matrix).reshape(*seen.shape[:-1], matrix.shape[-1])
    return lax.conv_general_dilated(
        x,
        filters,
        window_strides=[window.stride for window in windows],
        padding=[(window.before, window.after) for window in windows],
        rhs_dilation=[window.dilation for window in windows],
        dimension_numbers=_specification(data_format),
        feature_group_count=groups or max(channels // max(filters.shape[-2], 1), 1),
    )


def _depthwise(x: Any, filters: Any, *, data_format: str, **settings: Any) -> Any:
    """Convolve each channel for itself: as many groups as channels."""
    *taps, channels, multiplier = filters.shape
    grouped = filters.reshape(*taps, 1, channels * multiplier)
    return _convolve(x, grouped, data_format=data_format, groups=channels, **settings)


Forward = Callable[..., Any]


def _transposed(linear: Callable[[Any], Any], shape: Sequence[int], dy: Any) -> Any:
    like = jax.ShapeDtypeStruct(tuple(int(size) for size in shape), dy.dtype)
    return jax.linear_transpose(linear, like)(dy)[0]


def _kernels(forward: Forward) -> tuple[Callable[..., Any], ...]:
    """Make the kernels of a convolution and of its gradients by input and filter."""

    def kernel(
        xp: Any, input: Any, filter: Any, *, strides: Any, padding: str, data_format: str,
        dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        return forward(
            input, filter, strides=strides, padding=padding, data_format=data_format,
            dilations=dilations, explicit_paddings=explicit_paddings,
        )  # fmt: skip

    def by_input(
        xp: Any, input_sizes: Any, filter: Any, out_backprop: Any, *, strides: Any, padding: str,
        data_format: str, dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        def linear(x: Any) -> Any:
            return kernel(
                xp, x, filter, strides=strides, padding=padding, data_format=data_format,
                dilations=dilations, explicit_paddings=explicit_paddings,
            )  # fmt: skip

        return _transposed(linear, input_sizes, out_backprop)

    def by_filter(
        xp: Any, input: Any, filter_sizes: Any, out_backprop: Any, *, strides: Any, padding: str,
        data_format: str, dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        def linear(filters: Any) -> Any:
            return kernel(
                xp, input, filters, strides=strides, padding=padding, data_format=data_format,
                dilations=dilations, explicit_paddings=explicit_paddings,
            )  # fmt: skip

        return _transposed(linear, filter_sizes, out_backprop)

    return kernel, by_input, by_filter


_DENSE = _kernels(_convolve)
BY_CHANNEL = _kernels(_depthwise)

KERNELS = {
    "Conv2D": _DENSE[0],
    "Conv2DBackpropInput": _DENSE[1],
    "Conv2DBackpropFilter": _DENSE[2],
    "Conv3D": _DENSE[0],
    "Conv3DBackpropInputV2": _DENSE[1],
    "Conv3DBackpropFilterV2": _DENSE[2],
}
