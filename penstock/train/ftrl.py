"""FTRL: follow the regularized leader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.graph.default import default_graph
from penstock.train.rule_optimizer import RuleOptimizer
from penstock.train.slots import filled_like

__all__ = ["FtrlOptimizer"]


class FtrlOptimizer(RuleOptimizer):
    """Follows the leader under penalties by absolute value and square: models with many zeros.

    McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013.

    Args:
      learning_rate: a number or a tensor.
      learning_rate_power: the power of the sum of squares that the rate is scaled by, at most 0;
        0 is a fixed rate.
      initial_accumulator_value: what the sums of squares start from, at least 0.
      l1_regularization_strength: weight of the sum of absolute values, at least 0.
      l2_regularization_strength: weight of the sum of squares, at least 0, as a penalty that
        stabilizes.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.
      accum_name: name below a variable's of the slot ``accum``; `name` by default.
      linear_name: name below a variable's of the slot ``linear``; `name` by default.
      l2_shrinkage_regularization_strength: weight of the sum of squares, at least 0, as a penalty
        on the size of the variable, where a gradient reaches it.

    Slots: ``accum``, the sums of squares, and ``linear``, the linear part of what is minimized.

    Raises:
      ValueError: if one of the numbers has the wrong sign.
    """

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        super().__init__(use_locking, name)
        for value, argument in (
            (initial_accumulator_value, "initial_accumulator_value"),
            (-learning_rate_power, "-learning_rate_power"),
            (l1_regularization_strength, "l1_regularization_strength"),
            (l2_regularization_strength, "l2_regularization_strength"),
            (l2_shrinkage_regularization_strength, "l2_shrinkage_regularization_strength"),
        ):
            if value < 0.0:
                raise ValueError(f"{argument} of Ftrl must be at least 0; it is {value}.")
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._accum_name = accum_name
        self._linear_name = linear_name
        self._rates: dict[str, Any] = {}

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            with default_graph().colocate_with(var):
                squares = filled_like(self._initial_accumulator_value, var)
            self._get_or_make_slot(var, squares, "accum", self._accum_name or self._name)
            self._zeros_slot(var, "linear", self._linear_name or self._name)

    def _prepare(self) -> None:
        strength = "regularization_strength"
        self._rates = {
            "lr": self._rate(self._learning_rate, "learning_rate"),
            "l1": self._rate(self._l1_regularization_strength, f"l1_{strength}"),
            "l2": self._rate(self._l2_regularization_strength, f"l2_{strength}"),
            "l2_shrinkage": self._rate(
                self._l2_shrinkage_regularization_strength, f"l2_shrinkage_{strength}"
            ),
            "lr_power": self._rate(self._learning_rate_power, "learning_rate_power"),
        }

    def _op(self) -> str:
        return "FtrlV2" if self._l2_shrinkage_regularization_strength > 0.0 else "Ftrl"

    def _inputs(self, var: Any) -> dict[str, Any]:
        slots = {"accum": self.get_slot(var, "accum"), "linear": self.get_slot(var, "linear")}
        return {**slots, **self._rates}
