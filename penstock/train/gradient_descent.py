"""Gradient descent, plain and proximal."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import raw
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.train.rule_optimizer import RuleOptimizer

__all__ = ["GradientDescentOptimizer", "ProximalGradientDescentOptimizer"]


class GradientDescentOptimizer(RuleOptimizer):
    """Takes a step against the gradient: ``var -= learning_rate * gradient``.

    Args:
      learning_rate: a number, a tensor, or a function that gives one.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.
    """

    def __init__(
        self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent"
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")

    def _op(self) -> str:
        return "GradientDescent"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {"alpha": self._learning_rate_tensor}

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        rate = composed.cast(self._learning_rate_tensor, var.dtype.base_dtype)
        delta = IndexedSlices(grad.values * rate, grad.indices, grad.dense_shape)
        return var.scatter_sub(delta, use_locking=self._use_locking)

    def _resource_apply_sparse_duplicate_indices(
        self, grad: Tensor, handle: Any, indices: Tensor
    ) -> Any:
        return raw.ResourceScatterAdd(handle.handle, indices, -grad * self._learning_rate)


class ProximalGradientDescentOptimizer(RuleOptimizer):
    """Gradient descent, then a shrinkage that penalties by absolute value and square ask for.

    Duchi and Singer, "Efficient Learning using Forward-Backward Splitting", NIPS 2009.

    Args:
      learning_rate: a number or a tensor.
      l1_regularization_strength: weight of the sum of absolute values, at least 0.
      l2_regularization_strength: weight of half the sum of squares, at least 0.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l1_regularization_strength_tensor: Any = None
        self._l2_regularization_strength_tensor: Any = None
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")
        self._l1_regularization_strength_tensor = self._rate(
            self._l1_regularization_strength, "l1_regularization_strength"
        )
        self._l2_regularization_strength_tensor = self._rate(
            self._l2_regularization_strength, "l2_regularization_strength"
        )

    def _op(self) -> str:
        return "ProximalGradientDescent"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {
            "alpha": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength_tensor,
            "l2": self._l2_regularization_strength_tensor,
        }
