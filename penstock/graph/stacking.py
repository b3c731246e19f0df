"""Joining values along a new axis: `tf.stack`, which an index with tensors needs as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.graph.build import convert_to_tensor, raw

if TYPE_CHECKING:
    from penstock.graph.node import Tensor

__all__ = ["stack"]


def stack(values: Any, axis: int = 0, name: str = "stack") -> Tensor:
    """Build tensors of one shape joined along a new axis.

    Args:
      values: a list of tensors.
      axis: where the new axis stands in the result; negative ones count from behind.
      name: the node's name.

    Returns:
      A tensor of one axis more; a constant if `values` are numbers.

    Raises:
      ValueError: if the shapes differ, or there is no such axis.
    """
    if axis == 0:
        try:
            return convert_to_tensor(values, name=name)
        except (TypeError, ValueError):
            pass  # values that are no constant, and not of one dtype as they stand
    shape = convert_to_tensor(values[0], name=name).static_shape
    if shape is not None and not -len(shape) - 1 <= axis <= len(shape):
        raise ValueError(
            f"The new axis must be one from {-len(shape) - 1} to {len(shape)}, not {axis}."
        )
    packed: Tensor = raw.Pack(values, axis=axis, name=name)
    return packed
