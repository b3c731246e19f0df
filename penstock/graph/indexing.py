"""``x[...]`` on tensors: Python's index notation becomes one StridedSlice node.

Masks say what an entry means: bit i of `begin_mask` or `end_mask` says that the slice has no
bound there, of `ellipsis_mask` that entry i is ``...``, of `new_axis_mask` that it is
`tf.newaxis`, of `shrink_axis_mask` that it is one index, whose axis disappears.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Dimension
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.masking import boolean_mask, is_mask
from penstock.graph.name_scope import name_scope
from penstock.graph.stacking import stack

if TYPE_CHECKING:
    from penstock.graph.node import Tensor

__all__ = ["SliceArguments", "index_tensor", "slice_arguments"]


class SliceArguments:
    """The bounds and masks that an index comes to."""

    def __init__(self) -> None:
        self.begin: list[Any] = []
        self.end: list[Any] = []
        self.strides: list[Any] = []
        self.masks = dict.fromkeys(
            (
                "begin_mask",
                "end_mask",
                "shrink_axis_mask",
                "new_axis_mask",
                "ellipsis_mask",
            ),
            0,
        )

    def add(self, begin: Any, end: Any, stride: Any, *masks: str) -> None:
        """Add one entry, and set its bit in `masks`."""
        for mask in masks:
            self.masks[mask] |= 1 << len(self.begin)
        self.begin.append(begin)
        self.end.append(end)
        self.strides.append(stride)


def _is_given(bound: Any) -> bool:
    if bound is None:
        return False
    return not (isinstance(bound, int) and bound == sys.maxsize)


def slice_arguments(index: Any) -> SliceArguments:
    """Work out the arguments of StridedSlice for ``x[index]``.

    Raises:
      TypeError: if an entry is not an integer, slice, ellipsis, newaxis or integer tensor.
      ValueError: if there are two ellipses.
    """
    arguments = SliceArguments()
    for entry in index if isinstance(index, (tuple, list)) else (index,):
        if isinstance(entry, slice):
            _add_slice(arguments, entry)
        elif entry is Ellipsis:
            if arguments.masks["ellipsis_mask"]:
                raise ValueError("An index can hold one ellipsis (...) only, but holds several.")
            arguments.add(0, 0, 1, "ellipsis_mask")
        elif entry is None:
            arguments.add(0, 0, 1, "new_axis_mask")
        else:
            _check_index(entry)
            arguments.add(entry, entry + 1, 1, "shrink_axis_mask")
    return arguments


def _add_slice(arguments: SliceArguments, entry: slice) -> None:
    masks = []
    begin, end, stride = entry.start, entry.stop, entry.step
    if _is_given(begin):
        _check_index(begin)
    else:
        begin = 0
        masks.append("begin_mask")
    if _is_given(end):
        _check_index(end)
    else:
        end = 0
        masks.append("end_mask")
    if stride is not None:
        _check_index(stride)
    arguments.add(begin, end, 1 if stride is None else stride, *masks)


def _check_index(entry: Any) -> None:
    if isinstance(entry, (int, np.integer, Dimension)) and not isinstance(entry, bool):
        return
    dtype = getattr(entry, "dtype", None)
    is_integer = getattr(dtype, "is_integer", None)
    if is_integer is None and isinstance(entry, np.ndarray):
        is_integer = entry.dtype.kind in "iu"
    if is_integer and getattr(entry, "static_shape", getattr(entry, "shape", None)) in ((), None):
        return
    raise TypeError(
        "A tensor is indexed by integers, slices (:), ellipsis (...), tf.newaxis and scalar "
        f"int32 or int64 tensors, not by {entry!r}. Use tf.boolean_mask for a mask among other "
        "indices and tf.gather for a list of indices."
    )


def index_tensor(tensor: Tensor, index: Any) -> Tensor:
    """Build ``tensor[index]``; an index of booleans is a mask."""
    if is_mask(index):
        return boolean_mask(tensor, index)
    arguments = slice_arguments(index)
    with name_scope("strided_slice", values=(tensor,)) as scope:
        bounds = _bounds(arguments)
        result: Tensor = raw.StridedSlice(tensor, *bounds, **arguments.masks, name=scope)
        return result


def _bounds(arguments: SliceArguments) -> list[Tensor]:
    if not arguments.begin:
        return [convert_to_tensor([], dtypes.int32)] * 3
    bounds = [stack(values) for values in (arguments.begin, arguments.end, arguments.strides)]
    if any(bound.dtype is dtypes.int64 for bound in bounds):
        bounds = [
            bound if bound.dtype is dtypes.int64 else raw.Cast(bound, DstT=dtypes.int64)
            for bound in bounds
        ]
    return bounds
