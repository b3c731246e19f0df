"""The flows of TensorArrays in TensorFlow's graphs, where they are numbers that order effects.

Here a flow carries the array itself. Two things that TensorFlow's gradients of loops do with such
numbers need another form then: sums of flows, which are sums of gradient arrays, and the 0.0 that
such a sum begins with, which is a gradient array of zeros.
"""

from __future__ import annotations

from penstock.dataflow.part import ENTERS, EXITS, MERGES, NEXT_ITERATIONS, SWITCHES, Part
from penstock.dataflow.stacks import Stack, Stacks
from penstock.graph.node import Node, Tensor
from penstock.ops.tensor_array_gradients import creation_of

__all__ = ["Flows"]

# The position of the flow among the inputs of an op on a TensorArray.
_FLOW_INPUT = {
    "TensorArrayWriteV3": 3, "TensorArrayScatterV3": 3, "TensorArraySplitV3": 3,
    "TensorArrayGradV3": 1, "TensorArrayGradWithShape": 1, "TensorArrayReadV3": 2,
    "TensorArrayGatherV3": 2, "TensorArrayConcatV3": 1, "TensorArraySizeV3": 1,
}  # fmt: skip

_SUMS = frozenset({"Add", "AddV2", "AddN"})
_HAND_ON = ENTERS | EXITS | MERGES | NEXT_ITERATIONS | SWITCHES | {"Identity"}


class Flows:
    """The flows in a part of a graph.

    Attributes:
      sums: nodes that add flows.
      zeros: for a number that stands for an array's gradient of zeros, the node that makes the
        array, and the gradient's depth.
      kept: for a stack that flows are pushed to, the node that makes their array.
    """

    def __init__(self, part: Part, stacks: Stacks) -> None:
        self.sums: set[Node] = set()
        self.zeros: dict[Tensor, tuple[Node, int]] = {}
        self.kept: dict[Stack, Node] = {}
        # For each array, the flows that carry it, those that leave loops last.
        self._carrying: dict[Node, list[Tensor]] = {}
        self._stacks = stacks
        for node in part.nodes:
            position = _FLOW_INPUT.get(node.type)
            if position is None:
                continue
            creation, depth = creation_of(node.inputs[0])
            if creation is not None:
                self._follow(node.inputs[position], creation, depth, part)

    def forms(self, creation: Node) -> list[Tensor]:
        """List flows that carry an array, the one that tells most of its form first."""
        return [*reversed(self._carrying.get(creation, [])), creation.outputs[1]]

    def _follow(self, flow: Tensor, creation: Node, depth: int, part: Part) -> None:
        """Go back along a flow to where it begins."""
        seen: set[Tensor] = set()
        waiting = [flow]
        while waiting:
            tensor = waiting.pop()
            if tensor in seen or tensor in part.fed:
                continue
            seen.add(tensor)
            node = tensor.op
            stack = self._stacks.by_pop.get(node)
            if stack is not None:
                self.kept[stack] = creation
                waiting.append(stack.push.inputs[1])
            elif node.type in _HAND_ON:
                if node.type in EXITS and depth == 0:
                    self._carrying.setdefault(creation, []).append(tensor)
                waiting.extend(node.inputs[:1] if node.type in SWITCHES else node.inputs)
            elif node.type in _SUMS:
                self.sums.add(node)
                waiting.extend(node.inputs)
            elif node.type.startswith("TensorArray"):
                if node.type != "TensorArrayV3" and creation_of(node.inputs[0]) == (creation, 0):
                    self._carrying.setdefault(creation, []).insert(0, tensor)
            elif not node.inputs or node.type in ("Fill", "ZerosLike"):
                self.zeros[tensor] = creation, depth
