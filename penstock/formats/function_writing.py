"""Functions, and the nodes that call them, as TensorFlow writes them.

A function of a graph (a `FunctionGraph`) becomes a FunctionDef in the GraphDef's library; a node
that calls it names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape
from penstock.formats.attribute_values import attr_to_proto, kind_of_value
from penstock.formats.references import (
    argument_names,
    graph_reference,
    named_reference,
)
from penstock.formats.tensors import shape_to_proto
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.functions import FunctionSpec
from penstock.graph.node import Node, Tensor

__all__ = ["FunctionWriter", "LibraryWriter", "Reference", "Value", "write_head"]

Reference = Callable[[Tensor], str]


class Value(NamedTuple):
    """An argument or output of a function to be written; for an output, what it is."""

    name: str
    dtype: DType
    reference: str = ""


class LibraryWriter:
    """Writes nodes, and the functions they call into a library, each once.

    Args:
      library: the `FunctionDefLibrary` to write into.
      add_shapes: whether each node gets an attribute ``_output_shapes``.
      writers: for the types of nodes that TensorFlow writes otherwise, what writes them: takes this
        writer and the arguments of `write_node`.
    """

    def __init__(
        self, library: Any, add_shapes: bool, writers: Mapping[str, Callable[..., None]]
    ) -> None:
        self.library = library
        self._writers = writers
        self._add_shapes = add_shapes
        self._names: dict[FunctionGraph, str] = {}
        self._taken: set[str] = set()

    def add_shared(self, functions: Sequence[FunctionGraph]) -> None:
        """Write functions that have names of their own."""
        for function in functions:
            self._names[function] = function.name
            self._taken.add(function.name)
        for function in functions:
            self._write(function, function.name)

    def write_node(self, node: Node, protos: Any, reference: Reference = graph_reference) -> None:
        """Write a node; one that TensorFlow writes otherwise may become several.

        Args:
          node: the node.
          protos: the list of NodeDefs to write into.
          reference: gives the text of an input.
        """
        if node.type in self._writers:
            self._writers[node.type](self, node, protos, reference)
            return
        proto = protos.add()
        write_head(node, proto, reference)
        if isinstance(node.spec, FunctionSpec):
            proto.op = self.name_of(node.spec.function)
        self.write_attrs(node, node.attrs, proto)
        self.write_shapes([tensor.static_shape for tensor in node.outputs], proto)

    def write_attrs(self, node: Node, attrs: dict[str, Any], proto: Any) -> None:
        """Write attributes of a node."""
        declared = node.spec.attr_by_name
        for name, value in attrs.items():
            kind = declared[name].kind if name in declared else kind_of_value(value)
            attr_to_proto(kind, value, proto.attr[name], self.name_of)
        if node.gradient_override is not None:
            proto.attr["_gradient_op_type"].s = node.gradient_override.encode()

    def write_shapes(self, shapes: Sequence[Shape], proto: Any) -> None:
        """Write static shapes as ``_output_shapes``, if they are wanted."""
        if self._add_shapes and shapes:
            attr_to_proto("list(shape)", shapes, proto.attr["_output_shapes"])

    def name_of(self, function: FunctionGraph) -> str:
        """Give a function's name in the library, after writing it if that was not done."""
        if function not in self._names:
            self._write(function, self.new_name(function))
        return self._names[function]

    def new_name(self, function: FunctionGraph) -> str:
        """Choose a name in the library for a function."""
        plain = re.sub(r"[^A-Za-z0-9_.\-]", "_", function.name)
        name, count = f"{plain}_0", 0  # a number, so that it is no op's name
        while name in self._taken:
            count += 1
            name = f"{plain}_{count}"
        self._taken.add(name)
        self._names[function] = name
        return name

    def _write(self, function: FunctionGraph, name: str) -> None:
        body = FunctionWriter(self, function)
        names = function.signature_outputs
        outputs = [
            Value(text, output.dtype.base_dtype, body.reference(output))
            for text, output in zip(names, function.outputs, strict=True)
        ]
        body.write(self.library.function.add(), name, (), outputs)
        if function.gradient is not None:
            self.library.gradient.add(
                function_name=name, gradient_func=self.name_of(function.gradient)
            )


def write_head(node: Node, proto: Any, reference: Reference) -> None:
    """Write what a node is called, its op, inputs and device."""
    proto.name = node.name
    proto.op = node.type
    proto.input.extend(map(reference, node.inputs))
    proto.input.extend(
        sorted(f"^{other.name}" for other in node.control_inputs if other.type != "_Arg")
    )
    proto.device = node.device


class FunctionWriter:
    """Writes one function.

    Args:
      library: writes the functions that it calls.
      function: the function.
    """

    def __init__(self, library: LibraryWriter, function: FunctionGraph) -> None:
        self._library = library
        self._function = function
        arguments = function.arguments
        names = argument_names([one.op.name for one in arguments], function.nodes)
        self.arguments = dict(zip(arguments, names, strict=True))

    def reference(self, tensor: Tensor) -> str:
        """Give the text of an input of one of the function's nodes."""
        return self.arguments[tensor] if tensor in self.arguments else named_reference(tensor)

    def write(
        self, proto: Any, name: str, further: Sequence[Value], outputs: Sequence[Value]
    ) -> None:
        """Write the function into a FunctionDef, under a name.

        Args:
          proto: the FunctionDef.
          name: the name.
          further: arguments beyond the function's own.
          outputs: what it gives.
        """
        function = self._function
        signature = proto.signature
        signature.name = name
        signature.is_stateful = function.is_stateful
        for index, tensor in enumerate(function.arguments):
            made = signature.input_arg.add(name=self.arguments[tensor])
            made.is_ref = tensor.dtype.is_ref_dtype
            made.type = tensor.dtype.base_dtype.as_datatype_enum
            attrs = proto.arg_attr[index].attr
            if tensor.static_shape is not None:
                shape_to_proto(tensor.static_shape, attrs["_output_shapes"].list.shape.add())
        for value in further:
            signature.input_arg.add(name=value.name, type=value.dtype.as_datatype_enum)
        for key, attr in function.attrs.items():
            attr_to_proto(kind_of_value(attr), attr, proto.attr[key], self._library.name_of)
        for node in function.get_operations():
            if node.type != "_Arg":
                self._library.write_node(node, proto.node_def, self.reference)
        for value in outputs:
            signature.output_arg.add(name=value.name, type=value.dtype.as_datatype_enum)
            proto.ret[value.name] = value.reference
        for node in function.controls:
            signature.control_output.append(node.name)
            proto.control_ret[node.name] = node.name
