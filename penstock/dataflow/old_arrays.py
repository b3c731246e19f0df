"""TensorArrays of old files, of which the flow begins as a number, written anew as today's.

In TensorFlow up to 1.0 only the handle led to an array, and the flow of a new one was the constant
0.0. Today the flow of a new array is an output of its node, so that is put in the constant's place.
"""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import resource
from penstock.core.errors import UnimplementedError
from penstock.dataflow.copying import copied_tensor, copy_node
from penstock.dataflow.part import (
    ENTERS,
    EXITS,
    MERGES,
    NEXT_ITERATIONS,
    OLD_ARRAYS,
    SWITCHES,
    Part,
    is_back_edge,
)
from penstock.graph.build import raw
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.outputs import make_outputs
from penstock.graph.spec import OpSpec
from penstock.ops.array_handles import CREATIONS, GRADIENTS
from penstock.ops.tensor_array_gradients import creation_of

__all__ = ["has_old_arrays", "with_new_arrays"]

_HAND_ON = ENTERS | EXITS | MERGES | NEXT_ITERATIONS | SWITCHES | {"Identity"}


def has_old_arrays(part: Part) -> bool:
    """Tell whether there are TensorArrays of old files in a part of a graph."""
    return any(node.type in OLD_ARRAYS for node in part.nodes)


def with_new_arrays(part: Part, given: dict[Tensor, Tensor], graph: Graph) -> Part:
    """Write a part of a graph anew, with today's TensorArrays.

    Args:
      part: the nodes.
      given: what stands for the tensors that are fed.
      graph: where the nodes go.

    Raises:
      UnimplementedError: if one number stands for the flows of several arrays.
    """
    copies = _Copies(part, given, graph)
    copies.write()
    return Part(
        tuple(copies.tensors[tensor] for tensor in part.fetches),
        tuple(copies.nodes[node] for node in part.targets),
        tuple(given[tensor] for tensor in part.feeds),
        tuple(node for node in graph.nodes.values() if node.type != "Placeholder" or node.inputs),
    )


class _Copies:
    """The copies of a part's nodes.

    Attributes:
      tensors, nodes: what stands for the part's.
    """

    def __init__(self, part: Part, given: dict[Tensor, Tensor], graph: Graph) -> None:
        self.tensors = dict(given)
        self.nodes: dict[Node, Node] = {}
        self._part = part
        self._graph = graph
        # By the number that a flow begins as, the node that makes the array.
        self._starts: dict[Tensor, Node] = {}
        for node in part.nodes:
            # What goes into a gradient may be a gradient's flow, which `Flows` looks after.
            if node.type in OLD_ARRAYS - GRADIENTS and "flow_in" in node.spec.input_index:
                creation, depth = creation_of(node.inputs[0])
                if creation is not None and not depth:
                    self._follow(node.inputs[node.spec.input_index["flow_in"]], creation)

    def _follow(self, flow: Tensor, creation: Node) -> None:
        """Go back along a flow to where it begins."""
        seen: set[Tensor] = set()
        waiting = [flow]
        while waiting:
            tensor = waiting.pop()
            if tensor in seen or tensor in self._part.fed:
                continue
            seen.add(tensor)
            node = tensor.op
            if node.type in _HAND_ON:
                waiting.extend(node.inputs[:1] if node.type in SWITCHES else node.inputs)
            elif node.type in OLD_ARRAYS:
                waiting.append(node.inputs[node.spec.input_index["flow_in"]])
            elif self._starts.setdefault(tensor, creation) is not creation:
                raise UnimplementedError(
                    None,
                    node,
                    f"The number {tensor.name!r}, made at {node.line}, must be the first flow of "
                    f"one TensorArray, but is that of {creation.name!r} and "
                    f"{self._starts[tensor].name!r}. Give each its own constant.",
                )

    def write(self) -> None:
        """Copy all nodes; those that make arrays come before what takes their flows."""
        for creation in sorted(set(self._starts.values()), key=lambda node: node._id):
            needed = self._behind(creation)
            for node in self._part.ordered:
                if node in needed:
                    self._copy(node)
        for node in self._part.ordered:
            self._copy(node)
        for node, copy in self.nodes.items():
            if node.type in MERGES:
                copy.inputs = tuple(map(self._taken, node.inputs))
            copy._control_inputs = tuple(
                self.nodes[other] for other in node.control_inputs if other in self.nodes
            )

    def _behind(self, node: Node) -> set[Node]:
        found: set[Node] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._part.sources(one))
        return found

    def _taken(self, tensor: Tensor) -> Tensor:
        creation = self._starts.get(tensor)
        return self.tensors[tensor] if creation is None else self.nodes[creation].outputs[1]

    def _copy(self, node: Node) -> None:
        if node in self.nodes:
            return
        inputs = tuple(self._taken(one) for one in node.inputs if not is_back_edge(node, one))
        if node.type in OLD_ARRAYS:
            copy = self._new_array(node, inputs)
        elif inputs and inputs[0].dtype is resource and node.inputs[0].dtype is not resource:
            copy = self._new_handle(node, inputs)
        else:
            copy = copy_node(node, self._graph, inputs)
            copy.outputs = [copied_tensor(tensor, copy) for tensor in node.outputs]
        self.nodes[node] = copy
        for tensor, made in zip(node.outputs, copy.outputs, strict=False):
            if tensor not in self._part.fed:
                self.tensors[tensor] = made

    def _new_handle(self, node: Node, inputs: tuple[Tensor, ...]) -> Node:
        """Make the node that hands a handle on, which was a string or a reference to one."""
        spec = self._graph.library[node.type.removeprefix("Ref")]
        copy = copy_node(node, self._graph, inputs, spec, {**node.attrs, "T": resource})
        copy.outputs = make_outputs(copy)
        return copy

    def _new_array(self, node: Node, inputs: tuple[Tensor, ...]) -> Node:
        """Make the node of today that stands for one that works on an old array."""
        name = node.type.removesuffix("V2")
        attrs = dict(node.attrs)
        if name in ("TensorArrayPack", "TensorArrayUnpack"):
            with self._graph.as_default(), self._graph.name_scope(f"{node.name}/"):
                inputs = self._with_all_indices(name, inputs)
            name = name.replace("Unpack", "Scatter").replace("Pack", "Gather")
        if node.type in CREATIONS:
            attrs["identical_element_shapes"] = False
        spec: OpSpec = self._graph.library[f"{name}V3"]
        copy = copy_node(node, self._graph, inputs, spec, attrs)
        copy.outputs = make_outputs(copy)
        return copy

    def _with_all_indices(self, name: str, inputs: tuple[Tensor, ...]) -> tuple[Any, ...]:
        """Give the inputs of the op that takes indices in place of one that means all."""
        handle, *rest = inputs
        if name == "TensorArrayPack":
            count = raw.TensorArraySizeV3(handle, rest[-1])
        else:
            count = raw.StridedSlice(raw.Shape(rest[0]), [0], [1], [1], shrink_axis_mask=1)
        return handle, raw.Range(0, count, 1), *rest
