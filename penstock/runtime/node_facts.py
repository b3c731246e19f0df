"""What lowering asks of a node: what it holds, and what must be known of its inputs."""

from __future__ import annotations

from collections.abc import Collection

from penstock.core.dtypes import resource, string, variant
from penstock.graph.node import Node, Tensor
from penstock.ops.tensor_array_gradients import creation_of
from penstock.runtime.accesses import args_by_index

__all__ = ["gives_no_values", "holds_strings", "is_array_handle", "static_inputs"]


def gives_no_values(node: Node) -> bool:
    """Tell whether a node is there for ordering, or to say which variable is meant, only."""
    spec = node.spec
    if node.type == "NoOp" or (spec.kernel is None and not (node.inputs or spec.host)):
        return True
    return bool(node.outputs) and all(tensor.dtype is resource for tensor in node.outputs)


def holds_strings(node: Node, fed: Collection[Tensor]) -> bool:
    """Tell whether a node takes or gives strings, which no device but the host can hold.

    Nor can a device hold an array of TensorLists. Constants do not count: they are known when a
    stage is compiled.
    """
    if node.type == "Const":
        return False
    for tensor in (*node.inputs, *node.outputs):
        if tensor.dtype.base_dtype is string and (tensor.op.type != "Const" or tensor in fed):
            return True
        if tensor.dtype is variant and tensor.static_shape:
            return True
        if tensor.dtype is resource:
            array, _ = creation_of(tensor)
            if array is not None and array.attrs["dtype"] is string:
                return True
    return False


def is_array_handle(tensor: Tensor) -> bool:
    """Tell whether a tensor names a TensorArray, whose values go along the flow."""
    return tensor.dtype is resource and creation_of(tensor)[0] is not None


def static_inputs(node: Node) -> tuple[int, ...]:
    """List the positions of the inputs whose values a node needs to know."""
    names = node.spec.static_of(node)
    if not names:
        return ()
    return tuple(index for index, arg in enumerate(args_by_index(node)) if arg.name in names)
