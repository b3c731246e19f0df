"""Normalization: by moments, by the energy around an element, by a vector's length."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "fused_batch_norm",
    "l2_normalize",
    "local_response_normalization",
    "lrn",
]

# Below it, cuDNN refuses; TensorFlow raises smaller ones to it on every device.
_LEAST_EPSILON = 1.001e-5


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: float,
    name: str | None = None,
) -> Tensor:
    """Build scale * (x - mean) / sqrt(variance + variance_epsilon) + offset.

    The moments and `scale` and `offset` broadcast against `x`: shape [depth] for the last axis,
    or as `tf.nn.moments` gives them with keepdims.

    Args:
      x: a tensor of floats.
      mean: the mean to take away.
      variance: the variance to divide by.
      offset: what is added at last, or None.
      scale: what is multiplied before, or None.
      variance_epsilon: added to the variance, so that nothing is divided by 0.
      name: a name for what is built.

    Returns:
      A tensor of the shape of `x`.

    Source: Ioffe and Szegedy, "Batch normalization", 2015.
    """
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        x = convert_to_tensor(x)
        factor = raw.Rsqrt(variance + variance_epsilon)
        if scale is not None:
            factor = factor * scale
        scaled = x * _as(factor, x)
        if offset is None:
            return scaled + _as(-mean * factor, x)
        return scaled + _as(offset - mean * factor, x)


def _as(value: Tensor, like: Tensor) -> Tensor:
    dtype = like.dtype.base_dtype
    return value if value.dtype.base_dtype is dtype else raw.Cast(value, DstT=dtype)


def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: float | None = None,
    scale_after_normalization: bool | None = None,
    name: str | None = None,
    input: Any = None,  # noqa: A002
    mean: Any = None,
    variance: Any = None,
) -> Tensor:
    """Build batch normalization: an older form of `batch_normalization`.

    Args:
      t: images [batch, height, width, channels].
      m: the mean, [channels].
      v: the variance, [channels].
      beta: what is added at last, [channels].
      gamma: what is multiplied before, [channels].
      variance_epsilon: added to the variance.
      scale_after_normalization: whether `gamma` is used.
      name: a name for what is built.
      input: the new name of `t`.
      mean: the new name of `m`.
      variance: the new name of `v`.
    """
    return batch_normalization(
        t if input is None else input,
        m if mean is None else mean,
        v if variance is None else variance,
        beta,
        gamma if scale_after_normalization else None,
        variance_epsilon,  # type: ignore[arg-type]
        name,
    )


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Build batch normalization of images as one node.

    Args:
      x: images, in the layout `data_format`.
      scale: [channels].
      offset: [channels].
      mean: [channels]; must be None in training, and given otherwise.
      variance: [channels]; must be None in training, and given otherwise.
      epsilon: added to the variance.
      data_format: ``"NHWC"`` or ``"NCHW"``.
      is_training: whether the moments are the batch's own.
      name: the node's name.

    Returns:
      The normalized images, the mean, and the variance (unbiased in training).

    Raises:
      ValueError: if moments are given in training.
    """
    x = convert_to_tensor(x, name="input")
    scale = convert_to_tensor(scale, name="scale")
    offset = convert_to_tensor(offset, name="offset")
    if is_training and (mean is not None or variance is not None):
        raise ValueError(
            "In training the moments are the batch's own: leave mean and variance out, or pass "
            "is_training=False."
        )
    mean = composed.constant([]) if mean is None else mean
    variance = composed.constant([]) if variance is None else variance
    outputs = raw.FusedBatchNormV3(
        x,
        scale,
        offset,
        mean,
        variance,
        epsilon=max(epsilon, _LEAST_EPSILON),
        data_format=data_format,
        is_training=is_training,
        name=name,
    )
    return outputs[0], outputs[1], outputs[2]


def local_response_normalization(
    input: Any,  # noqa: A002
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """Build input / (bias + alpha * (sum of squares of channels around)) ** beta.

    Args:
      input: images [batch, height, width, channels].
      depth_radius: how far away a channel may be to count.
      bias: keeps the division from 0.
      alpha: the weight of the squares.
      beta: the exponent.
      name: the node's name.

    Returns:
      A tensor of the shape of `input`.
    """
    return raw.LRN(input, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta, name=name)


lrn = local_response_normalization


def l2_normalize(
    x: Any,
    axis: Any = None,
    epsilon: float = 1e-12,
    name: str | None = None,
    dim: Any = None,
) -> Tensor:
    """Build `x` divided by its length along axes.

    Args:
      x: a tensor of floats.
      axis: one axis or a list; all by default.
      epsilon: the least square of a length.
      name: a name for what is built.
      dim: the old name of `axis`.

    Returns:
      A tensor of the shape of `x`, of length 1 along `axis`.
    """
    if dim is not None:
        if axis is not None:
            raise ValueError("Give 'axis', and not 'dim' as well, which is its old name.")
        axis = dim
    with name_scope(name, "l2_normalize", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        length = composed.reduce_sum(raw.Square(x), axis, keepdims=True)
        return raw.Mul(x, raw.Rsqrt(raw.Maximum(length, epsilon)), name=scope)
