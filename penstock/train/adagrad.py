"""Adagrad and its kin: each element has a rate of its own, by the gradients it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.dtypes import DType
from penstock.functions.initializers import Constant
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.ops import composed
from penstock.train.rule_optimizer import RuleOptimizer
from penstock.train.slots import filled_like

__all__ = ["AdagradDAOptimizer", "AdagradOptimizer", "ProximalAdagradOptimizer"]


def _check_positive(value: float, name: str) -> None:
    if value <= 0.0:
        raise ValueError(f"{name} must be positive, since it is divided by; it is {value}.")


class AdagradOptimizer(RuleOptimizer):
    """Scales each element's step by the root of the sum of its squared gradients.

    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization", JMLR 12, 2011.

    Args:
      learning_rate: a number, a tensor, or a function that gives one.
      initial_accumulator_value: what the sums start from, positive.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.

    Slots: ``accumulator``, the sums.

    Raises:
      ValueError: if `initial_accumulator_value` is not positive.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        _check_positive(initial_accumulator_value, "initial_accumulator_value")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            dtype = var.dtype.base_dtype
            shape = var.get_shape()
            if shape.is_fully_defined():
                start: Any = Constant(self._initial_accumulator_value, dtype=dtype)
            else:
                start = self._init_constant_op(var, dtype)
            self._get_or_make_slot_with_initializer(
                var, start, shape, dtype, "accumulator", self._name
            )

    def _init_constant_op(self, v: Any, dtype: DType) -> Any:
        """Make an initializer for a variable whose shape only a run can tell."""
        value = self._initial_accumulator_value
        return lambda: composed.cast(raw.Fill(composed.shape(v), value), dtype)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")

    def _op(self) -> str:
        return "Adagrad"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {"accum": self.get_slot(var, "accumulator"), "lr": self._learning_rate_tensor}


class ProximalAdagradOptimizer(RuleOptimizer):
    """Adagrad, then a shrinkage that penalties by absolute value and square ask for.

    Duchi and Singer, "Efficient Learning using Forward-Backward Splitting", NIPS 2009.

    Args:
      learning_rate: a number or a tensor.
      initial_accumulator_value: what the sums of squares start from, positive.
      l1_regularization_strength: weight of the sum of absolute values, at least 0.
      l2_regularization_strength: weight of half the sum of squares, at least 0.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.

    Slots: ``accumulator``, the sums.

    Raises:
      ValueError: if `initial_accumulator_value` is not positive.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        _check_positive(initial_accumulator_value, "initial_accumulator_value")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l1_regularization_strength_tensor: Any = None
        self._l2_regularization_strength_tensor: Any = None
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            with default_graph().colocate_with(var):
                start = filled_like(self._initial_accumulator_value, var)
            self._get_or_make_slot(var, start, "accumulator", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")
        self._l1_regularization_strength_tensor = self._rate(
            self._l1_regularization_strength, "l1_regularization_strength"
        )
        self._l2_regularization_strength_tensor = self._rate(
            self._l2_regularization_strength, "l2_regularization_strength"
        )

    def _op(self) -> str:
        return "ProximalAdagrad"

    def _inputs(self, var: Any) -> dict[str, Any]:
        return {
            "accum": self.get_slot(var, "accumulator"),
            "lr": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength_tensor,
            "l2": self._l2_regularization_strength_tensor,
        }


class AdagradDAOptimizer(RuleOptimizer):
    """Adagrad by dual averaging: a row that no gradient reached is regularized when one does.

    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization", JMLR 12, 2011. It wants variables that start from zero, and linear models.

    Args:
      learning_rate: a number or a tensor.
      global_step: a tensor or variable of int64: the number of steps taken.
      initial_gradient_squared_accumulator_value: what the sums of squares start from, positive.
      l1_regularization_strength: weight of the sum of absolute values, at least 0.
      l2_regularization_strength: weight of half the sum of squares, at least 0.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.

    Slots: ``gradient_accumulator``, the sums of gradients, and
    ``gradient_squared_accumulator``, those of their squares.

    Raises:
      ValueError: if the sums of squares would not start from a positive value.
    """

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        _check_positive(
            initial_gradient_squared_accumulator_value,
            "initial_gradient_squared_accumulator_value",
        )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_gradient_squared_accumulator_value = (
            initial_gradient_squared_accumulator_value
        )
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._global_step = global_step
        self._global_step_on_worker: Any = None
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for var in var_list:
            with default_graph().colocate_with(var):
                sums = filled_like(0.0, var)
                squares = filled_like(self._initial_gradient_squared_accumulator_value, var)
            self._get_or_make_slot(var, sums, "gradient_accumulator", self._name)
            self._get_or_make_slot(var, squares, "gradient_squared_accumulator", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._rate(self._learning_rate, "learning_rate")
        with default_graph().colocate_with(self._learning_rate_tensor):
            self._global_step_on_worker = raw.Identity(self._global_step) + 1

    def _op(self) -> str:
        return "AdagradDA"

    def _inputs(self, var: Any) -> dict[str, Any]:
        with default_graph().device(var.device):
            global_step = raw.Identity(self._global_step_on_worker)
        return {
            "gradient_accumulator": self.get_slot(var, "gradient_accumulator"),
            "gradient_squared_accumulator": self.get_slot(var, "gradient_squared_accumulator"),
            "lr": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength,
            "l2": self._l2_regularization_strength,
            "global_step": global_step,
        }
