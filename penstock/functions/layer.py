"""The base of layers: a variable scope, the variables made in it, and what is built by a call."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import DType, as_dtype, float32
from penstock.functions.get_variable import get_variable
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer_holdings import Holdings, add_once
from penstock.functions.variable_collections import global_variables
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import VariableScope
from penstock.functions.variable_settings import VariableAggregation, VariableSynchronization
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["Layer"]


class Layer(Holdings):
    """A part of a model that makes its own variables the first time it is called.

    A subclass makes its variables in `build`, by `add_weight`, and computes in `call`:

        class Scale(tf.layers.Layer):
            def build(self, input_shape):
                self.factor = self.add_weight("factor", [input_shape[-1]])
                self.built = True

            def call(self, inputs):
                return inputs * self.factor

    Args:
      trainable: whether its variables go to the collection of trainable ones.
      name: its name and that of its variable scope; made from the class's name by default.
      dtype: of its variables; that of the first input by default.
      **kwargs: `activity_regularizer`, a function from the output to a loss; and for the functions
        of this package `_scope`, where its variables are, and `_reuse`.

    Attributes:
      built: whether the variables are made.
      input_spec: what inputs must be like, an `InputSpec` or None.
      name: a name that is unique among the layers of the graph.
      trainable: whether variables are to be trained.
    """

    def __init__(
        self, trainable: bool = True, name: Any = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        scope = kwargs.pop("_scope", None)
        self._reuse = kwargs.pop("_reuse", None)
        self._activity_regularizer = kwargs.pop("activity_regularizer", None)
        if kwargs:
            raise TypeError(f"{type(self).__name__} does not know the arguments {sorted(kwargs)}.")
        super().__init__(trainable)
        self._graph = default_graph()
        self.built = False
        self.input_spec: InputSpec | None = None
        self._dtype = None if dtype is None else as_dtype(dtype).base_dtype
        self._scope: VariableScope | None = None
        self._current_scope: VariableScope | None = None
        self._set_names(name)
        if scope:
            with variable_scope(scope) as captured:
                self._scope = captured

    def _set_names(self, name: Any) -> None:
        """Settle the name, which is unique, and the one that the scope's is made from."""
        base = name.name if isinstance(name, VariableScope) else name
        if base is None or isinstance(name, VariableScope):
            plain = _snake_case(type(self).__name__)
            counts = self._graph.extras.setdefault("layers by name", defaultdict(int))
            counts[plain] += 1
            self._name = f"{plain}_{counts[plain]}"
            base = base or plain
        else:
            self._name = name
        self._base_name = base

    # What a subclass defines.

    def build(self, input_shape: Any) -> None:
        """Make the variables; `input_shape` is the first input's, a `TensorShape`."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Build the output; gives the inputs back if not overridden."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Tell the output's static shape from the input's."""
        raise NotImplementedError(f"{type(self).__name__} does not tell its output's shape.")

    # Scopes.

    def _set_scope(self, scope: Any = None) -> None:
        if self._scope is not None:
            return
        if self._reuse:
            entered = variable_scope(self._base_name if scope is None else scope)
        else:
            entered = variable_scope(scope, default_name=self._base_name)
        with entered as captured:
            self._scope = captured

    def _variables_scope(self) -> variable_scope:
        """Give the scope of a call: made in the first, the variables are reused in later ones."""
        if not self.built:
            return variable_scope(self._scope, reuse=self._reuse, auxiliary_name_scope=False)
        return variable_scope(self._scope, reuse=True, auxiliary_name_scope=False)

    def _name_scope(self) -> str:
        """Give the name scope of what is built: that of the first use of the variable scope."""
        assert self._current_scope is not None
        return self._current_scope.original_name_scope

    # Building.

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Build the layer's output for `inputs`.

        Args:
          inputs: a tensor, or a nest of them.
          *args: passed to `call`.
          **kwargs: passed to `call`; `scope` names the variable scope in the first call.

        Returns:
          What `call` returns.

        Raises:
          ValueError: if the inputs are not what the layer asks for.
        """
        self._set_scope(kwargs.pop("scope", None))
        tensors = nest.flatten(inputs)
        if not any(hasattr(each, "static_shape") for each in tensors):
            inputs = convert_to_tensor(inputs, self._dtype)
            tensors = [inputs]
        before = len(self._updates)
        with self._variables_scope() as scope:
            self._current_scope = scope
            with name_scope(self._name_scope()):
                if not self.built:
                    self._maybe_build(inputs, tensors)
                self._check_input_spec(tensors)
                outputs = self.call(inputs, *args, **kwargs)
                self._handle_activity_regularization(outputs)
        self._inbound_calls.append((inputs, outputs))
        add_once(GraphKeys.UPDATE_OPS, self.updates[before:])
        return outputs

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Build the layer's output: the same as calling it."""
        return self(inputs, *args, **kwargs)

    def _maybe_build(self, inputs: Any, tensors: Sequence[Tensor]) -> None:
        self._check_input_spec(tensors)
        if self._dtype is None:
            self._dtype = tensors[0].dtype.base_dtype
        self.build(nest.map_structure(lambda each: each.shape, inputs))
        self.built = True

    def _check_input_spec(self, tensors: Sequence[Tensor]) -> None:
        if self.input_spec is None:
            return
        if len(tensors) != 1:
            raise ValueError(f"Layer {self.name!r} takes one tensor, but {len(tensors)} came.")
        self.input_spec.check(self.name, tensors[0])

    def _handle_activity_regularization(self, outputs: Any) -> None:
        if self._activity_regularizer is None:
            return
        with name_scope("ActivityRegularizer"):
            for output in nest.flatten(outputs):
                loss = self._activity_regularizer(output)
                count = raw.Cast(composed.shape(output)[0], DstT=loss.dtype)
                self.add_loss(loss / count, inputs=True)

    # Variables.

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        constraint: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        partitioner: Any = None,
    ) -> Any:
        """Make a variable of the layer, or have it again where the scope is reused.

        Args:
          name: its name in the layer's scope.
          shape: its shape.
          dtype: the layer's by default.
          initializer: the scope's by default.
          regularizer: from the variable to a loss, which goes to the collection of these.
          trainable: whether it is to be trained.
          constraint: from the variable to what it is set to after an update.
          use_resource: whether it is made in resource form.
          synchronization: a `tf.VariableSynchronization`.
          aggregation: a `tf.VariableAggregation`.
          partitioner: from shape and dtype to the number of parts along each axis.

        Returns:
          The variable.
        """
        trains = synchronization is not VariableSynchronization.ON_READ and trainable is not False
        self._set_scope()
        reuse = self.built or self._reuse
        existing = set(global_variables())
        kind = as_dtype(dtype or self._dtype or float32)
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            with name_scope(self._name_scope()):
                variable = get_variable(
                    name,
                    shape,
                    dtype=kind,
                    initializer=scope.initializer if initializer is None else initializer,
                    trainable=trains and self.trainable,
                    constraint=constraint,
                    partitioner=partitioner,
                    use_resource=use_resource or scope.use_resource,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
                if regularizer is not None and variable not in existing:
                    self._handle_weight_regularization(name, variable, regularizer)
        self._held_weights.append((variable, trains))
        return variable

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """Make a variable of the layer: the older name of `add_weight`."""
        return self.add_weight(*args, **kwargs)

    # What it is made of.

    @property
    def scope_name(self) -> str:
        """The name of the variable scope; it is settled by the first call."""
        if self._scope is None:
            raise ValueError(
                f"Layer {self.name!r} has no scope yet: it gets one when it is called first."
            )
        return self._scope.name

    @property
    def graph(self) -> Graph:
        """The graph it was made in."""
        return self._graph

    @property
    def dtype(self) -> DType | None:
        """The dtype of its variables; None before the first call unless it was given."""
        return self._dtype

    def __deepcopy__(self, memo: dict[int, Any]) -> Layer:
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        shared = ("_graph", "_scope", "_current_scope", "_held_weights")
        for key, value in vars(self).items():
            setattr(made, key, value if key in shared else copy.deepcopy(value, memo))
        return made


def _snake_case(name: str) -> str:
    """Turn ``MaxPooling2D`` into ``max_pooling2d``."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    return f"private{words}" if words.startswith("_") else words
