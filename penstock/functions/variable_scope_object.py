"""What an open variable scope holds: its name, whether to reuse, and defaults for variables."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import as_dtype, float32
from penstock.functions.scope_store import scope_store
from penstock.functions.variable_settings import (
    VariableAggregation,
    VariableSynchronization,
    settle_trainable,
)
from penstock.functions.variable_store import VariableStore
from penstock.graph.build import convert_to_tensor
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope

__all__ = ["VariableScope", "first_given", "get_variable_scope"]


class VariableScope:
    """A variable scope: its name, whether variables are reused in it, and its defaults.

    `tf.variable_scope` makes these; passing one to it again re-enters it.

    Attributes are those of `tf.variable_scope`; each has a setter method, such as
    `set_initializer`.
    """

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        name_scope: str = "",
        dtype: Any = float32,
        use_resource: bool | None = None,
        constraint: Any = None,
    ) -> None:
        self._name = name
        self._name_scope = name_scope
        self._reuse = reuse
        self._initializer = initializer
        self._regularizer = regularizer
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint

    @property
    def name(self) -> str:
        """The prefix of variables' names, without a slash at the end."""
        return self._name

    @property
    def original_name_scope(self) -> str:
        """The name scope that was opened with it, with a slash at the end."""
        return self._name_scope

    @property
    def reuse(self) -> Any:
        """False: variables are made; True: they must be there; `tf.AUTO_REUSE`: either."""
        return self._reuse

    @property
    def initializer(self) -> Any:
        """The initializer of variables that are asked for without one."""
        return self._initializer

    @property
    def regularizer(self) -> Any:
        """The regularizer of variables that are asked for without one."""
        return self._regularizer

    @property
    def caching_device(self) -> Any:
        """The device that keeps copies for reading."""
        return self._caching_device

    @property
    def partitioner(self) -> Any:
        """The function that cuts variables into parts."""
        return self._partitioner

    @property
    def custom_getter(self) -> Any:
        """The function that is asked for variables first."""
        return self._custom_getter

    @property
    def dtype(self) -> Any:
        """The dtype of variables that are asked for without one."""
        return self._dtype

    @property
    def use_resource(self) -> bool | None:
        """Whether variables are made in resource form; None leaves it to the default."""
        return self._use_resource

    @property
    def constraint(self) -> Any:
        """The constraint of variables that are asked for without one."""
        return self._constraint

    def reuse_variables(self) -> None:
        """From now on, variables of this scope must be there already."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Set the default initializer."""
        self._initializer = initializer

    def set_dtype(self, dtype: Any) -> None:
        """Set the default dtype."""
        self._dtype = dtype

    def set_use_resource(self, use_resource: bool | None) -> None:
        """Set whether variables are made in resource form."""
        self._use_resource = use_resource

    def set_regularizer(self, regularizer: Any) -> None:
        """Set the default regularizer."""
        self._regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        """Set the device that keeps copies for reading."""
        self._caching_device = caching_device

    def set_partitioner(self, partitioner: Any) -> None:
        """Set the function that cuts variables into parts."""
        self._partitioner = partitioner

    def set_custom_getter(self, custom_getter: Any) -> None:
        """Set the function that is asked for variables first."""
        self._custom_getter = custom_getter

    def get_collection(self, name: Any) -> list[Any]:
        """List the items of a collection whose names start with the scope's."""
        return default_graph().get_collection(name, f"{self._name}/" if self._name else "")

    def trainable_variables(self) -> list[Any]:
        """List the scope's trainable variables."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        """List the scope's global variables."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        """List the scope's local variables."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self,
        var_store: VariableStore,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        custom_getter: Any = None,
        constraint: Any = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
    ) -> Any:
        """Give a variable of this scope from a store; see `tf.get_variable`."""
        full_name = f"{self._name}/{name}" if self._name else name
        with name_scope(None):
            if dtype is not None and initializer is not None and not callable(initializer):
                own_dtype = convert_to_tensor(initializer).dtype.base_dtype
                if own_dtype != as_dtype(dtype):
                    raise ValueError(
                        f"Variable {full_name!r} cannot have dtype {as_dtype(dtype).name}: its "
                        f"initial value has dtype {own_dtype.name}. Leave the dtype out, or "
                        "convert the value."
                    )
            synchronization, aggregation, trainable = settle_trainable(
                synchronization, aggregation, trainable, full_name
            )
            return var_store.get_variable(
                full_name,
                first_given(custom_getter, self._custom_getter),
                shape=shape,
                dtype=first_given(dtype, self._dtype),
                initializer=first_given(initializer, self._initializer),
                regularizer=first_given(regularizer, self._regularizer),
                reuse=first_given(reuse, self._reuse),
                trainable=trainable,
                collections=collections,
                caching_device=first_given(caching_device, self._caching_device),
                partitioner=first_given(partitioner, self._partitioner),
                validate_shape=validate_shape,
                use_resource=first_given(use_resource, self._use_resource),
                constraint=first_given(constraint, self._constraint),
                synchronization=synchronization,
                aggregation=aggregation,
            )


def first_given(value: Any, default: Any) -> Any:
    """Give `value` unless it is None, else `default`."""
    return default if value is None else value


def get_variable_scope() -> VariableScope:
    """Give the innermost open variable scope; the root scope if none is open."""
    store = scope_store(default_graph())
    if store.current is None:
        store.current = VariableScope(False)
    return store.current
