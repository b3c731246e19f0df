"""Means and variances over axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays import squeeze
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "moments",
    "normalize_moments",
    "sufficient_statistics",
    "weighted_moments",
]


def _either(new: Any, old: Any, old_name: str) -> bool:
    """Choose between `keepdims` and its old name."""
    if old is not None:
        if new is not None:
            raise ValueError(f"Give 'keepdims', and not {old_name!r} as well, its old name.")
        return bool(old)
    return bool(new)


def moments(
    x: Any,
    axes: Any,
    shift: Any = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """Build the mean and the variance of a tensor over axes.

    For batch normalization over all but the channels of images [batch, height, width, channels]
    pass ``axes=[0, 1, 2]``; for a dense layer's [batch, units] pass ``axes=[0]``.

    Args:
      x: a tensor of floats.
      axes: one axis or a list.
      shift: not used.
      name: a name for what is built.
      keep_dims: the old name of `keepdims`.
      keepdims: whether the axes stay, with size 1.

    Returns:
      The mean and the variance, the latter without Bessel's correction.
    """
    keep = _either(keepdims, keep_dims, "keep_dims")
    with name_scope(name, "moments", [x, axes]):
        x = convert_to_tensor(x)
        half = x.dtype is dtypes.float16
        y = raw.Cast(x, DstT=dtypes.float32) if half else x
        mean = raw.Mean(y, axes, keep_dims=True, name="mean")
        deviation = raw.SquaredDifference(y, raw.StopGradient(mean))
        variance = raw.Mean(deviation, axes, keep_dims=True, name="variance")
        if not keep:
            mean, variance = squeeze(mean, axes), squeeze(variance, axes)
        if half:
            mean, variance = raw.Cast(mean, DstT=x.dtype), raw.Cast(variance, DstT=x.dtype)
        return mean, variance


def weighted_moments(
    x: Any,
    axes: Any,
    frequency_weights: Any,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """Build the mean and the variance of a tensor whose elements count with weights.

    Args:
      x: a tensor of floats.
      axes: one axis or a list.
      frequency_weights: weights that broadcast against `x`.
      name: a name for what is built.
      keep_dims: the old name of `keepdims`.
      keepdims: whether the axes stay, with size 1.

    Returns:
      The weighted mean and the weighted variance.
    """
    keep = _either(keepdims, keep_dims, "keep_dims")
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(frequency_weights, name="frequency_weights")
        half = x.dtype is dtypes.float16
        y = raw.Cast(x, DstT=dtypes.float32) if half else x
        if weights.dtype.base_dtype is not y.dtype.base_dtype:
            weights = raw.Cast(weights, DstT=y.dtype)
        total = raw.Sum(weights * y, axes, keep_dims=True, name="weighted_input_sum")
        stretched = weights + composed.zeros_like(y)
        count = raw.Sum(stretched, axes, keep_dims=True, name="sum_of_weights")
        divisor = raw.Reciprocal(count, name="inv_weight_sum")
        mean = raw.Mul(total, divisor)
        spread = weights * raw.SquaredDifference(y, mean)
        distance = raw.Sum(spread, axes, keep_dims=True, name="weighted_distsq")
        variance = raw.Mul(distance, divisor)
        if not keep:
            mean, variance = squeeze(mean, axes), squeeze(variance, axes)
        if half:
            mean, variance = raw.Cast(mean, DstT=x.dtype), raw.Cast(variance, DstT=x.dtype)
        return mean, variance


def sufficient_statistics(
    x: Any,
    axes: Sequence[int],
    shift: Any = None,
    keep_dims: bool | None = None,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Build the sums from which mean and variance follow, and which add up over batches.

    Args:
      x: a tensor of floats.
      axes: a list of axes.
      shift: a value near the mean, which keeps digits where the mean is far from 0; or None.
      keep_dims: the old name of `keepdims`.
      name: a name for what is built.
      keepdims: whether the axes stay, with size 1.

    Returns:
      The count of elements, the sum of x - shift, the sum of its square, and the shift.
    """
    keep = _either(keepdims, keep_dims, "keep_dims")
    axes = list(set(axes))
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        count = _count(x, axes)
        if shift is None:
            first, second = x, raw.Square(x)
        else:
            shift = convert_to_tensor(shift, name="shift")
            first, second = raw.Sub(x, shift), raw.SquaredDifference(x, shift)
        first = raw.Sum(first, axes, keep_dims=keep, name="mean_ss")
        second = raw.Sum(second, axes, keep_dims=keep, name="var_ss")
        return count, first, second, shift


def _count(x: Tensor, axes: Sequence[int]) -> Tensor:
    """Build the number of elements over the axes, as a float."""
    shape = x.static_shape
    sizes = [None] if shape is None else [shape[axis] for axis in axes]
    known = [size for size in sizes if size is not None]
    if len(known) == len(sizes):
        return composed.constant(math.prod(known), x.dtype)
    all_sizes = raw.Cast(composed.shape(x), DstT=x.dtype)
    chosen = raw.GatherV2(all_sizes, axes, 0)
    return raw.Prod(chosen, composed.constant([0], dtypes.int32), name="count")


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Build mean and variance from what `sufficient_statistics` gives.

    Args:
      counts: the count of elements.
      mean_ss: the sum of x - shift.
      variance_ss: the sum of its square.
      shift: the shift, or None.
      name: a name for what is built.

    Returns:
      The mean and the variance.
    """
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = raw.Reciprocal(counts, name="divisor")
        if shift is None:
            mean = shifted = raw.Mul(mean_ss, divisor, name="mean")
        else:
            shifted = raw.Mul(mean_ss, divisor, name="shifted_mean")
            mean = raw.Add(shifted, shift, name="mean")
        square = raw.Mul(variance_ss, divisor)
        variance = raw.Sub(square, raw.Square(shifted), name="variance")
        return mean, variance
