"""Slots: variables that an optimizer or an average keeps beside a variable, named after it.

The slot of the variable ``layer/w`` that Adam makes is called ``layer/w/Adam``, and stands on the
variable's device.
"""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.core.shapes import TensorShape, is_fully_defined
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Zeros
from penstock.functions.resource_variable_base import is_resource_variable
from penstock.functions.variable_base import SaveSliceInfo, VariableBase
from penstock.functions.variable_scope import get_variable_scope, variable_scope
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["create_slot", "create_slot_with_initializer", "create_zeros_slot", "filled_like"]


def create_slot(primary: Any, val: Any, name: str, colocate_with_primary: bool = True) -> Any:
    """Make a slot that starts from a tensor.

    Args:
      primary: the variable or tensor it belongs to.
      val: the tensor of its initial value.
      name: its name below that of `primary`.
      colocate_with_primary: whether it stands on the device of `primary`.

    Returns:
      A variable.
    """
    validate_shape = is_fully_defined(val.static_shape)
    return _scoped(primary, val, name, colocate_with_primary, validate_shape, None, None)


def create_slot_with_initializer(
    primary: Any,
    initializer: Any,
    shape: TensorShape,
    dtype: DType,
    name: str,
    colocate_with_primary: bool = True,
) -> Any:
    """Make a slot that starts from what an initializer gives.

    Args:
      primary: the variable or tensor it belongs to.
      initializer: an initializer, as for `tf.get_variable`.
      shape: its shape.
      dtype: its dtype.
      name: its name below that of `primary`.
      colocate_with_primary: whether it stands on the device of `primary`.

    Returns:
      A variable.
    """
    validate_shape = shape.is_fully_defined()
    return _scoped(primary, initializer, name, colocate_with_primary, validate_shape, shape, dtype)


def create_zeros_slot(
    primary: Any, name: str, dtype: DType | None = None, colocate_with_primary: bool = True
) -> Any:
    """Make a slot of the shape of `primary` that starts from zeros.

    Args:
      primary: the variable or tensor it belongs to.
      name: its name below that of `primary`.
      dtype: its dtype; that of `primary` by default.
      colocate_with_primary: whether it stands on the device of `primary`.

    Returns:
      A variable.
    """
    dtype = primary.dtype if dtype is None else dtype
    shape = primary.get_shape()
    if shape.is_fully_defined():
        initializer = Zeros(dtype)
        return create_slot_with_initializer(
            primary, initializer, shape, dtype, name, colocate_with_primary
        )
    source = primary.initialized_value() if isinstance(primary, VariableBase) else primary
    zeros = composed.zeros(composed.shape(source), dtype.base_dtype)
    return create_slot(primary, zeros, name, colocate_with_primary)


def filled_like(value: float, var: Any) -> Tensor:
    """Make a constant of the shape and dtype of a variable, for a slot to start from."""
    return composed.constant(value, var.dtype.base_dtype, shape=var.get_shape())


def _scoped(
    primary: Any,
    val: Any,
    name: str,
    colocate: bool,
    validate_shape: bool,
    shape: TensorShape | None,
    dtype: DType | None,
) -> Any:
    is_variable = isinstance(primary, VariableBase)
    prefix = primary._shared_name if is_variable else primary.op.name
    with variable_scope(None, f"{prefix}/{name}"):
        if not colocate:
            return _variable(primary, val, validate_shape, shape, dtype)
        with default_graph().colocate_with(primary):
            return _variable(primary, val, validate_shape, shape, dtype)


def _variable(
    primary: Any, val: Any, validate_shape: bool, shape: TensorShape | None, dtype: DType | None
) -> Any:
    scope = get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)
    slot = get_variable(
        "",
        initializer=val,
        trainable=False,
        use_resource=is_resource_variable(primary) if isinstance(primary, VariableBase) else None,
        shape=shape if callable(val) else None,
        dtype=dtype,
        validate_shape=validate_shape,
    )
    scope.set_partitioner(partitioner)
    whole = primary._get_save_slice_info() if isinstance(primary, VariableBase) else None
    if whole is not None:
        _inherit_slice(primary, slot, whole)
    return slot


def _inherit_slice(primary: Any, slot: Any, whole: SaveSliceInfo) -> None:
    """Tell savers that the slot of a part is a part of the whole variable's slot."""
    rank = slot.shape.ndims
    if rank == 0:
        return
    name = slot.name[len(primary.op.name) + 1 : -2]
    slot._set_save_slice_info(
        SaveSliceInfo(
            f"{whole.full_name}/{name}",
            whole.full_shape[:rank],
            whole.var_offset[:rank],
            whole.var_shape[:rank],
        )
    )
