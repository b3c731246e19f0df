"""Gradients of what is done to TensorArrays: the opposite, done to the array's gradient.

The gradient of an array is an array behind another handle, of one depth more; its flow is the
gradient of the flow.
"""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import float32, variant
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.ops.array_handles import CREATIONS, GRADIENTS, behind_handle

__all__ = [
    "array_depth",
    "creation_of",
    "first_flow",
    "gradient_array",
    "is_flow",
    "mark_flow",
    "of_concat",
    "of_gather",
    "of_read",
    "of_scatter",
    "of_split",
    "of_write",
]


def creation_of(handle: Tensor) -> tuple[Node | None, int]:
    """Find the node that made the array behind a handle, and the handle's depth.

    Returns:
      The node, or None if the handle leads to no TensorArray; and how many gradients of gradients
      the handle stands for.
    """
    depth = 0
    for node in behind_handle(handle):
        if node.type in CREATIONS:
            return node, depth
        depth += node.type in GRADIENTS
    return None, depth


# The position of the flow among an op's inputs, for ops that hand a flow on.
_FLOW_INPUT = {
    "TensorArrayWriteV3": 3, "TensorArrayScatterV3": 3, "TensorArraySplitV3": 3,
    "TensorListSetItem": 0, "TensorListScatterIntoExistingList": 0,
    "TensorArrayGradV3": 1, "TensorArrayGradWithShape": 1, "Identity": 0, "AddN": 0, "ZerosLike": 0,
}  # fmt: skip


def is_flow(tensor: Tensor) -> bool:
    """Tell whether a tensor is a TensorList, or the flow of a TensorArray, and no number."""
    if tensor.dtype is variant:
        return True
    while tensor.dtype is float32 and tensor.static_shape == ():
        node = tensor.op
        if node.type.startswith("TensorArray"):
            return node.type not in _ELEMENTS
        if node.type == "_Arg":
            source = node.graph.source_of(tensor)  # type: ignore[attr-defined]
            if source is None:
                return tensor.handle_data is not None
            tensor = source
        elif node.type in _FLOW_INPUT:
            tensor = node.inputs[_FLOW_INPUT[node.type]]
        elif node.spec.is_loop and tensor.value_index < len(node.attrs["Tout"]):
            tensor = node.inputs[tensor.value_index]
        elif node.functions:
            tensor = node.functions[0].outputs[tensor.value_index]
        else:
            return False
    return False


_ELEMENTS = frozenset({"TensorArrayReadV3", "TensorArrayGatherV3", "TensorArrayConcatV3"})


def mark_flow(argument: Tensor, value: Tensor) -> None:
    """Say of a function's argument that it is a flow, if its value is one."""
    if is_flow(value):
        argument.handle_data = value.dtype, value.static_shape


def first_flow(flow: Tensor) -> Tensor:
    """Find where a flow comes from within its graph: an argument, or the node of a new array."""
    while True:
        node = flow.op
        if node.type in _FLOW_INPUT:
            flow = node.inputs[_FLOW_INPUT[node.type]]
        elif node.spec.is_loop:
            flow = node.inputs[flow.value_index]
        elif node.functions:
            function = node.functions[0]
            inside = first_flow(function.outputs[flow.value_index])
            if inside not in function.arguments:
                return flow
            flow = node.inputs[node.spec.first_argument + function.arguments.index(inside)]
        else:
            return flow


def array_depth(node: Node) -> int:
    """Tell the depth of the array that a node works on."""
    return creation_of(node.inputs[0])[1]


def _source_of(gradient: Tensor) -> str:
    """Name the call of tf.gradients that a gradient comes from, by its scope."""
    scopes = gradient.name.split("/")
    calls = [index for index, scope in enumerate(scopes) if scope.startswith("gradients")]
    if not calls:
        return "gradients"
    return "/".join(scopes[: calls[-1] + 1])


def gradient_array(
    ops: Any, handle: Tensor, flow: Tensor, source: str, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Build the gradient of an array; gives its handle and its flow."""
    graph = default_graph()
    with name_scope(name, "TensorArrayGrad", [handle]), graph.colocate_with(handle.op):
        made = ops.TensorArrayGradV3(handle, flow, source=source, name=name)
        with graph.control_dependencies([made.grad_handle]):
            return made.grad_handle, ops.Identity(flow, name="gradient_flow")


def of_read(ops: Any, node: Node, dy: Tensor) -> list[Any]:
    handle, index, flow = node.inputs
    gradient, zeros = gradient_array(ops, handle, flow, _source_of(dy))
    with name_scope(None, "TensorArrayWrite", [gradient, index, dy]):
        return [None, None, ops.TensorArrayWriteV3(gradient, index, dy, zeros)]


def of_write(ops: Any, node: Node, dflow: Tensor) -> list[Any]:
    handle, index = node.inputs[:2]
    gradient, flow = gradient_array(ops, handle, dflow, _source_of(dflow))
    dy = ops.TensorArrayReadV3(gradient, index, flow, dtype=node.attrs["T"])
    return [None, None, dy, dflow]


def of_gather(ops: Any, node: Node, dy: Tensor) -> list[Any]:
    handle, indices, flow = node.inputs
    gradient, zeros = gradient_array(ops, handle, flow, _source_of(dy))
    with name_scope(None, "TensorArrayScatter", [gradient, dy, indices]):
        return [None, None, ops.TensorArrayScatterV3(gradient, indices, dy, zeros)]


def of_scatter(ops: Any, node: Node, dflow: Tensor) -> list[Any]:
    handle, indices = node.inputs[:2]
    gradient, flow = gradient_array(ops, handle, dflow, _source_of(dflow))
    dy = ops.TensorArrayGatherV3(gradient, indices, flow, dtype=node.attrs["T"])
    return [None, None, dy, dflow]


def of_concat(ops: Any, node: Node, dy: Tensor, dlengths: Any) -> list[Any]:
    handle, flow = node.inputs
    gradient, zeros = gradient_array(ops, handle, flow, _source_of(dy))
    lengths = node.outputs[1]
    with name_scope(None, "TensorArraySplit", [gradient, dy, lengths]):
        return [None, ops.TensorArraySplitV3(gradient, dy, lengths, zeros)]


def of_split(ops: Any, node: Node, dflow: Tensor) -> list[Any]:
    handle = node.inputs[0]
    gradient, flow = gradient_array(ops, handle, dflow, _source_of(dflow))
    made = ops.TensorArrayConcatV3(gradient, flow, dtype=node.attrs["T"])
    return [None, made.value, None, dflow]
