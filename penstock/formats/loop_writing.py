"""Loops, as TensorFlow writes them.

TensorFlow's loops differ from Penstock's in two ways, so theirs are written:

* What a loop's functions use of the graph around it is one more loop variable, that goes through
  unchanged.
* A stack of all turns' values is a list that each turn puts its value into; a node after the loop
  makes a tensor of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import DType, int32, variant
from penstock.core.shapes import Shape
from penstock.formats.function_writing import (
    FunctionWriter,
    LibraryWriter,
    Reference,
    Value,
    write_head,
)
from penstock.formats.references import argument_names, graph_reference, stack_name
from penstock.formats.tensors import array_to_proto
from penstock.graph.node import Node, Tensor

__all__ = ["write_loop"]

_UNLIMITED = -1


def write_loop(library: LibraryWriter, node: Node, protos: Any, reference: Reference) -> None:
    """Write a loop: its node, its functions, and the nodes around it that its stacks need.

    Args:
      library: writes the functions.
      node: the loop's node.
      protos: the list of NodeDefs to write into.
      reference: gives the text of an input.
    """
    _LoopWriter(library, node, protos, reference).write()


class _LoopWriter:
    def __init__(
        self, library: LibraryWriter, node: Node, protos: Any, reference: Reference
    ) -> None:
        self._library = library
        self._node = node
        self._protos = protos
        self._reference = reference
        self._in_graph = reference is graph_reference
        self._count = len(node.attrs["Tout"])
        self._variables = node.outputs[: self._count]
        self._captured = node.inputs[self._count :]
        self._stacks = node.outputs[self._count :]

    def write(self) -> None:
        """Write it all."""
        lists = [self._write_list(index, tensor) for index, tensor in enumerate(self._stacks)]
        self._write_node(lists)
        for index, tensor in enumerate(self._stacks):
            self._write_stack(index, tensor)

    def _write_node(self, lists: list[str]) -> None:
        node = self._node
        proto = self._protos.add()
        write_head(node, proto, self._reference)
        controls = proto.input[len(node.inputs) :]
        del proto.input[len(node.inputs) :]
        proto.input.extend([*lists, *controls])
        values = (*self._variables, *self._captured)
        further = [variant] * len(lists)
        attrs = dict(node.attrs)
        functions = [attrs.pop(name) for name in node.spec.bodies]
        for name in ("Tout", "Tstacks"):
            del attrs[name]
        attrs["T"] = [tensor.dtype.base_dtype for tensor in values] + further
        attrs["output_shapes"] = [tensor.static_shape for tensor in values] + [()] * len(lists)
        self._library.write_attrs(node, attrs, proto)
        for name, function in zip(node.spec.bodies, functions, strict=True):
            proto.attr[name].func.name = self._function_name(name, function)
        self._library.write_shapes(attrs["output_shapes"], proto)

    def _function_name(self, attr: str, function: Any) -> str:
        if not self._captured and not self._stacks:
            return self._library.name_of(function)
        name = self._library.new_name(function)
        writer = FunctionWriter(self._library, function)
        arguments = list(writer.arguments.values())
        lists = argument_names(
            [f"stack_{index}" for index in range(len(self._stacks))],
            [*arguments, *function.nodes],
        )
        further = [Value(text, variant) for text in lists]
        proto = self._library.library.function.add()
        outputs = [
            Value(name, output.dtype.base_dtype, writer.reference(output))
            for name, output in zip(
                function.signature_outputs, function.outputs[: self._count], strict=False
            )
        ]
        if attr == "cond":
            writer.write(proto, name, further, outputs[:1])
            return name
        for text, tensor in zip(arguments[self._count :], self._captured, strict=True):
            outputs.append(Value(text, tensor.dtype.base_dtype, text))
        for index, text in enumerate(lists):
            pushed = function.outputs[self._count + index]
            push = f"{self._node.name}/push_{index}"
            outputs.append(Value(text, variant, f"{push}:output_handle:0"))
            made = proto.node_def.add(name=push, op="TensorListPushBack")
            made.input.extend([text, writer.reference(pushed)])
            made.attr["element_dtype"].type = pushed.dtype.base_dtype.as_datatype_enum
        writer.write(proto, name, further, outputs)
        return name

    def _write_list(self, index: int, tensor: Tensor) -> str:
        """Write an empty list; gives the text of an input that takes it."""
        base = f"{stack_name(self._node, index)}/list"
        shape = self._write_shape(f"{base}/element_shape", _element_shape(tensor))
        limit = self._write_constant(f"{base}/limit", np.array(_UNLIMITED, np.int32))
        proto = self._protos.add(name=base, op="EmptyTensorList", device=self._node.device)
        proto.input.extend([shape, limit])
        proto.attr["element_dtype"].type = tensor.dtype.base_dtype.as_datatype_enum
        proto.attr["shape_type"].type = int32.as_datatype_enum
        return self._text(base, "handle")

    def _write_stack(self, index: int, tensor: Tensor) -> None:
        """Write the node that makes a tensor of a list."""
        base = stack_name(self._node, index)
        shape = self._write_shape(f"{base}/element_shape", _element_shape(tensor))
        position = len(self._node.inputs) + index
        name = self._node.name
        last = f"{name}:{position}" if self._in_graph else f"{name}:output:{position}"
        proto = self._protos.add(name=base, op="TensorListStack", device=self._node.device)
        proto.input.extend([last, shape])
        proto.attr["element_dtype"].type = tensor.dtype.base_dtype.as_datatype_enum
        proto.attr["num_elements"].i = _UNLIMITED
        self._library.write_shapes([tensor.static_shape], proto)

    def _write_shape(self, name: str, shape: Shape) -> str:
        sizes = -1 if shape is None else [-1 if size is None else size for size in shape]
        return self._write_constant(name, np.array(sizes, np.int32))

    def _write_constant(self, name: str, value: np.ndarray) -> str:
        proto = self._protos.add(name=name, op="Const", device=self._node.device)
        dtype: DType = int32
        proto.attr["dtype"].type = dtype.as_datatype_enum
        array_to_proto(value, dtype, proto.attr["value"].tensor)
        return self._text(name, "output")

    def _text(self, name: str, output: str) -> str:
        return name if self._in_graph else f"{name}:{output}:0"


def _element_shape(tensor: Tensor) -> Shape:
    return None if tensor.static_shape is None else tensor.static_shape[1:]
