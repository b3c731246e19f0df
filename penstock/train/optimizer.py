"""`tf.train.Optimizer`: gradients of a loss, and an update of each variable by its gradient.

An optimizer builds nodes: `compute_gradients` those of the gradients, `apply_gradients` one update
a variable, under the optimizer's name, and a node that is done when all of them are. A subclass
says how one variable is updated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from penstock.autodiff.gradients import gradients
from penstock.core import nest
from penstock.core.dtypes import DType, bfloat16, float16, float32, float64
from penstock.functions.grouping import group, tuple as gated_tuple
from penstock.functions.init_scope import init_scope
from penstock.functions.resource_variable_base import is_resource_variable
from penstock.functions.variables import Variable
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.train.slot_table import SlotTable
from penstock.train.updates import gradient_target, sum_repeated_rows, update

__all__ = ["Optimizer"]

_VALID_DTYPES = frozenset({float16, bfloat16, float32, float64})


class Optimizer(SlotTable):
    """Base class of optimizers.

        optimizer = tf.train.GradientDescentOptimizer(0.1)
        train = optimizer.minimize(loss)            # a node: sess.run(train) takes one step

    Gradients may be changed on their way to the variables:

        pairs = optimizer.compute_gradients(loss)
        train = optimizer.apply_gradients([(tf.clip_by_norm(g, 1.0), v) for g, v in pairs])

    A subclass overrides `_apply_dense` and `_apply_sparse` (variables in reference form),
    `_resource_apply_dense` and `_resource_apply_sparse` (in resource form), and if it needs them
    `_create_slots`, `_prepare` and `_finish`.

    Args:
      use_locking: whether updates hold a lock; here an update is never seen half done.
      name: name scope of the updates, and of slots.

    `gate_gradients` says what waits for what: `GATE_NONE` nothing; `GATE_OP` an update of a node's
    input waits for the gradients of all its inputs; `GATE_GRAPH` every update waits for all
    gradients.
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("An optimizer needs a name: it names its updates and slots.")
        super().__init__()
        self._use_locking = use_locking
        self._name = name

    def get_name(self) -> str:
        """Give the optimizer's name."""
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Any:
        """Build one step that makes `loss` smaller.

        Args:
          loss: a tensor, or a function that builds it.
          global_step: a variable that counts the steps.
          var_list: the variables to change; all trainable ones by default.
          gate_gradients: `GATE_NONE`, `GATE_OP` or `GATE_GRAPH`.
          aggregation_method: see `tf.gradients`.
          colocate_gradients_with_ops: see `tf.gradients`.
          name: name of the step; the optimizer's by default.
          grad_loss: a tensor of the shape of `loss` that its derivatives are weighted by.

        Returns:
          A node that takes the step, and then adds 1 to `global_step`, if there is one.

        Raises:
          ValueError: if there is nothing to change, or `loss` depends on none of it.
        """
        pairs = self.compute_gradients(
            loss,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        if all(gradient is None for gradient, _ in pairs):
            raise ValueError(
                f"No gradients provided for any variable: {loss!r} depends on none of "
                f"{[variable.name for _, variable in pairs]} by nodes that have gradients. "
                "Look for tf.stop_gradient, tf.argmax, comparisons and casts to integers."
            )
        return self.apply_gradients(pairs, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[tuple[Any, Any]]:
        """Build the gradients of `loss`; arguments as for `minimize`.

        Returns:
          A list of pairs (gradient, variable); the gradient is a tensor, `tf.IndexedSlices`, or
          None where `loss` does not depend on the variable.

        Raises:
          ValueError: if there are no variables, or a dtype has no gradient.
          TypeError: if one of `var_list` cannot be optimized.
        """
        if callable(loss):
            loss = loss()
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
                f"Optimizer.GATE_GRAPH; not {gate_gradients!r}."
            )
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        variables = _trainable() if var_list is None else nest.flatten(var_list)
        targets = [gradient_target(variable) for variable in variables]
        if not targets:
            raise ValueError(
                "No variables to optimize: none is trainable. Make one, or pass var_list."
            )
        found = gradients(
            loss,
            targets,
            grad_ys=grad_loss,
            gate_gradients=gate_gradients == self.GATE_OP,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == self.GATE_GRAPH:
            found = gated_tuple(found)
        pairs = list(zip(found, variables, strict=True))
        self._assert_valid_dtypes(variable for gradient, variable in pairs if gradient is not None)
        return pairs

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Any]],
        global_step: Any = None,
        name: str | None = None,
    ) -> Any:
        """Build the updates of variables by their gradients.

        Args:
          grads_and_vars: pairs as `compute_gradients` gives them; those with None are left out.
          global_step: a variable to which 1 is added after the updates.
          name: name of the node that is returned; the optimizer's by default.

        Returns:
          A node that does all updates.

        Raises:
          TypeError: if a gradient is nothing that can be a tensor.
          ValueError: if there is no gradient.
        """
        pairs = [(_as_gradient(gradient), variable) for gradient, variable in grads_and_vars]
        if not pairs:
            raise ValueError("No variables provided: apply_gradients got an empty list.")
        pairs = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
        if not pairs:
            raise ValueError("No gradients provided for any variable: all of those given are None.")
        with init_scope():
            self._create_slots([variable for _, variable in pairs])
        with name_scope(name, self._name) as scope:
            self._prepare()
            updates = [self._update(gradient, variable) for gradient, variable in pairs]
            if global_step is None:
                step = self._finish(updates, scope)
            else:
                with default_graph().control_dependencies([self._finish(updates, "update")]):
                    step = _count(global_step, scope)
        step = step.op if isinstance(step, Tensor) else step
        steps = default_graph().get_collection_ref(GraphKeys.TRAIN_OP)
        if step not in steps:
            steps.append(step)
        return step

    def _update(self, gradient: Any, variable: Any) -> Any:
        with name_scope(f"update_{variable.op.name}"), default_graph().colocate_with(variable):
            return update(self, gradient, variable)

    def _assert_valid_dtypes(self, tensors: Iterable[Any]) -> None:
        for tensor in tensors:
            if tensor.dtype.base_dtype not in self._valid_dtypes():
                raise ValueError(
                    f"Invalid type {tensor.dtype.name} for {tensor.name}, expected one of "
                    f"{sorted(dtype.name for dtype in self._valid_dtypes())}. Convert the loss "
                    "with tf.cast, or leave the variable out of var_list."
                )

    # What subclasses override

    def _valid_dtypes(self) -> set[DType]:
        """Give the dtypes that a loss, and a variable, may have."""
        return set(_VALID_DTYPES)

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        """Make the slots that updates of `var_list` need."""

    def _prepare(self) -> None:
        """Make the tensors that all updates need, such as that of the learning rate."""

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        """Build the update of a variable in reference form."""
        raise NotImplementedError(self._lacks("_apply_dense"))

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        """Build the update of a variable in resource form: `handle` is the variable."""
        raise NotImplementedError(self._lacks("_resource_apply_dense"))

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        """Build the update of rows of a variable; a row may come more than once."""
        values, indices = sum_repeated_rows(grad.values, grad.indices)
        return self._apply_sparse(IndexedSlices(values, indices, grad.dense_shape), var)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        """Build the update of rows of a variable; no row comes more than once."""
        raise NotImplementedError(self._lacks("_apply_sparse"))

    def _resource_apply_sparse_duplicate_indices(
        self, grad: Tensor, handle: Any, indices: Tensor
    ) -> Any:
        """Build the update of rows of a variable; a row may come more than once."""
        summed, unique = sum_repeated_rows(grad, indices)
        return self._resource_apply_sparse(summed, handle, unique)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        """Build the update of rows of a variable; no row comes more than once."""
        raise NotImplementedError(self._lacks("_resource_apply_sparse"))

    def _finish(self, update_ops: Sequence[Any], name_scope: str) -> Any:
        """Build the node of that name which is done when the updates are."""
        return group(*update_ops, name=name_scope)

    def _lacks(self, method: str) -> str:
        return f"{type(self).__name__} needs a method {method} for the variables it is used with."

    @staticmethod
    def _call_if_callable(param: Any) -> Any:
        """Give a parameter that may be a function of no arguments."""
        return param() if callable(param) else param


def _trainable() -> list[Any]:
    graph = default_graph()
    keys = GraphKeys.TRAINABLE_VARIABLES, GraphKeys.TRAINABLE_RESOURCE_VARIABLES
    return [variable for key in keys for variable in graph.get_collection(key)]


def _as_gradient(gradient: Any) -> Any:
    if gradient is None or isinstance(gradient, IndexedSlices):
        return gradient
    try:
        return convert_to_tensor(gradient)
    except TypeError as error:
        raise TypeError(
            f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {gradient!r}"
        ) from error


def _count(global_step: Any, name: str) -> Any:
    """Build the addition of 1 to the step."""
    with default_graph().colocate_with(global_step):
        if is_resource_variable(global_step):
            one = convert_to_tensor(1, global_step.dtype)
            return raw.AssignAddVariableOp(global_step.handle, one, name=name)
        step = global_step._ref() if isinstance(global_step, Variable) else global_step
        return raw.AssignAdd(step, 1, name=name)
