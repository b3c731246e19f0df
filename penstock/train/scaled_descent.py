"""Adadelta and RMSProp: steps scaled by running means of squared gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.functions.initializers import Ones
from penstock.ops import composed
from penstock.train.rule_optimizer import RuleOptimizer

__all__ = ["AdadeltaOptimizer", "RMSPropOptimizer"]


class AdadeltaOptimizer(RuleOptimizer):
    """Scales each element's step by the ratio of its past updates to its past gradients.

    Zeiler, "ADADELTA: An Adaptive Learning Rate Method", arXiv:1212.5701.

    Args:
      learning_rate: a number, a tensor, or a function that gives one; so are the next two. The
        paper's form has 1.0.
      rho: the share of the running means that is kept.
      epsilon: what keeps the ratio from being zero at the start.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.

    Slots: ``accum`` and ``accum_update``, the means of squared gradients and updates.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._rho = rho
        self._epsilon = epsilon
        self._lr_t: Any = None
        self._rho_t: Any = None
        self._epsilon_t: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            self._zeros_slot(var, "accum", self._name)
            self._zeros_slot(var, "accum_update", self._name)

    def _prepare(self) -> None:
        self._lr_t = self._rate(self._lr, "lr")
        self._rho_t = self._rate(self._rho, "rho")
        self._epsilon_t = self._rate(self._epsilon, "epsilon")

    def _op(self) -> str:
        return "Adadelta"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {
            "accum": self.get_slot(var, "accum"),
            "accum_update": self.get_slot(var, "accum_update"),
            "lr": self._lr_t,
            "rho": self._rho_t,
            "epsilon": self._epsilon_t,
        }


class RMSPropOptimizer(RuleOptimizer):
    """Scales each element's step by the root of the running mean of its squared gradients.

    Tieleman and Hinton, lecture 6 of "Neural Networks for Machine Learning", 2012; centered as in
    Graves, "Generating Sequences With Recurrent Neural Networks", arXiv:1308.0850. A gradient of
    rows leaves the means of the other rows as they are.

    Args:
      learning_rate: a number, a tensor, or a function that gives one; so are the next three.
      decay: the share of the running mean that is kept.
      momentum: the share of the last step that is added to the next.
      epsilon: added to the mean of squares, to keep the step finite.
      use_locking: see `Optimizer`.
      centered: whether the squared mean of gradients is taken off the mean of squares.
      name: see `Optimizer`.

    Slots: ``rms``, the mean of squares; ``momentum``, the last step; ``mg``, the mean of
    gradients, if `centered`.
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._decay = decay
        self._momentum = momentum
        self._epsilon = epsilon
        self._centered = centered
        self._learning_rate_tensor: Any = None
        self._decay_tensor: Any = None
        self._momentum_tensor: Any = None
        self._epsilon_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            dtype = var.dtype.base_dtype
            shape = var.get_shape()
            start = Ones(dtype=dtype) if shape.is_fully_defined() else composed.ones_like(var)
            self._get_or_make_slot_with_initializer(var, start, shape, dtype, "rms", self._name)
            if self._centered:
                self._zeros_slot(var, "mg", self._name)
            self._zeros_slot(var, "momentum", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")
        self._decay_tensor = self._rate(self._decay, "decay")
        self._momentum_tensor = self._rate(self._momentum, "momentum")
        self._epsilon_tensor = self._rate(self._epsilon, "epsilon")

    def _op(self) -> str:
        return "CenteredRMSProp" if self._centered else "RMSProp"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {
            "mg": self.get_slot(var, "mg"),
            "ms": self.get_slot(var, "rms"),
            "mom": self.get_slot(var, "momentum"),
            "lr": self._learning_rate_tensor,
            "rho": self._decay_tensor,
            "momentum": self._momentum_tensor,
            "epsilon": self._epsilon_tensor,
        }
