"""Choosing the elements of a tensor by a mask of booleans: `tf.boolean_mask` and ``x[mask]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.core import dtypes
from penstock.graph.build import graph_of, raw
from penstock.graph.conversion import constant, convert

if TYPE_CHECKING:
    from penstock.graph.node import Tensor

__all__ = ["boolean_mask", "is_mask"]


def is_mask(index: Any) -> bool:
    """Tell whether what stands in the brackets of ``x[...]`` is a mask."""
    dtype = getattr(index, "dtype", None)
    return isinstance(index, bool) or (dtype is not None and dtype == dtypes.bool)


def boolean_mask(
    tensor: Any, mask: Any, name: str = "boolean_mask", axis: int | None = None
) -> Tensor:
    """Build the elements or rows of a tensor for which a mask is true.

    Args:
      tensor: a tensor.
      mask: booleans, whose shape is that of `tensor` from `axis` on; its rank must be known.
      name: name scope of what is built.
      axis: the first axis that the mask is about; 0 by default.

    Returns:
      A tensor in which the axes of the mask are one, as long as the mask has true elements.

    Raises:
      ValueError: if the mask is a scalar or of unknown rank, or the shapes do not fit.
    """
    graph = graph_of([tensor, mask])
    with graph.name_scope(name):
        tensor = convert(graph, tensor, name="tensor")
        mask = convert(graph, mask, name="mask")
        if not mask.static_shape:
            raise ValueError(
                f"A mask must have at least one axis, and a known number of them, but {mask!r} "
                "has not. Use set_shape([None]) if it is a vector."
            )
        first = 0 if axis is None else axis
        last = first + len(mask.static_shape)
        masked = tensor.shape[first:last]
        masked.assert_is_compatible_with(mask.shape)
        count = raw.Prod(_shape(tensor)[first:last], [0])
        before, after = _shape(tensor)[:first], _shape(tensor)[last:]
        rows = raw.Reshape(tensor, raw.ConcatV2([before, [count], after], 0, name="concat"))
        rows.set_shape(
            tensor.shape[:first]
            .concatenate([masked.num_elements()])
            .concatenate(tensor.shape[last:])
        )
        chosen = raw.Where(raw.Reshape(mask, [-1]))
        result: Tensor = raw.GatherV2(rows, raw.Squeeze(chosen, squeeze_dims=[1]), first)
        return result


def _shape(tensor: Tensor) -> Tensor:
    static = tensor.static_shape
    if static is None or None in static:
        dynamic: Tensor = raw.Shape(tensor)
        return dynamic
    return constant(tensor.graph, list(static), dtypes.int32, name="Shape")
