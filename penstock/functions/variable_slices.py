"""``v[...]`` on variables: a slice of the value, which can also be assigned to."""

from __future__ import annotations

from typing import Any

from penstock.graph.indexing import index_tensor
from penstock.graph.node import Tensor

__all__ = ["VariableSlice", "index_variable"]


class VariableSlice(Tensor):
    """A slice of a variable's value.

    Attributes:
      variable: the variable.
    """

    __slots__ = ("variable",)

    def assign(self, value: Any, name: str | None = None) -> Any:
        """Build a node that sets this part of the variable to `value`.

        Args:
          value: a tensor of the slice's shape.
          name: the node's name.

        Returns:
          The variable after the change.
        """
        node = self.op
        return self.variable._strided_slice_assign(
            *node.inputs[1:],
            value=value,
            name=f"{node.name}/_assign" if name is None else name,
            masks={key: node.attrs[key] for key in node.attrs if key.endswith("_mask")},
        )


def index_variable(variable: Any, index: Any) -> Tensor:
    """Build ``variable[index]``."""
    tensor = index_tensor(variable.value(), index)
    part = VariableSlice(tensor.op, 0, tensor.dtype, tensor.static_shape)
    part.variable = variable
    tensor.op.outputs = (part,)
    return part
