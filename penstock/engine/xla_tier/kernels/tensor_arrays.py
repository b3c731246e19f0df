"""TensorArrays in compiled code begin as lists whose elements may be traced."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape
from penstock.engine.xla_tier.traced_lists import TracedList
from penstock.ops import tensor_list_kernels, tensor_lists
from penstock.ops.tensor_arrays import SPECS, array_form

__all__ = ["KERNELS", "OF_ARRAYS"]

# These work on arrays whose elements may be traced, however much of their inputs is known.
OF_ARRAYS = frozenset(spec.name for spec in (*SPECS, *tensor_lists.SPECS))


def _create(
    xp: Any,
    size: Any,
    *,
    dtype: DType,
    element_shape: Shape,
    dynamic_size: bool,
    clear_after_read: bool,
    identical_element_shapes: bool,
) -> tuple[TracedList]:
    form = array_form(
        dtype, element_shape, dynamic_size, clear_after_read, identical_element_shapes
    )
    return (TracedList.empty(form, int(size)),)


KERNELS = {"TensorArrayV3": _create, **tensor_list_kernels.creators(TracedList)}
