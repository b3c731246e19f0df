"""What both forms of variables have in common: facts, reading, changes, how they are saved."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.core.reference import Reference
from penstock.core.shapes import TensorShape
from penstock.functions.cond import cond
from penstock.functions.init_scope import init_scope
from penstock.functions.scatter_methods import ScatterMethods
from penstock.functions.state import is_variable_initialized
from penstock.functions.variable_messages import Parts, find_parts
from penstock.functions.variable_operators import VariableOperators
from penstock.functions.variable_settings import (
    SaveSliceInfo,
    VariableAggregation,
    VariableSynchronization,
)
from penstock.graph.graph import Graph
from penstock.graph.initializers import note_initializer
from penstock.graph.node import Node, Tensor

__all__ = ["VariableBase"]


class VariableBase(VariableOperators, ScatterMethods):
    """State that lasts from run to run of a session.

    Subclasses tell how it is kept: `RefVariable` by a reference, `ResourceVariable` by a handle.
    """

    SaveSliceInfo = SaveSliceInfo

    _initial_value: Any
    _initializer_op: Any
    _trainable: bool
    _constraint: Any
    _save_slice_info: SaveSliceInfo | None
    _synchronization: VariableSynchronization
    _aggregation: VariableAggregation

    # Facts

    @property
    def name(self) -> str:
        """The name of its node, and ``:0``."""
        raise NotImplementedError

    @property
    def dtype(self) -> DType:
        """The dtype of its elements."""
        raise NotImplementedError

    @property
    def op(self) -> Node:
        """Its node."""
        raise NotImplementedError

    @property
    def shape(self) -> TensorShape:
        """Its static shape."""
        raise NotImplementedError

    def get_shape(self) -> TensorShape:
        """Give the static shape: the older spelling of `shape`."""
        return self.shape

    @property
    def device(self) -> str:
        """The device it is asked to be on."""
        return self.op.device

    @property
    def graph(self) -> Graph:
        """The graph it belongs to."""
        return self.op.graph

    @property
    def initializer(self) -> Any:
        """The node that gives it its initial value."""
        return self._initializer_op

    @property
    def initial_value(self) -> Any:
        """The tensor it is initialized with."""
        return self._initial_value

    @property
    def trainable(self) -> bool:
        """Whether optimizers change it unless told otherwise."""
        return self._trainable

    @property
    def constraint(self) -> Any:
        """The function that an optimizer applies to it after an update, or None."""
        return self._constraint

    @property
    def synchronization(self) -> VariableSynchronization:
        """When it is brought together if it is kept in several places."""
        return self._synchronization

    @property
    def aggregation(self) -> VariableAggregation:
        """How updates from several places become one."""
        return self._aggregation

    def set_shape(self, shape: Any) -> None:
        """Narrow the static shape by what the caller knows.

        Raises:
          ValueError: if the two cannot both be true.
          NotImplementedError: if the variable is in resource form: its shape is settled.
        """
        raise NotImplementedError(f"The shape of {self!r} is settled, so set_shape cannot be used.")

    @property
    def _shared_name(self) -> str:
        return self.name[:-2]

    def _set_save_slice_info(self, save_slice_info: SaveSliceInfo | None) -> None:
        self._save_slice_info = save_slice_info

    def _get_save_slice_info(self) -> SaveSliceInfo | None:
        return self._save_slice_info

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Give the message that names its nodes, for a MetaGraphDef.

        Args:
          export_scope: only for a variable in this name scope, which is left out of the names.

        Returns:
          A `VariableDef`; None if the variable is in another scope.
        """
        raise NotImplementedError

    def _parts_of(self, variable_def: Any, initial_value: Any, import_scope: str | None) -> Parts:
        """Find what a VariableDef names, and take what both forms have in common."""
        if initial_value is not None:
            raise ValueError("Give an initial value or a VariableDef, not both.")
        parts = find_parts(variable_def, import_scope)
        self._initial_value = parts.initial_value
        self._initializer_op = parts.initializer
        note_initializer(self._initializer_op)
        self._trainable = parts.trainable
        self._synchronization = parts.synchronization
        self._aggregation = parts.aggregation
        self._save_slice_info = parts.save_slice_info
        self._constraint = None
        return parts

    # Reading

    def value(self) -> Tensor:
        """Give the tensor of its value."""
        raise NotImplementedError

    def read_value(self) -> Tensor:
        """Build a new read of its value, in the current control dependencies."""
        raise NotImplementedError

    def eval(self, session: Any = None) -> Any:
        """Give its value in a session as a NumPy array.

        Raises:
          ValueError: if there is no session.
        """
        raise NotImplementedError

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """Gather rows of its value.

        Args:
          indices: integer tensor of numbers of rows, of any shape.
          name: the node's name.

        Returns:
          A tensor of shape indices.shape + shape[1:].
        """
        raise NotImplementedError

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """Gather elements or slices of its value.

        Args:
          indices: integer tensor [..., n] of positions along the first n axes.
          name: the node's name.

        Returns:
          A tensor of shape indices.shape[:-1] + shape[n:].
        """
        raise NotImplementedError

    # Changes

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that sets it to `value`.

        Args:
          value: a tensor of its shape.
          use_locking: taken for TensorFlow's sake: an assignment is never seen half done.
          name: the node's name.
          read_value: whether to give the variable after the change, or else the node.

        Raises:
          ValueError: if the shapes cannot be the same.
        """
        raise NotImplementedError

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that adds `delta`; arguments as for `assign`."""
        raise NotImplementedError

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None,
        read_value: bool = True,
    ) -> Any:  # fmt: skip
        """Build a node that subtracts `delta`; arguments as for `assign`."""
        raise NotImplementedError

    def count_up_to(self, limit: int) -> Tensor:
        """Build a counter: it gives the value and adds 1, and raises OutOfRangeError at `limit`."""
        raise NotImplementedError

    # Use

    def _AsTensor(self) -> Tensor:  # noqa: N802  TensorFlow's name
        return self.value()

    def initialized_value(self) -> Tensor:
        """Give its value for use in the initial value of another variable.

        w = tf.Variable(v.initialized_value() * 2.0)    # v need not be initialized before w
        """
        with init_scope():
            return cond(
                is_variable_initialized(self),
                self.read_value,
                lambda: self.initial_value,
            )

    def load(self, value: Any, session: Any = None) -> None:
        """Set it to `value` at once, without adding nodes to the graph.

        Args:
          value: an array of its shape.
          session: the session that holds it; the default session if None.

        Raises:
          ValueError: if there is no session.
        """
        self.initializer.run({self.initializer.inputs[1]: value}, session)

    def experimental_ref(self) -> Reference:
        """Give something hashable that stands for it; its `deref()` gives the variable."""
        return Reference(self)

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self}

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"
