"""Gradient descent with momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.train.rule_optimizer import RuleOptimizer

__all__ = ["MomentumOptimizer"]


class MomentumOptimizer(RuleOptimizer):
    """Takes a step along a running sum of gradients.

    ``sum = momentum * sum + gradient``, then ``var -= learning_rate * sum``. With Nesterov's
    momentum the step is ``learning_rate * (gradient + momentum * sum)``.

    Args:
      learning_rate: a number, a tensor, or a function that gives one.
      momentum: the share of the sum that is kept, of the same kinds.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.
      use_nesterov: whether to use Nesterov's momentum (Sutskever et al., "On the importance of
        initialization and momentum in deep learning", ICML 2013).

    Slots: ``momentum``, the sum.
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = use_nesterov
        self._learning_rate_tensor: Any = None
        self._momentum_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            self._zeros_slot(var, "momentum", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")
        self._momentum_tensor = self._rate(self._momentum, "momentum")

    def _op(self) -> str:
        return "Momentum"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {
            "accum": self.get_slot(var, "momentum"),
            "lr": self._learning_rate_tensor,
            "momentum": self._momentum_tensor,
        }

    def _flags(self) -> dict[str, Any]:
        return {"use_nesterov": self._use_nesterov}
