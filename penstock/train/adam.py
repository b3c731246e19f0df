"""Adam: steps scaled by running means of gradients and of their squares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.functions.grouping import group
from penstock.functions.state import assign, assign_sub, scatter_add
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.train.rule_optimizer import RuleOptimizer

__all__ = ["AdamOptimizer"]


class AdamOptimizer(RuleOptimizer):
    """Scales the running mean of gradients by the root of that of their squares.

    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, in the form of its
    section 2.1: ``rate = learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t)``, and
    ``var -= rate * m / (sqrt(v) + epsilon)``; `epsilon` is the paper's "epsilon hat".

    Args:
      learning_rate: a number, a tensor, or a function that gives one; so are the next three.
      beta1: the share of the mean of gradients that is kept.
      beta2: the share of the mean of squares that is kept.
      epsilon: what keeps the step finite where gradients are small.
      use_locking: see `Optimizer`.
      name: see `Optimizer`.

    Slots: ``m`` and ``v``, the means. The powers of `beta1` and `beta2` are variables that all
    updates share. A gradient of rows moves every row, as the means of the others go on, too.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon
        self._lr_t: Any = None
        self._beta1_t: Any = None
        self._beta2_t: Any = None
        self._epsilon_t: Any = None

    def _get_beta_accumulators(self) -> tuple[Any, Any]:
        graph = default_graph()
        return (
            self._get_non_slot_variable("beta1_power", graph),
            self._get_non_slot_variable("beta2_power", graph),
        )

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        # Beside the first by name, so that every worker of a cluster puts them in one place.
        first = min(var_list, key=lambda var: var.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", first)
        self._create_non_slot_variable(self._beta2, "beta2_power", first)
        for var in var_list:
            self._zeros_slot(var, "m", self._name)
            self._zeros_slot(var, "v", self._name)

    def _prepare(self) -> None:
        self._lr_t = self._rate(self._lr, "learning_rate")
        self._beta1_t = self._rate(self._beta1, "beta1")
        self._beta2_t = self._rate(self._beta2, "beta2")
        self._epsilon_t = self._rate(self._epsilon, "epsilon")

    def _op(self) -> str:
        return "Adam"

    def _inputs(self, var: Any) -> dict[str, Any]:
        beta1_power, beta2_power = self._get_beta_accumulators()
        return {
            "m": self.get_slot(var, "m"),
            "v": self.get_slot(var, "v"),
            "beta1_power": beta1_power,
            "beta2_power": beta2_power,
            "lr": self._lr_t,
            "beta1": self._beta1_t,
            "beta2": self._beta2_t,
            "epsilon": self._epsilon_t,
        }

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply_sparse_shared(
            grad.values,
            var,
            grad.indices,
            lambda x, i, v: scatter_add(x, i, v, use_locking=self._use_locking),
        )

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        return self._apply_sparse_shared(grad, handle, indices, _resource_scatter_add)

    def _apply_sparse_shared(
        self, grad: Tensor, var: Any, indices: Tensor, scatter: Callable[..., Any]
    ) -> Any:
        dtype = var.dtype.base_dtype
        power1, power2 = (composed.cast(power, dtype) for power in self._get_beta_accumulators())
        rate = composed.cast(self._lr_t, dtype)
        beta1 = composed.cast(self._beta1_t, dtype)
        beta2 = composed.cast(self._beta2_t, dtype)
        epsilon = composed.cast(self._epsilon_t, dtype)
        rate = rate * raw.Sqrt(1 - power2) / (1 - power1)

        m = self.get_slot(var, "m")
        m_t = self._decayed(m, beta1, indices, grad * (1 - beta1), scatter)
        v = self.get_slot(var, "v")
        v_t = self._decayed(v, beta2, indices, (grad * grad) * (1 - beta2), scatter)
        root = raw.Sqrt(v_t)
        updated = assign_sub(var, rate * m_t / (root + epsilon), use_locking=self._use_locking)
        return group(updated, m_t, v_t)

    def _decayed(
        self, slot: Any, kept: Tensor, indices: Tensor, added: Tensor, scatter: Callable[..., Any]
    ) -> Any:
        """Build a running mean's next value: a share of all of it, and what is added to rows."""
        shrunk = assign(slot, slot * kept, use_locking=self._use_locking)
        with default_graph().control_dependencies([shrunk]):
            return scatter(slot, indices, added)

    def _finish(self, update_ops: Sequence[Any], name_scope: str) -> Any:
        graph = default_graph()
        with graph.control_dependencies(update_ops):
            beta1_power, beta2_power = self._get_beta_accumulators()
            with graph.colocate_with(beta1_power):
                next1 = beta1_power.assign(
                    beta1_power * self._beta1_t, use_locking=self._use_locking
                )
                next2 = beta2_power.assign(
                    beta2_power * self._beta2_t, use_locking=self._use_locking
                )
        return group(*update_ops, next1, next2, name=name_scope)


def _resource_scatter_add(variable: Any, indices: Tensor, values: Tensor) -> Tensor:
    added = raw.ResourceScatterAdd(variable.handle, indices, values)
    with default_graph().control_dependencies([added]):
        return variable.value()
