"""What an update means for each form of a variable: references, handles, rows, constraints."""

from __future__ import annotations

from typing import Any

from penstock.functions.resource_variable_base import is_resource_variable
from penstock.functions.variable_base import VariableBase
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["gradient_target", "sum_repeated_rows", "update"]


def gradient_target(variable: Any) -> Any:
    """Give what a loss is differentiated by for the sake of `variable`.

    Raises:
      NotImplementedError: if it is nothing that can be optimized.
    """
    if isinstance(variable, Tensor) or is_resource_variable(variable):
        return variable
    if isinstance(variable, VariableBase):
        return variable._ref()
    raise NotImplementedError(
        f"Trying to optimize unsupported type {type(variable).__name__}: {variable!r}. var_list "
        "holds variables; list the parts of a partitioned one."
    )


def update(optimizer: Any, gradient: Any, variable: Any) -> Any:
    """Build the update of one variable by the method of `optimizer` that fits, then constrain it.

    Raises:
      NotImplementedError: if `variable` is a tensor.
      RuntimeError: if a constraint would have to hold after an update of rows.
    """
    if isinstance(variable, Tensor):
        raise NotImplementedError(
            f"A tensor can be differentiated by, but not updated: {variable!r}. Pass variables to "
            "apply_gradients."
        )
    is_resource = is_resource_variable(variable)
    if isinstance(gradient, IndexedSlices):
        if variable.constraint is not None:
            raise RuntimeError(
                f"Cannot use a constraint function on a sparse variable: {variable.name!r} has "
                "one, and its gradient is of rows. Leave the constraint out."
            )
        if is_resource:
            return optimizer._resource_apply_sparse_duplicate_indices(
                gradient.values, variable, gradient.indices
            )
        return optimizer._apply_sparse_duplicate_indices(gradient, variable)
    apply = optimizer._resource_apply_dense if is_resource else optimizer._apply_dense
    updated = apply(gradient, variable)
    if variable.constraint is None:
        return updated
    with default_graph().control_dependencies([updated]):
        return variable.assign(variable.constraint(variable))


def sum_repeated_rows(values: Tensor, indices: Tensor) -> tuple[Tensor, Tensor]:
    """Build the sums of rows that have one index, and the indices, none of them repeated."""
    unique, positions = raw.Unique(indices)
    count = composed.shape(unique)[0]
    return raw.UnsortedSegmentSum(values, positions, count), unique
