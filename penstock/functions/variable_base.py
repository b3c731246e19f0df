"""What both forms of variables have in common: facts, operators, indexing, how they are saved."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.core.shapes import TensorShape
from penstock.functions.cond import cond
from penstock.functions.init_scope import init_scope
from penstock.functions.state import is_variable_initialized
from penstock.functions.variable_settings import (
    SaveSliceInfo,
    VariableAggregation,
    VariableSynchronization,
)
from penstock.functions.variable_slices import index_variable
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = ["VariableBase"]


def _operator(name: str) -> Any:
    """Make an operator method that works on the variable's value."""
    of_tensor = getattr(Tensor, name)

    def operate(self: Any, *args: Any) -> Any:
        return of_tensor(self._AsTensor(), *args)

    operate.__name__ = name
    operate.__doc__ = of_tensor.__doc__
    return operate


class VariableBase:
    """State that lasts from run to run of a session.

    Subclasses tell how it is kept: `RefVariable` by a reference, `ResourceVariable` by a handle.
    """

    SaveSliceInfo = SaveSliceInfo

    __array_priority__ = 100

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

    @property
    def _shared_name(self) -> str:
        return self.name[:-2]

    def _set_save_slice_info(self, save_slice_info: SaveSliceInfo | None) -> None:
        self._save_slice_info = save_slice_info

    def _get_save_slice_info(self) -> SaveSliceInfo | None:
        return self._save_slice_info

    # Its value

    def value(self) -> Tensor:
        """Give the tensor of its value."""
        raise NotImplementedError

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

    def experimental_ref(self) -> Any:
        """Give something hashable that stands for it: itself."""
        return self

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self}

    # Operators

    __add__, __radd__ = _operator("__add__"), _operator("__radd__")
    __sub__, __rsub__ = _operator("__sub__"), _operator("__rsub__")
    __mul__, __rmul__ = _operator("__mul__"), _operator("__rmul__")
    __truediv__, __rtruediv__ = _operator("__truediv__"), _operator("__rtruediv__")
    __div__, __rdiv__ = _operator("__truediv__"), _operator("__rtruediv__")
    __floordiv__, __rfloordiv__ = _operator("__floordiv__"), _operator("__rfloordiv__")
    __mod__, __rmod__ = _operator("__mod__"), _operator("__rmod__")
    __pow__, __rpow__ = _operator("__pow__"), _operator("__rpow__")
    __matmul__, __rmatmul__ = _operator("__matmul__"), _operator("__rmatmul__")
    __and__, __rand__ = _operator("__and__"), _operator("__rand__")
    __or__, __ror__ = _operator("__or__"), _operator("__ror__")
    __xor__, __rxor__ = _operator("__xor__"), _operator("__rxor__")
    __lt__, __le__ = _operator("__lt__"), _operator("__le__")
    __gt__, __ge__ = _operator("__gt__"), _operator("__ge__")
    __neg__, __abs__, __invert__ = (
        _operator("__neg__"),
        _operator("__abs__"),
        _operator("__invert__"),
    )

    def __getitem__(self, index: Any) -> Tensor:
        return index_variable(self, index)

    def __iter__(self) -> Any:
        raise TypeError(
            f"{self!r} is a symbol without values, so it cannot be iterated over. Use "
            "tf.unstack(v) for its rows, or sess.run(v) first."
        )

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"
