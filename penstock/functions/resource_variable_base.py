"""What is known of a variable by its handle: how to read and to write it."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.core.shapes import TensorShape, as_static, merge
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_messages import variable_message
from penstock.functions.variable_operators import refuse_in_place
from penstock.graph.build import convert_to_tensor, graph_of, raw
from penstock.graph.graph import Graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["BaseResourceVariable", "is_resource_variable"]


def is_resource_variable(var: Any) -> bool:
    """Tell whether `var` is a variable in resource form."""
    return isinstance(var, BaseResourceVariable)


class BaseResourceVariable(VariableBase):
    """A variable that ops know by its handle."""

    _handle: Tensor
    _dtype: DType
    _static_shape: tuple[int | None, ...] | None
    _graph_element: Tensor | None
    _cached_value: Tensor | None = None

    __iadd__, __isub__ = refuse_in_place("+"), refuse_in_place("-")
    __imul__, __ipow__ = refuse_in_place("*"), refuse_in_place("**")
    __itruediv__ = __idiv__ = __irealdiv__ = refuse_in_place("/")

    def __bool__(self) -> bool:
        return bool(self.value())

    # How the graph sees it

    def _as_graph_element(self) -> Tensor | None:
        return self._graph_element

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
        return self.read_value().op.inputs[0] if as_ref else self.value()

    @property
    def handle(self) -> Tensor:
        """The handle, by which ops know the variable."""
        return self._handle

    @property
    def name(self) -> str:
        """The name of its node, and ``:0``."""
        return self._handle.name

    @property
    def dtype(self) -> DType:
        """The dtype of its elements."""
        return self._dtype

    @property
    def op(self) -> Node:
        """The node of the handle."""
        return self._handle.op

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return TensorShape(self._static_shape)

    @property
    def create(self) -> Any:
        """The node that gives it its initial value: another name for `initializer`."""
        return self._initializer_op

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Give the `VariableDef` that names its nodes; see `tf.Variable.to_proto`."""
        snapshot = self._graph_element if self._cached_value is None else self._cached_value
        assert snapshot is not None
        message = variable_message(self, self._handle, snapshot, export_scope)
        if message is not None:
            message.is_resource = True
        return message

    # Reading

    def _read_variable_op(self) -> Tensor:
        return raw.ReadVariableOp(self._handle, dtype=self._dtype)

    def value(self) -> Tensor:
        """Build a read of its value, on its device."""
        if self._cached_value is not None:
            return self._cached_value
        graph = self._handle.graph
        with graph.colocate_with(None, ignore_existing=True), graph.device(self._handle.device):
            return self._read_variable_op()

    def read_value(self) -> Tensor:
        """Build a new read of its value, in the current control dependencies."""
        with name_scope("Read"), self._handle.graph.device(self._handle.device):
            value = self._read_variable_op()
        return raw.Identity(value)

    def eval(self, session: Any = None) -> Any:
        """Give its value in a session as a NumPy array."""
        assert self._graph_element is not None
        return self._graph_element.eval(session=session)

    def numpy(self) -> Any:
        """Not there: a graph's variable has no value outside of a session.

        Raises:
          NotImplementedError: always.
        """
        raise NotImplementedError(
            f"{self!r} has a value in a session only, so numpy() has none. Use sess.run(v)."
        )

    def is_initialized(self, name: str | None = None) -> Tensor:
        """Build a check of whether it has a value."""
        return raw.VarIsInitializedOp(self._handle, name=name)

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """Gather rows of it, without reading the others."""
        with name_scope("Gather" if name is None else name) as scope:
            rows = raw.ResourceGather(self._handle, indices, dtype=self._dtype, name=scope)
        return raw.Identity(rows)

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """Gather the elements or slices of it at the positions in `indices`."""
        with name_scope("GatherNd" if name is None else name) as scope:
            found = raw.ResourceGatherNd(self._handle, indices, dtype=self._dtype, name=scope)
        return raw.Identity(found)

    # Writing

    def _lazy_read(self, node: Node) -> Any:
        return _UnreadVariable(self, node)

    def _finished(self, node: Node, read_value: bool) -> Any:
        return self._lazy_read(node) if read_value else node

    def assign(
        self, value: Any, use_locking: bool | None = None, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that sets it to `value`; see `tf.Variable.assign`."""
        tensor = convert_to_tensor(value, self._dtype)
        node = raw.AssignVariableOp(self._handle, tensor, name=name)
        return self._finished(node, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that adds `delta`; arguments as for `assign`."""
        tensor = convert_to_tensor(delta, self._dtype)
        node = raw.AssignAddVariableOp(self._handle, tensor, name=name)
        return self._finished(node, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that subtracts `delta`; arguments as for `assign`."""
        tensor = convert_to_tensor(delta, self._dtype)
        node = raw.AssignSubVariableOp(self._handle, tensor, name=name)
        return self._finished(node, read_value)

    def count_up_to(self, limit: int) -> Tensor:
        """Build a counter: it gives the value and adds 1, and raises OutOfRangeError at `limit`."""
        return raw.ResourceCountUpTo(self._handle, limit=limit, T=self._dtype)

    def _scatter(
        self, suffix: str, indices: Any, updates: Any, use_locking: bool, name: str | None
    ) -> Any:
        build = getattr(raw, f"ResourceScatter{suffix}")
        tensor = convert_to_tensor(updates, self._dtype)
        return self._lazy_read(build(self._handle, indices, tensor, name=name))

    def _strided_slice_assign(
        self, begin: Any, end: Any, strides: Any, value: Any, name: str, masks: dict[str, int]
    ) -> Any:
        tensor = convert_to_tensor(value, self._dtype)
        return self._lazy_read(
            raw.ResourceStridedSliceAssign(
                self._handle, begin, end, strides, tensor, name=name, **masks
            )
        )


class _UnreadVariable(BaseResourceVariable):
    """A variable after a change: reading it waits for the node that makes the change."""

    def __init__(self, variable: BaseResourceVariable, parent_op: Node) -> None:
        self._handle = variable.handle
        self._dtype = variable.dtype
        self._static_shape = variable._static_shape
        self._parent_op = parent_op
        self._initial_value = None
        self._initializer_op = None
        self._trainable = False
        self._constraint = None
        self._save_slice_info = None
        self._synchronization = variable.synchronization
        self._aggregation = variable.aggregation
        self._graph_element = self._read_variable_op()

    def set_shape(self, shape: Any) -> None:
        """Narrow the static shape by what the caller knows."""
        self._static_shape = merge(self._static_shape, as_static(shape))

    @property
    def name(self) -> str:
        """The name of the node that makes the change."""
        return self._parent_op.name

    @property
    def op(self) -> Node:
        """The node that makes the change."""
        return self._parent_op

    def _read_variable_op(self) -> Tensor:
        with graph_of((self._handle,)).control_dependencies([self._parent_op]):
            return super()._read_variable_op()

    def read_value(self) -> Tensor:
        """Build a new read of its value."""
        with graph_of((self._handle,)).control_dependencies([self._parent_op]):
            return super().read_value()
