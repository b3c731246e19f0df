"""What a gradient uses of a function's insides, and works out again rather than have it kept."""

from __future__ import annotations

from penstock.core.dtypes import resource
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Tensor
from penstock.ops.tensor_array_gradients import creation_of

__all__ = ["again", "is_cheap"]

# Ops that give sizes, and simple ones on small integers, such as indices.
_OF_SHAPES = frozenset(
    {"Shape", "ShapeN", "Size", "Rank", "Range", "BroadcastGradientArgs", "DynamicStitch"}
    | {"FloorMod", "FloorDiv", "Maximum", "ConcatOffset", "InvertPermutation"}
)
_OF_INTEGERS = frozenset({"AddV2", "Add", "Sub", "Mul", "Minimum", "StridedSlice", "Pack", "Cast"})


def again(into: FunctionGraph, tensor: Tensor) -> Tensor:
    """Build what gives `tensor` a second time, so that sizes stay known where they were."""
    node = tensor.op
    attrs = {key: value for key, value in node.attrs.items() if key != "_class"}
    name = node.name.rpartition("/")[2]
    return into.add_node(node.spec, node.inputs, attrs, name).outputs[tensor.value_index]


def is_cheap(tensor: Tensor) -> bool:
    """Tell whether a tensor is better worked out again than handed out of its function.

    Handed out, sizes and indices would be hidden from a compiler; they cost nothing to work out.
    The handle of a TensorArray is such a tensor, too.
    """
    if tensor.dtype is resource:
        return creation_of(tensor)[0] is not None
    if not tensor.dtype.is_integer:
        return False
    node = tensor.op
    if node.type == "TensorArraySizeV3":
        made, _ = creation_of(node.inputs[0])
        return made is not None and not made.attrs["dynamic_size"]
    if node.type in _OF_INTEGERS:
        return all(one.dtype.is_integer and one.static_shape in _SMALL for one in node.inputs)
    return node.type in _OF_SHAPES


# The shapes of what is surely small: scalars and vectors of a few sizes.
_SMALL = frozenset({(), *[(size,) for size in range(9)]})
