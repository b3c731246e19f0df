"""Evenly spaced numbers, counts of numbers, and running sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.clipping import clip_by_value
from penstock.functions.math import truediv
from penstock.functions.math_reductions import reduce_max, reduce_prod
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "bincount",
    "cumprod",
    "cumsum",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "lin_space",
    "linspace",
    "range",
]

lin_space = linspace = op_function("LinSpace")

# What the numbers of a range become when they are of different dtypes: the last of these.
_HIERARCHY = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range"
) -> Tensor:
    """Build the numbers from `start` up to but without `limit`, `delta` apart.

    ``tf.range(limit)`` starts at 0.

    Args:
      start: a number or a tensor of no axes: the first number, or the limit if it stands alone.
      limit: where to stop.
      delta: the distance, which may be negative.
      dtype: the dtype of the numbers; None takes the widest of the three.
      name: the node's name.

    Returns:
      A tensor of one axis.

    Raises:
      ValueError: if `delta` is zero or leads away from `limit`.
    """
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "Range", [start, limit, delta]) as scope:
        wanted = None if dtype is None else as_dtype(dtype)
        bounds = [
            convert_to_tensor(bound, wanted, label)
            for bound, label in ((start, "start"), (limit, "limit"), (delta, "delta"))
        ]
        if wanted is None:
            kinds = [bound.dtype.base_dtype for bound in bounds]
            if all(kind in _HIERARCHY for kind in kinds):
                widest = max(kinds, key=_HIERARCHY.index)
                bounds = [composed.cast(bound, widest) for bound in bounds]
        return raw.Range(*bounds, name=scope)


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
) -> Tensor:
    """Build how often each whole number is in a tensor.

    Args:
      arr: int32 tensor without negative numbers.
      weights: tensor of the shape of `arr`: each number counts by its weight.
      minlength: the least length of the result.
      maxlength: the greatest length: numbers from it on are left out.
      dtype: the dtype of the counts, where there are no weights.

    Returns:
      A tensor of one axis, as long as the greatest number asks for.
    """
    with name_scope(None, "bincount"):
        arr = convert_to_tensor(arr, dtypes.int32, "arr")
        not_empty = raw.Greater(reduce_prod(composed.shape(arr)), 0)
        size = composed.cast(not_empty, dtypes.int32) * (reduce_max(arr) + 1)
        if minlength is not None:
            size = raw.Maximum(convert_to_tensor(minlength, dtypes.int32, "minlength"), size)
        if maxlength is not None:
            size = raw.Minimum(convert_to_tensor(maxlength, dtypes.int32, "maxlength"), size)
        if weights is None:
            return raw.Bincount(arr, size, composed.constant([], as_dtype(dtype)))
        return raw.UnsortedSegmentSum(convert_to_tensor(weights, name="weights"), arr, size)


def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Build how many values fall into each of `nbins` bins of one width.

    Args:
      values: tensor of numbers.
      value_range: tensor [2] of the same dtype: where the first bin begins and the last ends.
        Values outside count in the first and the last bin.
      nbins: how many bins there are.
      dtype: int32 or int64.
      name: the node's name.

    Returns:
      A tensor [nbins] of `dtype`.
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return raw.HistogramFixedWidth(values, value_range, nbins, dtype=dtype, name=scope)


def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Build the number of the bin, of `nbins` of one width, that each value falls into.

    Args:
      values: tensor of numbers.
      value_range: tensor [2] of the same dtype: where the first bin begins and the last ends.
        Values outside fall into the first and the last bin.
      nbins: how many bins there are.
      dtype: int32 or int64.
      name: the node's name.

    Returns:
      A tensor of the shape of `values`, of `dtype`.
    """
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        shape = composed.shape(values)
        flat = raw.Reshape(values, [-1])
        span = convert_to_tensor(value_range, name="value_range")
        count = convert_to_tensor(nbins, dtypes.int32, "nbins")
        wide = composed.cast(count, values.dtype)
        scaled = truediv(flat - span[0], span[1] - span[0], "scaled_values")
        places = raw.Floor(wide * scaled, name="indices")
        clipped = clip_by_value(places, 0, wide - 1)
        return raw.Reshape(composed.cast(clipped, as_dtype(dtype)), shape)


# Running sums and products


def _running(op: str, what: str) -> Callable[..., Tensor]:
    """Make the function of a running sum or product."""

    def function(
        x: Any,
        axis: Any = 0,
        exclusive: bool = False,
        reverse: bool = False,
        name: str | None = None,
    ) -> Tensor:
        with name_scope(name, op, [x]) as scope:
            tensor = convert_to_tensor(x, name="x")
            flags = {"exclusive": exclusive, "reverse": reverse}
            return getattr(raw, op)(tensor, axis, **flags, name=scope)

    function.__doc__ = (
        f"Build the {what} of all elements up to each, along an axis.\n\n"
        "Args:\n  x: tensor of numbers.\n  axis: the axis.\n"
        "  exclusive: whether each leaves itself out.\n"
        "  reverse: whether to begin at the end.\n  name: the node's name.\n\n"
        "Returns:\n  A tensor of the shape and dtype of `x`."
    )
    return function


cumsum = _running("Cumsum", "sum")
cumprod = _running("Cumprod", "product")
