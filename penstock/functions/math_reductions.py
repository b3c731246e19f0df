"""Reductions: sums, products, means, extremes and their places, over some axes or all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops import composed

__all__ = [
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "either",
    "every_axis",
    "reduce_all",
    "reduce_any",
    "reduce_euclidean_norm",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "reduced",
]


def either(new: tuple[str, Any], old: tuple[str, Any]) -> Any:
    """Give the value of an argument that has an old name too.

    Raises:
      ValueError: if both are given.
    """
    if old[1] is None:
        return new[1]
    if new[1] is not None:
        raise ValueError(
            f"{old[0]!r} is the old name of {new[0]!r}: only one of them can be given. "
            f"Leave out {old[0]!r}."
        )
    return old[1]


def every_axis(x: Any, axis: Any) -> Any:
    """Give the axes to reduce: `axis`, or, where that is None, a tensor of all of them."""
    if axis is not None:
        return axis
    shape = x.static_shape if isinstance(x, Tensor) else None
    if isinstance(x, SparseTensor):
        shape = x.dense_shape.static_shape
        shape = None if shape is None or shape[0] is None else (None,) * shape[0]
    if shape is not None:
        return composed.constant(list(range(len(shape))), dtypes.int32)
    return composed.range_of(0, composed.rank(x))


def reduced(
    op: str, x: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Build the reduction `op` over some axes, or over all if `axis` is None."""
    axes = every_axis(x, axis)
    result = getattr(raw, op)(x, axes, keep_dims=keepdims, name=name)
    if axis is None and not keepdims:
        result.set_shape(())
    return result


_DOCSTRING = """Build {what} over some axes of a tensor, or over all.

Args:
  input_tensor: tensor of {types}.
  axis: an axis, a list of axes, or an integer tensor; negative ones count from the back. None
    means all, an empty list none.
  keepdims: whether the axes stay, with size 1.
  name: the node's name.
  reduction_indices: the old name of `axis`.
  keep_dims: the old name of `keepdims`.

Returns:
  A tensor of the dtype of `input_tensor`.

Raises:
  ValueError: if an axis does not exist, or an argument is given under both of its names.
"""


def _reduction(op: str, what: str, types: str = "numbers") -> Callable[..., Tensor]:
    """Make the function of a reduction."""

    def function(
        input_tensor: Any,
        axis: Any = None,
        keepdims: Any = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: Any = None,
    ) -> Tensor:
        axis = either(("axis", axis), ("reduction_indices", reduction_indices))
        keepdims = either(("keepdims", keepdims), ("keep_dims", keep_dims))
        return reduced(op, input_tensor, axis, bool(keepdims), name)

    function.__doc__ = _DOCSTRING.format(what=what, types=types)
    return function


reduce_sum = _reduction("Sum", "the sum")
reduce_prod = _reduction("Prod", "the product")
reduce_mean = _reduction("Mean", "the mean")
reduce_max = _reduction("Max", "the greatest", "real numbers")
reduce_min = _reduction("Min", "the smallest", "real numbers")
reduce_any = _reduction("Any", "whether any is true", "bool")
reduce_all = _reduction("All", "whether all are true", "bool")


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Build the square root of the sum of squares over some axes of a tensor, or over all.

    Args:
      input_tensor: tensor of numbers.
      axis: an axis, or several; None means all.
      keepdims: whether the axes stay, with size 1.
      name: the node's name.

    Returns:
      A tensor of the dtype of `input_tensor`.
    """
    return reduced("EuclideanNorm", input_tensor, axis, bool(keepdims), name)


def reduce_logsumexp(
    input_tensor: Any,
    axis: Any = None,
    keepdims: Any = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: Any = None,
) -> Tensor:
    """Build log(sum(exp(x))) over some axes, in a way that neither overflows nor underflows.

    Args:
      input_tensor: tensor of floats.
      axis: an axis, or several; None means all.
      keepdims: whether the axes stay, with size 1.
      name: the name of the result.
      reduction_indices: the old name of `axis`.
      keep_dims: the old name of `keepdims`.

    Returns:
      A tensor of the dtype of `input_tensor`.

    Raises:
      ValueError: if an argument is given under both of its names.
    """
    axis = either(("axis", axis), ("reduction_indices", reduction_indices))
    keepdims = bool(either(("keepdims", keepdims), ("keep_dims", keep_dims)))
    x = convert_to_tensor(input_tensor)
    with name_scope(name, "ReduceLogSumExp", [x]):
        greatest = reduced("Max", x, axis, True, None)
        finite = raw.IsFinite(greatest)
        shift = raw.StopGradient(raw.Select(finite, greatest, composed.zeros_like(greatest)))
        total = reduced("Sum", raw.Exp(raw.Sub(x, shift)), axis, keepdims, None)
        logarithm = raw.Log(total)
        if not keepdims:
            shift = raw.Reshape(shift, composed.shape(logarithm))
        result = raw.Add(logarithm, shift)
        if axis is None and not keepdims:
            result.set_shape(())
        return result


# The place of the extreme

arg_max = op_function("ArgMax", "output_type")
arg_min = op_function("ArgMin", "output_type")


def argmax(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """Build where along an axis the greatest element is: the first of equal ones.

    Args:
      input: tensor of numbers.
      axis: the axis, an integer or an integer tensor; 0 if None.
      name: the node's name.
      dimension: the old name of `axis`.
      output_type: int32 or int64.

    Returns:
      A tensor of `output_type`, without that axis.
    """
    axis = either(("axis", axis), ("dimension", dimension))
    return raw.ArgMax(input, 0 if axis is None else axis, output_type=output_type, name=name)


def argmin(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """Build where along an axis the smallest element is: the first of equal ones.

    Args:
      input: tensor of numbers.
      axis: the axis, an integer or an integer tensor; 0 if None.
      name: the node's name.
      dimension: the old name of `axis`.
      output_type: int32 or int64.

    Returns:
      A tensor of `output_type`, without that axis.
    """
    axis = either(("axis", axis), ("dimension", dimension))
    return raw.ArgMin(input, 0 if axis is None else axis, output_type=output_type, name=name)
