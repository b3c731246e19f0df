"""Softmax and its logarithm, along any axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.functions.arrays import transpose
from penstock.functions.arrays_joining import concat
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["class_axis", "log_softmax", "softmax"]


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """Build exp(logits) divided by its sum along an axis: scores become probabilities.

    Args:
      logits: a tensor of floats of at least one axis.
      axis: the axis of the classes; the last by default.
      name: the node's name.
      dim: the old name of `axis`.

    Returns:
      A tensor of the shape of `logits`.

    Raises:
      InvalidArgumentError: if there is no such axis.
    """
    return _along(raw.Softmax, logits, class_axis(axis, dim), name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """Build the logarithm of `softmax`, which keeps its digits where that is close to 0.

    Args:
      logits: a tensor of floats of at least one axis.
      axis: the axis of the classes; the last by default.
      name: the node's name.
      dim: the old name of `axis`.

    Returns:
      A tensor of the shape of `logits`.

    Raises:
      InvalidArgumentError: if there is no such axis.
    """
    return _along(raw.LogSoftmax, logits, class_axis(axis, dim), name)


def class_axis(axis: Any, dim: Any) -> Any:
    """Choose between an axis and the same by its old name; the last by default."""
    if dim is not None:
        if axis is not None:
            raise ValueError("Give 'axis', and not 'dim' as well, which is its old name.")
        axis = dim
    return -1 if axis is None else axis


def _along(compute: Callable[..., Tensor], logits: Any, axis: Any, name: str | None) -> Tensor:
    """Apply what works along the last axis along another one, by transposing there and back."""
    logits = convert_to_tensor(logits)
    shape = logits.static_shape
    rank = None if shape is None else len(shape)
    is_tensor = hasattr(axis, "value_index")
    if not is_tensor and (axis == -1 or (rank is not None and axis == rank - 1)):
        return compute(logits, name=name)
    known = constant_value(axis) if is_tensor else axis
    if known is not None and rank is not None and not -rank <= known < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"The axis must be one of the {rank} that the logits have, from {-rank} to "
            f"{rank - 1}, but {int(known)} was given.",
        )
    count = composed.rank(logits)
    if is_tensor:
        axis = raw.Select(axis < 0, axis + count, axis)
    elif axis < 0:
        axis = axis + count
    all_axes = composed.rank(logits)
    place = axis % rank
    swapped = compute(_swapped(logits, place, all_axes))
    output = _swapped(swapped, place, all_axes, name)
    output.set_shape(shape)
    return output


def _swapped(x: Tensor, axis: Any, rank: Tensor, name: str | None = None) -> Tensor:
    """Exchange an axis with the last one."""
    last = raw.Sub(rank, 1)
    order = [composed.range_of(axis), [last], composed.range_of(axis + 1, last), [axis]]
    return transpose(x, concat(order, 0), name=name or "transpose")
