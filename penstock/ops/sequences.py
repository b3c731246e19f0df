"""Evenly spaced numbers, and how many of given numbers fall where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import FLOATING
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import INDEX, INDEX_AS_INT32, require

__all__ = ["NEGATIVE_COUNTED", "SPECS", "check_counted", "make_kernels"]

_COUNTED = frozenset({dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64})


def _length(start: Any, limit: Any, delta: Any) -> int:
    if start.dtype.kind in "iu":
        return len(range(int(start), int(limit), int(delta)))
    return max(0, int(np.ceil(abs((limit - start) / delta))))


def _complaint(start: Any, limit: Any, delta: Any) -> str:
    """Say what is wrong with a range; nothing if it is a good one."""
    if delta == 0:
        return "Range needs a delta that is not 0."
    if (limit - start) * np.sign(delta) < 0:
        return (
            f"Range needs a delta that leads from start = {start} to limit = {limit}, but it is "
            f"{delta}."
        )
    return ""


def _range_shape(c: ShapeContext) -> Shape:
    for name in ("start", "limit", "delta"):
        rules.with_rank(c, name, 0)
    values = [c.value(name) for name in ("start", "limit", "delta")]
    if any(value is None for value in values):
        return (None,)
    complaint = _complaint(*values)
    if complaint:
        raise ValueError(complaint)
    return (_length(*values),)


def _range(xp: Any, start: Any, limit: Any, delta: Any) -> Any:
    complaint = _complaint(start, limit, delta)
    require(not complaint, complaint)
    steps = np.full(_length(start, limit, delta), delta, start.dtype)
    steps[:1] = start
    # Step by step, as TensorFlow does it: so the roundings add up to the same numbers.
    return np.cumsum(steps, dtype=start.dtype)


RANGE = OpSpec(
    "Range",
    inputs=["start: Tidx", "limit: Tidx", "delta: Tidx"],
    outputs=["output: Tidx"],
    attrs={
        "Tidx": attr(
            "type",
            dtypes.int32,
            allowed=_COUNTED | {dtypes.bfloat16},
        )
    },
    doc="The numbers from `start` on, `delta` apart, up to but without `limit`.",
    shape=_range_shape,
    kernel=_range,
    grad=NOT_DIFFERENTIABLE,
    static=["start", "limit", "delta"],
)


def _linspace_shape(c: ShapeContext) -> Shape:
    for name in ("start", "stop", "num"):
        rules.with_rank(c, name, 0)
    count = c.value("num")
    if count is None:
        return (None,)
    if count < 1:
        raise ValueError(f"LinSpace needs a num of at least 1, but it is {count}.")
    return (int(count),)


def _linspace(xp: Any, start: Any, stop: Any, num: Any) -> Any:
    require(num >= 1, f"LinSpace needs a num of at least 1, but it is {num}.")
    if num == 1:
        return xp.reshape(start, (1,))
    steps = np.arange(int(num) - 1).astype(start.dtype)
    step = (stop - start) / np.asarray(num - 1).astype(start.dtype)
    return xp.concatenate([start + steps * step, xp.reshape(stop, (1,))])


LIN_SPACE = OpSpec(
    "LinSpace",
    inputs=["start: T", "stop: T", "num: Tidx"],
    outputs=["output: T"],
    attrs={
        "T": FLOATING - {dtypes.float16},
        "Tidx": INDEX_AS_INT32,
    },
    doc="`num` numbers, evenly spaced, the first `start` and the last `stop`.",
    shape=_linspace_shape,
    kernel=_linspace,
    grad=NOT_DIFFERENTIABLE,
    static=["num"],
)


def _size_as_length(name: str) -> Any:
    def rule(c: ShapeContext) -> Shape:
        rules.with_rank(c, name, 0)
        size = c.value(name)
        return (None if size is None else int(size),)

    return rule


def make_kernels(count: Callable[[Any, Any, int], Any]) -> dict[str, Callable[..., Any]]:
    """Make the kernels that count, from a function of places, weights and the number of bins."""

    def bincount(xp: Any, arr: Any, size: Any, weights: Any) -> Any:
        size = int(size)
        values = xp.reshape(arr, -1)
        # What lies beyond goes to one bin more, which is left out.
        places = xp.where((values >= 0) & (values < size), values, size)
        each = xp.reshape(weights, -1) if weights.size else None
        return count(places, each, size + 1)[:size].astype(weights.dtype)

    def histogram(xp: Any, values: Any, value_range: Any, nbins: Any, *, dtype: Any) -> Any:
        bins = int(nbins)
        wide = "float32" if values.dtype.name == "float32" else "float64"
        low, high = value_range[0].astype(wide), value_range[1].astype(wide)
        step = (high - low) / bins
        places = xp.floor((xp.reshape(values, -1).astype(wide) - low) / step)
        places = xp.clip(places, 0, bins - 1).astype("int32")
        return count(places, None, bins).astype(dtype.as_numpy_dtype)

    return {"Bincount": bincount, "HistogramFixedWidth": histogram}


NEGATIVE_COUNTED = "What is counted must not be negative. Shift the values so that they begin at 0."


def check_counted(values: Any) -> None:
    """Raise InvalidArgumentError if there is a negative value."""
    if values.size and values.min() < 0:
        raise InvalidArgumentError(None, None, NEGATIVE_COUNTED)


_KERNELS = make_kernels(np.bincount)


def _bincount(xp: Any, arr: Any, size: Any, weights: Any) -> Any:
    check_counted(arr)
    return _KERNELS["Bincount"](xp, arr, size, weights)


BINCOUNT = OpSpec(
    "Bincount",
    inputs=["arr: int32", "size: int32", "weights: T"],
    outputs=["bins: T"],
    attrs={"T": _COUNTED},
    doc="How often each number below `size` is in `arr`, or the sum of the weights of these.",
    shape=_size_as_length("size"),
    kernel=_bincount,
    grad=Undefined("TensorFlow has none either; tf.math.unsorted_segment_sum of the weights does"),
    static=["size"],
)


HISTOGRAM_FIXED_WIDTH = OpSpec(
    "HistogramFixedWidth",
    inputs=["values: T", "value_range: T", "nbins: int32"],
    outputs=["out: dtype"],
    attrs={"T": _COUNTED, "dtype": attr("type", dtypes.int32, allowed=INDEX)},
    doc="How many values fall into each of `nbins` bins of one width; the outer bins are open.",
    shape=_size_as_length("nbins"),
    kernel=_KERNELS["HistogramFixedWidth"],
    grad=NOT_DIFFERENTIABLE,
    static=["nbins"],
)

SPECS = (RANGE, LIN_SPACE, BINCOUNT, HISTOGRAM_FIXED_WIDTH)
