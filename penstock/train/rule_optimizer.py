"""Optimizers whose update of a variable is one op, in whichever of its four forms fits.

`ops.training` holds the formulas: ``ApplyAdam`` for a reference, ``ResourceApplyAdam`` for a
handle, ``SparseApplyMomentum`` and ``ResourceSparseApplyMomentum`` for rows. An optimizer says
which formula it is, and what goes into each of the op's inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.dtypes import DType, resource
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Tensor
from penstock.graph.spec import Arg
from penstock.ops import composed
from penstock.train.optimizer import Optimizer

__all__ = ["RuleOptimizer"]


class RuleOptimizer(Optimizer):
    """An optimizer whose update is an op of the training table."""

    def _op(self) -> str:
        """Give the op's name without what its forms prefix, such as ``Momentum``."""
        raise NotImplementedError

    def _inputs(self, var: Any) -> dict[str, Any]:
        """Give what goes into the op for `var`: slots and rates, by the names of its inputs."""
        raise NotImplementedError

    def _flags(self) -> dict[str, Any]:
        """Give the op's attributes beside `use_locking`."""
        return {}

    def _rate(self, value: Any, name: str) -> Tensor:
        """Make the tensor of a rate, which may be a number, a tensor, or a function of neither."""
        return convert_to_tensor(self._call_if_callable(value), name=name)

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return self._apply("Apply", var, grad, var.dtype.base_dtype)

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        return self._apply("ResourceApply", handle, grad, grad.dtype.base_dtype)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply("SparseApply", var, grad.values, var.dtype.base_dtype, grad.indices)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        dtype = grad.dtype.base_dtype
        return self._apply("ResourceSparseApply", handle, grad, dtype, indices)

    def _apply(self, form: str, var: Any, grad: Tensor, dtype: DType, indices: Any = None) -> Any:
        spec = default_graph().library[form + self._op()]
        given = {"var": var, "grad": grad, "delta": grad, "indices": indices, **self._inputs(var)}
        inputs = [_as_input(arg, given[arg.name], dtype) for arg in spec.inputs]
        build: Callable[..., Any] = getattr(raw, spec.name)
        updated = build(*inputs, use_locking=self._use_locking, **self._flags())
        return updated.op if isinstance(updated, Tensor) else updated


def _as_input(arg: Arg, value: Any, dtype: DType) -> Any:
    """Bring what an optimizer gives into the form in which the op takes it."""
    if arg.is_ref:
        return value._ref()
    if arg.dtype is resource:
        return value.handle
    is_gradient = arg.name in ("grad", "delta")
    return composed.cast(value, dtype) if arg.type_attr == "T" and not is_gradient else value
