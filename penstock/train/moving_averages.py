"""Moving averages: variables that follow others, smoothed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.core.dtypes import bfloat16, float16, float32, float64
from penstock.functions.get_variable import get_variable
from penstock.functions.grouping import group
from penstock.functions.init_scope import init_scope
from penstock.functions.initializers import Zeros
from penstock.functions.state import assign, assign_sub
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.operators import divide_true
from penstock.ops import composed
from penstock.train.slots import create_slot, create_zeros_slot

__all__ = ["ExponentialMovingAverage", "assign_moving_average", "weighted_moving_average"]

_AVERAGED = (bfloat16, float16, float32, float64)


def assign_moving_average(
    variable: Any, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None
) -> Any:
    """Build the update of a variable to the moving average of itself and a value.

    ``variable = decay * variable + (1 - decay) * value``.

    Args:
      variable: the variable.
      value: a tensor of its shape.
      decay: the share of the old average that is kept, a number or a tensor.
      zero_debias: whether the average is taken to start from zero and is freed of that bias, as
        Adam does (Kingma and Ba, ICLR 2015); this needs two variables more, ``biased`` and
        ``local_step``.
      name: name of the update.

    Returns:
      A reference to the new value.
    """
    with name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope:
        share = convert_to_tensor(1.0 - decay, name="decay")
        share = composed.cast(share, variable.dtype.base_dtype)
        if zero_debias:
            return _zero_debiased(variable, value, share)
        return assign_sub(variable, (variable - value) * share, name=scope)


def _zero_debiased(variable: Any, value: Any, share: Any) -> Any:
    with variable_scope(variable.op.name, values=[variable, value, share]):
        graph = default_graph()
        with graph.colocate_with(variable):
            biased = get_variable(
                _unused("biased"),
                initializer=Zeros(),
                shape=variable.get_shape(),
                dtype=variable.dtype,
                trainable=False,
            )
            local_step = get_variable(
                _unused("local_step"),
                initializer=Zeros(),
                shape=[],
                dtype=variable.dtype,
                trainable=False,
            )
    average = assign_sub(biased, (biased - value) * share)
    step = local_step.assign_add(1)
    bias = 1 - raw.Pow(1.0 - share, step)
    return assign(variable, average / bias, name=graph.get_name_scope() + "/")


def _unused(name: str) -> str:
    """Give a name for a variable of the current scope that none of it has, unless it is reused."""
    scope = get_variable_scope()
    if scope.reuse:
        return name
    taken = {variable.op.name for variable in scope.global_variables()}
    if f"{scope.name}/{name}" not in taken:
        return name
    number = 1
    while f"{scope.name}/{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def weighted_moving_average(
    value: Any,
    decay: Any,
    weight: Any,
    truediv: bool = True,
    collections: Any = None,
    name: str | None = None,
) -> Any:
    """Build the moving average of a value of which some count more than others.

    It is the moving average of ``value * weight`` over that of `weight`.

    Args:
      value: a tensor of numbers.
      decay: the share of the old average that is kept, a number or a tensor.
      weight: a tensor whose shape stretches to that of `value`.
      truediv: whether integers are divided as floats.
      collections: the collections that the two averages go to; global variables by default.
      name: name scope of what is built.

    Returns:
      A tensor of the shape of `value`.
    """
    collections = [GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    with variable_scope(name, "WeightedMovingAvg", [value, weight, decay]) as scope:
        options = {"initializer": Zeros(), "trainable": False, "collections": collections}
        products = get_variable(
            "value_x_weight", shape=value.get_shape(), dtype=value.dtype, **options
        )
        weights = get_variable("weight", shape=weight.get_shape(), dtype=weight.dtype, **options)
        above = assign_moving_average(products, value * weight, decay, zero_debias=False)
        below = assign_moving_average(weights, weight, decay, zero_debias=False)
        divide = divide_true if truediv else raw.Div
        return divide(above, below, name=scope.name)


class ExponentialMovingAverage:
    """Keeps moving averages of variables, which often serve better than what training ends with.

        ema = tf.train.ExponentialMovingAverage(decay=0.9999)
        with tf.control_dependencies([step]):
            train = ema.apply([w, b])           # follows them at every step
        saver = tf.train.Saver(ema.variables_to_restore())     # evaluates by the averages

    Args:
      decay: the share of the old average that is kept, such as 0.999.
      num_updates: the number of steps taken, as a tensor or variable; with it, the share is at
        most (1 + num_updates) / (10 + num_updates), so that averages move faster at first.
      zero_debias: whether averages of tensors are freed of having started from zero.
      name: name of the averages, below that of what they follow, and of the updates.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Any] = {}
        self._debiased: set[Any] = set()

    @property
    def name(self) -> str:
        """The name of the averages."""
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> Any:
        """Build the updates of averages, which are made at the first call.

        Args:
          var_list: variables, and tensors; all trainable variables by default.

        Returns:
          A node that does all updates.

        Raises:
          TypeError: if one of them is not of floats.
        """
        if var_list is None:
            var_list = default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES)
        followed = list(var_list)
        for variable in followed:
            if variable.dtype.base_dtype not in _AVERAGED:
                raise TypeError(
                    f"Only floats have a moving average, but {variable.name!r} is "
                    f"{variable.dtype.name}. Convert it with tf.cast, or leave it out."
                )
            if variable not in self._averages:
                with init_scope():
                    self._averages[variable] = self._make(variable)
        with name_scope(self.name) as scope:
            decay = self._current_decay()
            updates = [
                assign_moving_average(
                    self._averages[variable], variable, decay, variable in self._debiased
                )
                for variable in followed
            ]
            return group(*updates, name=scope)

    def _make(self, variable: Any) -> Any:
        if isinstance(variable, VariableBase):
            average = create_slot(variable, variable.initialized_value(), self.name)
            default_graph().add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, variable)
            return average
        if self._zero_debias:
            self._debiased.add(variable)
        is_state = variable.op.type in ("Variable", "VariableV2", "VarHandleOp")
        return create_zeros_slot(variable, self.name, colocate_with_primary=is_state)

    def _current_decay(self) -> Any:
        decay = convert_to_tensor(self._decay, name="decay")
        if self._num_updates is None:
            return decay
        updates = composed.cast(self._num_updates, float32, name="num_updates")
        return raw.Minimum(decay, (1.0 + updates) / (10.0 + updates))

    def average(self, var: Any) -> Any:
        """Give the variable that holds the average of `var`; None if nothing follows it."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """Give the name that the average of `var` has or would have, without ``:0``."""
        if var in self._averages:
            return self._averages[var].op.name
        name = var.name[:-2] if isinstance(var, VariableBase) else var.op.name
        return default_graph().unique_name(f"{name}/{self.name}", mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables: Iterable[Any] | None = None) -> Any:
        """Say under which names a saver finds values for variables: those of their averages.

        Args:
          moving_avg_variables: the variables that have averages; all that are trainable or have
            one by default.

        Returns:
          A dict from names to variables; a variable without average stands under its own name.
        """
        graph = default_graph()
        if moving_avg_variables is None:
            moving_avg_variables = [
                *graph.get_collection(GraphKeys.TRAINABLE_VARIABLES),
                *graph.get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES),
            ]
        averaged = list(dict.fromkeys(moving_avg_variables))
        names = {self.average_name(variable): variable for variable in averaged}
        taken = {variable.name for variable in averaged}
        for variable in dict.fromkeys(graph.get_collection(GraphKeys.GLOBAL_VARIABLES)):
            if variable.name not in taken and variable.op.name not in names:
                names[variable.op.name] = variable
        return names
