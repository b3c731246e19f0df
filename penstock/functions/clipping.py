"""Bounds for values, and for the lengths of tensors: what keeps gradients from exploding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.shapes import is_compatible
from penstock.functions.math_reductions import every_axis, reduce_sum
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "clip_by_average_norm",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
]


def _values(t: Any, name: str = "t") -> Tensor:
    return convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name=name)


def _like(values: Tensor, t: Any) -> Any:
    if isinstance(t, IndexedSlices):
        return IndexedSlices(values, t.indices, t.dense_shape)
    return values


def _keep_shape(values: Tensor, clipped: Tensor, bound: str) -> None:
    if not is_compatible(values.static_shape, clipped.static_shape):
        raise ValueError(
            f"{bound} must broadcast to the shape of the tensor that is clipped, {values.shape}, "
            f"but stretches it to {clipped.shape}."
        )


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """Build `t` with the bounds in place of what lies outside of them.

    Args:
      t: tensor or `IndexedSlices` of real numbers.
      clip_value_min: the lower bound, a number or a tensor that broadcasts to the shape of `t`.
      clip_value_max: the upper bound.
      name: the node's name.

    Returns:
      What `t` is.

    Raises:
      ValueError: if a bound has more axes, or larger ones, than `t`.
    """
    with name_scope(name, "clip_by_value", [t, clip_value_min, clip_value_max]) as scope:
        values = _values(t)
        below = raw.Minimum(values, clip_value_max)
        _keep_shape(values, below, "clip_value_max")
        clipped = raw.Maximum(below, clip_value_min, name=scope)
        _keep_shape(values, clipped, "clip_value_min")
        return _like(clipped, t)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """Build `t` shortened to the length `clip_norm` if it is longer.

    The length is the square root of the sum of squares.

    Args:
      t: tensor or `IndexedSlices` of floats.
      clip_norm: the greatest length.
      axes: the axes along which a length is taken; None means all.
      name: the node's name.

    Returns:
      What `t` is.
    """
    with name_scope(name, "clip_by_norm", [t, clip_norm]) as scope:
        values = _values(t)
        squares = reduce_sum(values * values, axes, keepdims=True)
        is_long = squares > 0
        # The square root has no slope at zero: there it is taken of one, and not used.
        safe = raw.Select(is_long, squares, composed.ones_like(squares))
        norm = raw.Select(is_long, raw.Sqrt(safe), squares)
        scaled = values * clip_norm
        _keep_shape(values, scaled, "clip_norm")
        clipped = raw.Identity(scaled / raw.Maximum(norm, clip_norm), name=scope)
        return _like(clipped, t)


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """Build `t` shortened so that its length over its number of elements is at most `clip_norm`.

    Args:
      t: tensor of floats.
      clip_norm: the greatest average length.
      name: the node's name.

    Returns:
      A tensor of the shape and dtype of `t`.
    """
    with name_scope(name, "clip_by_average_norm", [t, clip_norm]) as scope:
        values = _values(t)
        count = composed.cast(composed.size(values), values.dtype.base_dtype)
        squares = values * values
        every = composed.range_of(composed.rank(values))
        inverse = raw.Rsqrt(raw.Sum(squares, every))
        scaled = values * clip_norm
        share = inverse * count
        limit = composed.constant(1.0, values.dtype.base_dtype) / clip_norm
        return raw.Identity(scaled * raw.Minimum(share, limit), name=scope)


def _check_list(t_list: Any, function: str) -> list[Any]:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str):
        raise TypeError(
            f"{function} takes a list of tensors, not {t_list!r}. A single one goes into a list."
        )
    return list(t_list)


def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """Build the length of several tensors taken together.

    Args:
      t_list: list of tensors, `IndexedSlices` and None, which is left out.
      name: the scope of the nodes.

    Returns:
      A tensor of no axes: the square root of the sum of all squares.

    Raises:
      TypeError: if `t_list` is no list.
    """
    tensors = _check_list(t_list, "global_norm")
    with name_scope(name, "global_norm", tensors):
        values = [
            None if t is None else _values(t, f"t_{index}") for index, t in enumerate(tensors)
        ]
        halves = []
        for value in values:
            if value is not None:
                with value.graph.colocate_with(value):
                    halves.append(raw.L2Loss(value))
        stacked = composed.stack(halves)
        half = raw.Sum(stacked, every_axis(stacked, None))
        two = composed.constant(2.0, half.dtype.base_dtype)
        return raw.Sqrt(half * two, name="global_norm")


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Build tensors shortened by one factor, so that together they are no longer than `clip_norm`.

    Args:
      t_list: list of tensors, `IndexedSlices` and None.
      clip_norm: the greatest length of all of them taken together.
      use_norm: their length, if it is known already; else `global_norm` builds it.
      name: the scope of the nodes.

    Returns:
      The list of the shortened ones, None where there was None; and the length from before. If
      that is not finite, the shortened ones are NaN.

    Raises:
      TypeError: if `t_list` is no list.

    Example:

        gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    """
    tensors = _check_list(t_list, "clip_by_global_norm")
    norm = global_norm(tensors, name) if use_norm is None else use_norm
    with name_scope(name, "clip_by_global_norm", [*tensors, clip_norm]) as scope:
        one = 1.0 / norm
        limit = composed.constant(1.0, norm.dtype.base_dtype) / clip_norm
        scale = clip_norm * raw.Minimum(one, limit)
        nan = float("nan")
        factor = raw.Select(
            raw.IsFinite(norm), scale, composed.constant(nan, norm.dtype.base_dtype)
        )
        clipped = []
        for index, t in enumerate(tensors):
            if t is None:
                clipped.append(None)
                continue
            value = _values(t, f"t_{index}")
            with value.graph.colocate_with(value):
                clipped.append(_like(raw.Identity(value * factor, name=f"{scope}_{index}"), t))
        return clipped, norm
