"""Variables in resource form: a handle, and nodes that read and write what is behind it."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.core.shapes import as_static, describe, is_compatible
from penstock.functions.init_scope import init_scope
from penstock.functions.initial_values import guarded
from penstock.functions.resource_variable_base import BaseResourceVariable
from penstock.functions.variable_settings import (
    check_arguments,
    checked_collections,
    settle_trainable,
)
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.initializers import note_initializer
from penstock.graph.name_scope import name_scope

__all__ = ["ResourceVariable"]


class ResourceVariable(BaseResourceVariable):
    """A variable kept by a handle; `tf.Variable(..., use_resource=True)` makes one.

    Args: as those of `tf.Variable`.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        dtype: Any = None,
        variable_def: Any = None,
        import_scope: str | None = None,
        constraint: Any = None,
        distribute_strategy: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ) -> None:
        if variable_def is not None:
            self._find(variable_def, initial_value, import_scope)
            return
        self._synchronization, self._aggregation, self._trainable = settle_trainable(
            synchronization, aggregation, trainable, name
        )
        check_arguments(initial_value, constraint)
        self._constraint = constraint
        self._save_slice_info = None
        collections = checked_collections(collections, self._trainable)
        dtype = None if dtype is None else as_dtype(dtype)
        with init_scope():
            self._build(initial_value, name, dtype, shape, caching_device)
            self.graph.add_to_collections(collections, self)

    def _find(self, variable_def: Any, initial_value: Any, import_scope: str | None) -> None:
        """Take the nodes that a VariableDef names."""
        parts = self._parts_of(variable_def, initial_value, import_scope)
        self._handle = parts.variable
        attrs = parts.variable.op.attrs
        self._dtype, self._static_shape = attrs["dtype"], attrs["shape"]
        self._graph_element = parts.snapshot
        if parts.snapshot.op.type == "Identity":
            self._cached_value = parts.snapshot
            self._graph_element = parts.snapshot.op.inputs[0]

    def _build(
        self, initial_value: Any, name: str | None, dtype: Any, shape: Any, caching_device: Any
    ) -> None:
        from_function = callable(initial_value)
        values = [] if from_function else [initial_value]
        with name_scope(name, "Variable", values) as scope:
            graph = default_graph()
            own_name = scope[:-1]
            with graph._attr_scope({"_class": [f"loc:@{own_name}"]}):
                with name_scope("Initializer"), graph.device(None):
                    value = initial_value() if from_function else initial_value
                    self._initial_value = convert_to_tensor(value, dtype, "initial_value")
                self._static_shape = self._settled_shape(shape)
                self._dtype = self._initial_value.dtype.base_dtype
                self._handle = raw.VarHandleOp(
                    shape=self.shape, dtype=self._dtype, shared_name=own_name, name=scope
                )
            self._handle.handle_data = (self._dtype, self._static_shape)
            with name_scope("IsInitialized"):
                self._is_initialized_op = raw.VarIsInitializedOp(self._handle)
            with (
                name_scope("Assign") as assign_scope,
                graph.colocate_with(None, ignore_existing=True),
                graph.device(self._handle.device),
            ):
                self._initializer_op = raw.AssignVariableOp(
                    self._handle, guarded(own_name, self._initial_value), name=assign_scope
                )
            note_initializer(self._initializer_op)
            with name_scope("Read"):
                self._build_read(graph, caching_device)

    def _settled_shape(self, shape: Any) -> Any:
        known = self._initial_value.static_shape
        if shape is None:
            return known
        if not is_compatible(known, as_static(shape)):
            raise ValueError(
                f"The initial value's shape, {describe(known)}, does not fit the shape that the "
                f"variable is to have, {describe(as_static(shape))}."
            )
        return as_static(shape)

    def _build_read(self, graph: Graph, caching_device: Any) -> None:
        with graph.device(self._handle.device):
            self._graph_element = self._read_variable_op()
        if caching_device is not None:
            with (
                graph.colocate_with(None, ignore_existing=True),
                graph.device(caching_device),
            ):
                self._cached_value = raw.Identity(self._graph_element)
