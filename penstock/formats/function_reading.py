"""Functions from the library of a GraphDef: each is read when a node first calls it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Shape
from penstock.formats.node_reading import NodeReader
from penstock.formats.references import function_output
from penstock.formats.tensors import shape_from_proto
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.functions import FunctionSpec
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec

__all__ = ["LibraryReader"]


class LibraryReader:
    """Reads functions into a graph, which may have some of the same names already.

    Args:
      graph: the graph whose nodes call them.
      library: the `FunctionDefLibrary`.
      optional: see `NodeReader`.
    """

    def __init__(
        self, graph: Graph, library: Any, optional: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._graph = graph
        self._protos = {proto.signature.name: proto for proto in library.function}
        self._gradients = {pair.function_name: pair.gradient_func for pair in library.gradient}
        self._optional = optional
        self._read: dict[str, FunctionGraph] = {}
        self._open: list[str] = []

    def spec(self, op: str) -> OpSpec | None:
        """Give the record of an op: of the graph's library, or of a call of a function."""
        known: OpSpec | None = self._graph.library.get(op)
        if known is None and (op in self._protos or op in self._graph.functions):
            return FunctionSpec(self.named(op))
        return known

    def function(self, reference: Any) -> FunctionGraph:
        """Give the function that a NameAttrList means.

        Raises:
          ValueError: if there is none of that name, or it is damaged.
          NotFoundError: if it has ops that the graph's library does not have.
        """
        return self.named(reference.name)

    def named(self, name: str) -> FunctionGraph:
        """Give the function of that name; see `function`."""
        if name in self._read:
            return self._read[name]
        proto = self._protos.get(name)
        if proto is None:
            if name in self._graph.functions:
                return self._graph.functions[name]
            near = difflib.get_close_matches(name, self._protos, 3)
            raise ValueError(
                f"There is no function {name!r} in the library"
                f"{f'; names near it are {near}' if near else ''}."
            )
        if name in self._open:
            raise ValueError(
                f"A function must not call itself, but {name!r} does: "
                f"{' -> '.join([*self._open, name])}."
            )
        self._open.append(name)
        try:
            made = self._make(proto)
        finally:
            self._open.pop()
        self._read[name] = made
        if name not in self._graph.functions:
            self._graph.functions.add(made)
        if name in self._gradients:
            made.gradient = self.named(self._gradients[name])
        return made

    def _make(self, proto: Any) -> FunctionGraph:
        signature = proto.signature
        made = FunctionGraph(self._graph, signature.name, scope="")
        arguments = {}
        for index, arg in enumerate(signature.input_arg):
            attrs = proto.arg_attr[index].attr if index in proto.arg_attr else {}
            argument = made.add_argument(_dtype(signature, arg), _shape(attrs), f"{arg.name}/")
            arguments[f"{arg.name}:0"] = arguments[arg.name] = argument
        reader = NodeReader(
            made,
            function_output,
            made.naming.reserve,
            self.function,
            self.spec,
            arguments,
            {arg.op.name: arg.op for arg in made.arguments},
            self._optional,
        )
        nodes = reader.read(proto.node_def)
        for arg in signature.output_arg:
            made.outputs.append(_output(proto, arg.name, arguments, nodes))
            made.output_names.append(arg.name)
        made.controls = _controls(proto, made, nodes)
        return made


def _dtype(signature: Any, arg: Any) -> DType:
    if arg.type_attr or arg.number_attr or arg.type_list_attr:
        raise ValueError(
            f"Argument {arg.name!r} of function {signature.name!r} has a type that is left open, "
            "which cannot be read. Write the function with fixed types."
        )
    dtype = as_dtype(int(arg.type))
    return dtype._as_ref if arg.is_ref else dtype


def _shape(attrs: Mapping[str, Any]) -> Shape:
    if "_output_shapes" not in attrs or not attrs["_output_shapes"].list.shape:
        return None
    return shape_from_proto(attrs["_output_shapes"].list.shape[0])


def _output(
    proto: Any, name: str, arguments: Mapping[str, Tensor], nodes: Mapping[str, Node]
) -> Tensor:
    text = proto.ret.get(name, "")
    if text in arguments:
        return arguments[text]
    node, _, output = text.partition(":")
    try:
        return function_output(nodes[node], output)
    except LookupError:
        raise ValueError(
            f"Output {name!r} of function {proto.signature.name!r} is {text!r}, which it does not "
            "have."
        ) from None


def _controls(proto: Any, function: FunctionGraph, nodes: Mapping[str, Node]) -> Sequence[Node]:
    """List the nodes that must run: those named as such, else those that change something."""
    named = [nodes[name] for name in proto.control_ret.values() if name in nodes]
    if named or proto.signature.control_output:
        return named
    return [node for node in function.get_operations() if node.spec.writes]
