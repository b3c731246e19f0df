"""The gradient of batch normalization's gradient, in closed form.

With n the normalized input, r = 1 / sqrt(variance + epsilon), m the mean over a channel and a bar
for what is left after taking the mean away, the gradient by the input is

    dx = scale * r * (dy' - n * m(n * dy')),    dy' = dy - m(dy)

which is linear in dy and its own transpose. So its gradient by dy is the same map applied to the
outer gradient; by x it follows from d r / d x = -r^2 n / N and d n / d x = r (1 - 1/N - n n / N).
"""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.ops.windows import channels_first

__all__ = ["second_order"]


class _Channels:
    """Means and sums over the pixels of each channel, as graphs, in one data format."""

    def __init__(self, ops: Any, data_format: str) -> None:
        self._ops = ops
        self._first = channels_first(data_format)
        self._axes = [0, 2, 3] if self._first else [0, 1, 2]

    def spread(self, vector: Any) -> Any:
        """Shape a vector of channels so that it broadcasts against images."""
        return self._ops.Reshape(vector, [1, -1, 1, 1]) if self._first else vector

    def mean(self, images: Any) -> Any:
        """Take the mean over each channel, in a shape that broadcasts."""
        return self._ops.Mean(images, self._axes, keep_dims=True)

    def total(self, images: Any) -> Any:
        """Sum over each channel, to a vector."""
        return self._ops.Sum(images, self._axes)


def second_order(ops: Any, node: Any, ddx: Any, ddscale: Any, ddoffset: Any, *_: Any) -> list[Any]:
    """Build the gradients of a FusedBatchNormGrad node by its inputs.

    Args:
      ops: the raw ops.
      node: the node.
      ddx: the gradient by its output x_backprop; so are the next two by scale and offset's.

    Returns:
      Gradients by y_backprop, x and scale; None for the saved moments.
    """
    dy, x, scale, mean, variance = node.inputs[:5]
    over = _Channels(ops, node.attrs["data_format"])
    kind = x.dtype
    if kind is not dtypes.float32:
        dy, x, ddx = (ops.Cast(each, DstT=dtypes.float32) for each in (dy, x, ddx))
    root = over.spread(ops.Rsqrt(variance + node.attrs["epsilon"]))
    normal = (x - over.spread(mean)) * root
    scale_, ddscale, ddoffset = (over.spread(each) for each in (scale, ddscale, ddoffset))
    if node.attrs["is_training"]:
        by_dy, by_x, by_scale = _training(over, dy, ddx, ddscale, normal, root, scale_)
    else:
        by_dy, by_x = ddx * scale_ * root, ddscale * dy * root
        by_scale = ddx * dy * root
    by_dy = by_dy + ddscale * normal + ddoffset
    if kind is not dtypes.float32:
        by_dy, by_x = (ops.Cast(each, DstT=kind) for each in (by_dy, by_x))
    return [by_dy, by_x, over.total(by_scale), *[None] * (len(node.inputs) - 3)]


def _training(
    over: _Channels, dy: Any, ddx: Any, ddscale: Any, normal: Any, root: Any, scale: Any
) -> tuple[Any, Any, Any]:
    dy, outer = dy - over.mean(dy), ddx - over.mean(ddx)
    slope, outer_slope = over.mean(dy * normal), over.mean(outer * normal)
    dy_left, outer_left = dy - normal * slope, outer - normal * outer_slope
    curvature = normal * (over.mean(dy * outer) - slope * outer_slope)
    bent = curvature + outer_left * slope + dy_left * outer_slope
    by_x = ddscale * root * dy_left - scale * (root * root) * bent
    return scale * root * outer_left, by_x, ddx * root * dy_left
