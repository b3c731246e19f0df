"""Lengths of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.functions.linalg import svd
from penstock.functions.math import pow
from penstock.functions.math_casts import conj
from penstock.functions.math_elementwise import abs
from penstock.functions.math_reductions import either, reduce_max, reduce_sum
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["norm", "normalize"]

_EUCLIDEAN = ("euclidean", "fro", 2)


def _check_order(ord: Any, is_matrix: bool) -> None:
    if is_matrix:
        known = ord in (*_EUCLIDEAN, 1, np.inf)
        what = "'euclidean', 'fro', 1, 2 or np.inf"
    else:
        known = ord in ("euclidean", np.inf) or (not isinstance(ord, str) and ord > 0)
        what = "'euclidean', np.inf or a positive number"
    if not known:
        kind = "matrix" if is_matrix else "vector"
        raise ValueError(f"The ord of a {kind} norm is {what}, not {ord!r}.")


def _check_axis(axis: Any) -> bool:
    """Tell whether the axes are those of matrices."""
    if isinstance(axis, (tuple, list)) and len(axis) == 2:
        if not all(isinstance(each, (int, np.integer)) for each in axis) or axis[0] == axis[1]:
            raise ValueError(f"A matrix norm is taken over two different axes, not {axis!r}.")
        return True
    if axis is not None and not isinstance(axis, (int, np.integer)):
        raise ValueError(f"axis is None, an integer, or a pair of integers, not {axis!r}.")
    return False


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: Any = None,
    name: str | None = None,
    keep_dims: Any = None,
) -> Tensor:
    """Build the length of vectors or matrices.

    Args:
      tensor: tensor of floats or complex numbers.
      ord: which length: 'euclidean' or 2, the root of the sum of squares (for matrices, 2 is the
        greatest singular value); 'fro', the same for matrices; 1, the sum of absolute values (for
        matrices, the greatest of a column); np.inf, the greatest absolute value (for matrices,
        the greatest sum of a row); a number p > 0, the p-th root of the sum of p-th powers.
      axis: the axis of the vectors; the two axes of the matrices; None takes all elements as one
        vector.
      keepdims: whether the axes stay, with size 1.
      name: the scope of the nodes.
      keep_dims: the old name of `keepdims`.

    Returns:
      A tensor of the dtype of `tensor`.

    Raises:
      ValueError: if `ord` or `axis` is not among these.
    """
    keepdims = bool(either(("keepdims", keepdims), ("keep_dims", keep_dims)))
    is_matrix = _check_axis(axis)
    _check_order(ord, is_matrix)
    axes = tuple(axis) if is_matrix else (None if axis is None else (axis,))
    with name_scope(name, "norm", [tensor]):
        x = convert_to_tensor(tensor)
        result = _length(x, ord, axes, is_matrix)
        return result if keepdims else raw.Squeeze(result, squeeze_dims=list(axes or ()))


def _length(x: Tensor, ord: Any, axes: Any, is_matrix: bool) -> Tensor:
    """Build the length, with the axes kept."""
    if ord in _EUCLIDEAN:
        if is_matrix and ord == 2:
            return _spectral(x, axes)
        return raw.Sqrt(reduce_sum(x * conj(x), axes, keepdims=True))
    sizes = abs(x)
    first, last = (None, None) if axes is None else (axes[0], axes[-1])
    if ord == 1:
        total = reduce_sum(sizes, first, keepdims=True)
        return reduce_max(total, last, keepdims=True) if is_matrix else total
    if ord == np.inf:
        if is_matrix:
            sizes = reduce_sum(sizes, last, keepdims=True)
        return reduce_max(sizes, first, keepdims=True)
    return pow(reduce_sum(pow(sizes, ord), axes, keepdims=True), 1.0 / ord)


def _spectral(x: Tensor, axes: tuple[int, int]) -> Tensor:
    """Build the greatest singular value of the matrices along two axes."""
    if x.static_shape is None:
        raise ValueError(f"The spectral norm needs a known number of axes; {x!r} has none.")
    rank = len(x.static_shape)
    places = [axis % rank for axis in axes]
    order = [*(axis for axis in range(rank) if axis not in places), *places]
    values = svd(composed.transpose(x, order), compute_uv=False)
    greatest = composed.expand_dims(reduce_max(values, -1, keepdims=True), -1)
    return composed.transpose(greatest, [order.index(axis) for axis in range(rank)])


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Build a tensor divided by its length.

    Args:
      tensor: tensor of floats or complex numbers.
      ord: which length, as for `norm`.
      axis: the axis or axes, as for `norm`.
      name: the scope of the nodes.

    Returns:
      The tensor of length 1, and the length, with its axes kept.
    """
    with name_scope(name, "normalize", [tensor]):
        x = convert_to_tensor(tensor)
        length = composed.cast(norm(x, ord, axis, keepdims=True), x.dtype)
        return x / length, length
