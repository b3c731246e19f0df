"""Evenly spaced numbers, and running sums and products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "cumprod",
    "cumsum",
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
