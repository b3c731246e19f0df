"""The functions of a graph by name, and the ops that are their calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from penstock.graph.spec import Calls, OpSpec, Undefined

if TYPE_CHECKING:
    from penstock.graph.function_graph import FunctionGraph
    from penstock.graph.node import Node

__all__ = ["DerivedSpec", "FunctionSpec", "Functions"]

_DERIVED = "derived functions"


class FunctionSpec(OpSpec):
    """The record of the op that is a function's call: it has the function's name."""

    __slots__ = ("function",)

    def __init__(self, function: FunctionGraph) -> None:
        outputs = function.outputs
        super().__init__(
            function.name,
            [f"{one.op.name}: {one.dtype.base_dtype.name}" for one in function.arguments],
            [
                f"{name}: {one.dtype.base_dtype.name}"
                for name, one in zip(function.signature_outputs, outputs, strict=True)
            ],
            doc=f"The outputs of the function {function.name}.",
            shape=lambda c: (
                outputs[0].static_shape
                if len(outputs) == 1
                else [output.static_shape for output in outputs]
            ),
            grad=Undefined("its function is differentiated"),
            calls=Calls.ONCE,
            stateful=function.is_stateful,
        )
        self.function = function

    def functions_of(self, node: Node) -> tuple[FunctionGraph, ...]:
        """Give the function."""
        return (self.function,)


class DerivedSpec(OpSpec):
    """The record of an op that calls a function made of the one in its attribute.

    `autodiff/derived_calls.py` makes it when the node is first run or differentiated; until then,
    there is none.
    """

    __slots__ = ()

    def functions_of(self, node: Node) -> tuple[FunctionGraph, ...]:
        """Give the function that was made for the node, if it was."""
        made = node.graph.extras.get(_DERIVED, {}).get(node)
        return () if made is None else (made,)

    @staticmethod
    def set_function(node: Node, function: FunctionGraph) -> None:
        """Let a node call a function that was made for it."""
        node.graph.extras.setdefault(_DERIVED, {})[node] = function


class Functions(Mapping[str, "FunctionGraph"]):
    """A graph's functions by name; nodes call them by it."""

    def __init__(self) -> None:
        self._functions: dict[str, FunctionGraph] = {}

    def add(self, function: FunctionGraph) -> None:
        """Add a function under its name.

        Raises:
          ValueError: if there is another of that name.
        """
        known = self._functions.setdefault(function.name, function)
        if known is not function:
            raise ValueError(
                f"A graph's functions must have names of their own, but there is a function "
                f"{function.name!r} already. Give this one another name."
            )
        function.is_shared = True

    def __getitem__(self, name: str) -> FunctionGraph:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)
