"""Functions that change variables: `tf.assign`, `tf.scatter_add` and their kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.scatter_methods import batch_positions
from penstock.functions.variable_slices import VariableSlice
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = [
    "assign",
    "assign_add",
    "assign_sub",
    "batch_scatter_update",
    "count_up_to",
    "is_variable_initialized",
    "scatter_add",
    "scatter_div",
    "scatter_max",
    "scatter_min",
    "scatter_mul",
    "scatter_nd_add",
    "scatter_nd_sub",
    "scatter_nd_update",
    "scatter_sub",
    "scatter_update",
]


def _is_reference(ref: Any) -> bool:
    """Tell whether a variable is kept by a reference.

    Raises:
      AttributeError: if `ref` is no variable.
    """
    if ref.dtype.is_ref_dtype:
        return True
    if isinstance(ref, Tensor) and not isinstance(ref, VariableSlice):
        raise AttributeError(
            f"Only a variable, or a reference to one, can be changed, but {ref!r}, made at "
            f"{ref.op.line}, is neither. Pass the variable itself, not a value computed of it."
        )
    return False


def assign(
    ref: Any,
    value: Any,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: str | None = None,
) -> Any:
    """Build a node that sets a variable to `value`.

    Args:
      ref: the variable.
      value: a tensor of its dtype, and of its shape unless `validate_shape` is False.
      validate_shape: whether the shapes must be the same.
      use_locking: taken for TensorFlow's sake: an assignment is never seen half done.
      name: the node's name.

    Returns:
      The variable after the change.
    """
    if _is_reference(ref):
        return raw.Assign(
            ref, value, validate_shape=validate_shape, use_locking=use_locking, name=name
        )
    return ref.assign(value, name=name)


def assign_add(
    ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None
) -> Any:
    """Build a node that adds `value` to a variable; arguments and result as for `assign`."""
    if _is_reference(ref):
        return raw.AssignAdd(ref, value, use_locking=use_locking, name=name)
    return ref.assign_add(value)


def assign_sub(
    ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None
) -> Any:
    """Build a node that subtracts `value` from a variable; arguments and result as for `assign`."""
    if _is_reference(ref):
        return raw.AssignSub(ref, value, use_locking=use_locking, name=name)
    return ref.assign_sub(value)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Any:
    """Build a counter on a variable: it gives the value and adds 1.

    Args:
      ref: a scalar int32 or int64 variable.
      limit: at this value, running it raises `tf.errors.OutOfRangeError`.
      name: the node's name.
    """
    if _is_reference(ref):
        return raw.CountUpTo(ref, limit=limit, name=name)
    return raw.ResourceCountUpTo(ref.handle, limit=limit, T=ref.dtype, name=name)


def is_variable_initialized(ref: Any, name: str | None = None) -> Any:
    """Build a check of whether a variable has a value: a bool scalar."""
    if _is_reference(ref):
        return raw.IsVariableInitialized(ref, name=name)
    return ref.is_initialized(name=name)


def _scatter_function(suffix: str, doc: str, locking: bool = False) -> Callable[..., Any]:
    def scatter(
        ref: Any, indices: Any, updates: Any, use_locking: bool = locking, name: str | None = None
    ) -> Any:
        if _is_reference(ref):
            build = getattr(raw, f"Scatter{suffix}")
            return build(ref, indices, updates, use_locking=use_locking, name=name)
        return ref._scatter(suffix, indices, updates, use_locking, name)

    scatter.__doc__ = f"""{doc}

    Args:
      ref: the variable.
      indices: integer tensor: numbers of rows; for a function of the `nd` kind, in its last axis,
        positions in the variable.
      updates: a tensor of the variable's dtype, a row or an element for each of these.
      use_locking: taken for TensorFlow's sake: an update is never seen half done.
      name: the node's name.

    Returns:
      The variable after the change.
    """
    return scatter


scatter_update = _scatter_function("Update", "Build an assignment to rows.", locking=True)
scatter_add = _scatter_function("Add", "Build an addition to rows of a variable.")
scatter_sub = _scatter_function("Sub", "Build a subtraction from rows of a variable.")
scatter_mul = _scatter_function("Mul", "Build a multiplication of rows of a variable.")
scatter_div = _scatter_function("Div", "Build a division of rows of a variable.")
scatter_min = _scatter_function("Min", "Build the lesser of rows of a variable and of updates.")
scatter_max = _scatter_function("Max", "Build the greater of rows of a variable and of updates.")
scatter_nd_update = _scatter_function("NdUpdate", "Build an assignment at positions.", locking=True)
scatter_nd_add = _scatter_function("NdAdd", "Build an addition at positions in a variable.")
scatter_nd_sub = _scatter_function("NdSub", "Build a subtraction at positions in a variable.")


def batch_scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Any:
    """Build an assignment to rows of each member of a batch.

    Args:
      ref: a variable [batch..., rows, ...].
      indices: integer tensor [batch..., n]: numbers of rows in each member.
      updates: tensor [batch..., n, ...]: what each of these is set to.
      use_locking: taken for TensorFlow's sake: an update is never seen half done.
      name: name scope of what is built.

    Returns:
      The variable after the change.
    """
    with name_scope(name):
        return scatter_nd_update(ref, batch_positions(indices), updates, use_locking=use_locking)
