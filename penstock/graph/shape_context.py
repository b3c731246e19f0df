"""What a static shape rule sees of the node that is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.core.shapes import Shape, describe
from penstock.graph.constant_value import constant_value, shape_from_tensor

if TYPE_CHECKING:
    from penstock.graph.node import Tensor
    from penstock.graph.spec import OpSpec

__all__ = ["ShapeContext", "ShapeMismatch", "arg_length"]


class ShapeMismatch(ValueError):
    """Raised by a shape rule: a sentence with what must hold and what came instead."""


class ShapeContext:
    """The inputs and attributes of a node to be, as its shape rule asks for them.

    Attributes:
      spec: the op's record.
      inputs: all input tensors, flat.
      attrs: attribute values by name.
    """

    __slots__ = ("attrs", "inputs", "spec")

    def __init__(self, spec: OpSpec, inputs: tuple[Tensor, ...], attrs: dict[str, Any]) -> None:
        self.spec = spec
        self.inputs = inputs
        self.attrs = attrs

    def tensor(self, name: str) -> Tensor:
        """Give the tensor of the single input `name`."""
        spec = self.spec
        if spec.plain_inputs:
            return self.inputs[spec.input_index[name]]
        return self.tensors(name)[0]

    def tensors(self, name: str) -> tuple[Tensor, ...]:
        """Give the tensors of the input `name`, a list or not."""
        start = 0
        for arg in self.spec.inputs:
            count = arg_length(arg, self.attrs)
            if arg.name == name:
                return self.inputs[start : start + count]
            start += count
        raise KeyError(name)

    def shape(self, name: str) -> Shape:
        """Give the static shape of the single input `name`."""
        return self.tensor(name).static_shape

    def shapes(self, name: str) -> list[Shape]:
        """Give the static shapes of the list input `name`."""
        return [tensor.static_shape for tensor in self.tensors(name)]

    def value(self, name: str) -> Any:
        """Give the input's value as a NumPy array if the graph alone settles it, else None."""
        return constant_value(self.tensor(name))

    def shape_value(self, name: str) -> Shape:
        """Read the one-dimensional integer input `name` as a shape, as far as it is known."""
        tensor = self.tensor(name)
        if tensor.static_shape is not None and len(tensor.static_shape) != 1:
            raise self.mismatch(f"{name} to be a vector of sizes")
        return shape_from_tensor(tensor)

    def mismatch(self, must: str) -> ShapeMismatch:
        """Make the error of shapes that do not fit: `must` says what must hold."""
        came = ", ".join(
            f"{name} is {describe(tensor.static_shape)}" for name, tensor in self.named_inputs()
        )
        return ShapeMismatch(f"{self.spec.name} needs {must.rstrip(',')}, but {came}.")

    def named_inputs(self) -> list[tuple[str, Tensor]]:
        """List the inputs with their argument's name; members of a list as ``name[i]``."""
        named = []
        for arg in self.spec.inputs:
            tensors = self.tensors(arg.name)
            for index, tensor in enumerate(tensors):
                named.append((f"{arg.name}[{index}]" if arg.is_list else arg.name, tensor))
        return named


def arg_length(arg: Any, attrs: dict[str, Any]) -> int:
    """Count the tensors that a declared argument stands for in a node with these attrs."""
    if arg.number_attr is not None:
        return int(attrs[arg.number_attr])
    if arg.type_list_attr is not None:
        return len(attrs[arg.type_list_attr])
    return 1
