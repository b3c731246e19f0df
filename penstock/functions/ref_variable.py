"""Variables in reference form, TensorFlow 1's default: VariableV2, Assign, and a read."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import TensorShape, is_fully_defined
from penstock.functions.init_scope import init_scope
from penstock.functions.initial_values import guarded
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_messages import variable_message
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
from penstock.graph.node import Node, Tensor

__all__ = ["RefVariable"]


class RefVariable(VariableBase):
    """A variable kept by a reference; `tf.Variable` makes one unless resources are asked for.

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
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Any = None,
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
            self._build(initial_value, name, dtype, shape, validate_shape, caching_device)
            self.graph.add_to_collections(collections, self)

    def _find(self, variable_def: Any, initial_value: Any, import_scope: str | None) -> None:
        """Take the nodes that a VariableDef names."""
        parts = self._parts_of(variable_def, initial_value, import_scope)
        self._variable = parts.variable
        self._snapshot = parts.snapshot

    def _build(
        self,
        initial_value: Any,
        name: str | None,
        dtype: DType | None,
        shape: Any,
        validate_shape: bool,
        caching_device: Any,
    ) -> None:
        from_function = callable(initial_value)
        values = [] if from_function else [initial_value]
        with name_scope(name, "Variable", values) as scope:
            graph = default_graph()
            if from_function:
                with graph._attr_scope({"_class": [f"loc:@{scope[:-1]}"]}):
                    with name_scope("Initializer"), graph.device(None):
                        self._initial_value = convert_to_tensor(
                            initial_value(), dtype, "initial_value"
                        )
                    self._variable = self._node(shape, validate_shape, scope)
            else:
                self._initial_value = convert_to_tensor(initial_value, dtype, "initial_value")
                self._variable = self._node(shape, validate_shape, scope)
            if validate_shape and not is_fully_defined(self._initial_value.static_shape):
                raise ValueError(
                    f"initial_value must have a shape specified: {self._initial_value} has shape "
                    f"{self._initial_value.shape}. Give it a static shape with set_shape, or "
                    "pass validate_shape=False."
                )
            self._initializer_op = raw.Assign(
                self._variable,
                guarded(scope[:-1], self._initial_value),
                validate_shape=validate_shape,
            ).op
            note_initializer(self._initializer_op)
            if caching_device is not None:
                with graph.device(caching_device):
                    self._snapshot = raw.Identity(self._variable, name="read")
            else:
                with graph.colocate_with(self._variable.op):
                    self._snapshot = raw.Identity(self._variable, name="read")

    def _node(self, shape: Any, validate_shape: bool, scope: str) -> Tensor:
        if shape is None:
            shape = self._initial_value.shape if validate_shape else None
        dtype = self._initial_value.dtype.base_dtype
        return raw.VariableV2(shape=TensorShape(shape), dtype=dtype, name=scope)

    # How the graph sees it

    def _ref(self) -> Tensor:
        return self._variable

    def _as_graph_element(self) -> Tensor:
        return self._variable

    def _convert_to_tensor(
        self,
        graph: Graph,
        dtype: DType | None,
        name: str | None,
        as_ref: bool,
        preferred: DType | None,
    ) -> Tensor:
        if dtype is not None and not dtype.is_compatible_with(self.dtype):
            raise ValueError(
                f"Incompatible type conversion requested to type {dtype.name} for variable of "
                f"type {self.dtype.name}: {self!r}. Convert it with tf.cast."
            )
        return self._ref() if as_ref else self._snapshot

    @property
    def name(self) -> str:
        """The name of its node, and ``:0``."""
        return self._variable.name

    @property
    def dtype(self) -> DType:
        """The dtype of the reference, such as ``float32_ref``."""
        return self._variable.dtype

    @property
    def op(self) -> Node:
        """The VariableV2 node."""
        return self._variable.op

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return self._variable.shape

    def set_shape(self, shape: Any) -> None:
        """Narrow the static shape by what the caller knows."""
        self._ref().set_shape(shape)
        self.value().set_shape(shape)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Give the `VariableDef` that names its nodes; see `tf.Variable.to_proto`."""
        return variable_message(self, self._variable, self._snapshot, export_scope)

    # Reading

    def value(self) -> Tensor:
        """Give the tensor of its value."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """Build a new read of its value, in the current control dependencies."""
        return raw.Identity(self._variable, name="read")

    def eval(self, session: Any = None) -> Any:
        """Give its value in a session as a NumPy array."""
        return self._variable.eval(session=session)

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """Gather rows of its value."""
        return raw.GatherV2(self, indices, 0, name="GatherV2" if name is None else name)

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """Gather the elements or slices of its value at the positions in `indices`."""
        return raw.GatherNd(self, indices, name=name)

    # Writing

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that sets it to `value`; see `tf.Variable.assign`."""
        result = raw.Assign(self._variable, value, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that adds `delta`; arguments as for `assign`."""
        result = raw.AssignAdd(self._variable, delta, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that subtracts `delta`; arguments as for `assign`."""
        result = raw.AssignSub(self._variable, delta, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def count_up_to(self, limit: int) -> Tensor:
        """Build a counter: it gives the value and adds 1, and raises OutOfRangeError at `limit`."""
        return raw.CountUpTo(self._variable, limit=limit)

    def _scatter(
        self, suffix: str, indices: Any, updates: Any, use_locking: bool, name: str | None
    ) -> Tensor:
        build = getattr(raw, f"Scatter{suffix}")
        return build(self._variable, indices, updates, use_locking=use_locking, name=name)

    def _strided_slice_assign(
        self, begin: Any, end: Any, strides: Any, value: Any, name: str, masks: dict[str, int]
    ) -> Tensor:
        return raw.StridedSliceAssign(
            self._variable, begin, end, strides, value, name=name, **masks
        )
