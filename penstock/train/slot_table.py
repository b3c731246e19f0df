"""What an optimizer remembers: slots, one for each variable, and variables that all share."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.core.shapes import TensorShape
from penstock.functions.resource_variable_base import is_resource_variable
from penstock.functions.variables import Variable
from penstock.graph.default import default_graph
from penstock.graph.function_graph import outermost
from penstock.graph.graph import Graph
from penstock.train.slots import create_slot, create_slot_with_initializer, create_zeros_slot

__all__ = ["SlotTable"]


def _key(variable: Any) -> tuple[Graph, str]:
    return variable.op.graph, variable.op.name


class SlotTable:
    """The slots of an optimizer, by their name and the variable they belong to."""

    def __init__(self) -> None:
        self._slots: dict[str, dict[tuple[Graph, str], Any]] = {}
        self._non_slot_dict: dict[tuple[str, Graph | None], Any] = {}

    def get_slot(self, var: Any, name: str) -> Any:
        """Give the slot of a variable.

        Args:
          var: the variable.
          name: the slot's name, one of `get_slot_names`.

        Returns:
          A variable; None if there is no such slot.
        """
        return self._slots.get(name, {}).get(_key(var))

    def get_slot_names(self) -> list[str]:
        """List the names of the slots, in alphabetical order."""
        return sorted(self._slots)

    def variables(self) -> list[Any]:
        """List the optimizer's own variables in the default graph, by their names."""
        graph = outermost(default_graph())
        slots = [slot for named in self._slots.values() for slot in named.values()]
        own = [*self._non_slot_variables(), *slots]
        return sorted((v for v in own if v.op.graph is graph), key=lambda v: v.name)

    # For subclasses, under TensorFlow's names

    def _slot_dict(self, slot_name: str) -> dict[tuple[Graph, str], Any]:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var: Any, val: Any, slot_name: str, op_name: str) -> Any:
        """Give the slot of `var`, made if it is not there, starting from the tensor `val`."""
        slots = self._slot_dict(slot_name)
        if _key(var) not in slots:
            slots[_key(var)] = create_slot(var, val, op_name)
        return slots[_key(var)]

    def _get_or_make_slot_with_initializer(
        self,
        var: Any,
        initializer: Any,
        shape: TensorShape,
        dtype: DType,
        slot_name: str,
        op_name: str,
    ) -> Any:
        """Give the slot of `var`, made if it is not there, starting from an initializer's value."""
        slots = self._slot_dict(slot_name)
        if _key(var) not in slots:
            slots[_key(var)] = create_slot_with_initializer(var, initializer, shape, dtype, op_name)
        return slots[_key(var)]

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Any:
        """Give the slot of `var`, made if it is not there, starting from zeros."""
        slots = self._slot_dict(slot_name)
        if _key(var) not in slots:
            slots[_key(var)] = create_zeros_slot(var, op_name)
        return slots[_key(var)]

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any) -> Any:
        """Give the variable `name` that all updates share, made if it is not there."""
        key = name, colocate_with.graph
        if key not in self._non_slot_dict:
            with default_graph().colocate_with(colocate_with):
                self._non_slot_dict[key] = Variable(
                    initial_value,
                    name=name,
                    trainable=False,
                    use_resource=is_resource_variable(colocate_with),
                )
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph: Graph | None = None) -> Any:
        return self._non_slot_dict.get((name, graph and outermost(graph)))

    def _non_slot_variables(self) -> list[Any]:
        return list(self._non_slot_dict.values())
