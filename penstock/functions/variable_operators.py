"""Operators and indexing of variables: they work on the value."""

from __future__ import annotations

from typing import Any

from penstock.functions.variable_slices import index_variable
from penstock.graph.node import Tensor

__all__ = ["VariableOperators", "refuse_in_place"]


def _operator(name: str) -> Any:
    """Make an operator method that works on the variable's value."""
    of_tensor = getattr(Tensor, name)

    def operate(self: Any, *args: Any) -> Any:
        return of_tensor(self._AsTensor(), *args)

    operate.__name__ = name
    operate.__doc__ = of_tensor.__doc__
    return operate


def refuse_in_place(symbol: str) -> Any:
    """Make the method of an operator such as ``+=`` that a variable does not take."""

    def refuse(self: Any, value: Any) -> Any:
        raise RuntimeError(
            f"A variable in resource form cannot be changed by `{symbol}=`, but {self!r} was to be "
            f"by {value!r}. Use `v.assign(v {symbol} value)` for an operation that changes it, or "
            f"`x = v {symbol} value` for a new tensor."
        )

    return refuse


class VariableOperators:
    """The operator methods of variables; each builds a node, none computes."""

    __array_priority__ = 100

    def _AsTensor(self) -> Tensor:  # noqa: N802  TensorFlow's name
        raise NotImplementedError

    __add__, __radd__ = _operator("__add__"), _operator("__radd__")
    __sub__, __rsub__ = _operator("__sub__"), _operator("__rsub__")
    __mul__, __rmul__ = _operator("__mul__"), _operator("__rmul__")
    __truediv__, __rtruediv__ = _operator("__truediv__"), _operator("__rtruediv__")
    __div__, __rdiv__ = _operator("__div__"), _operator("__rdiv__")
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
