"""What goes into a graph and what comes out of it, guessed where no signature says so.

Inputs are the placeholders that something needs. Outputs are tensors that nothing else in the graph
takes and that depend on an input; those with a telling name come first, then those on which most of
the graph's work goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from penstock.core import dtypes
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = ["guess_inputs", "guess_outputs", "needed_inputs"]

_PLACEHOLDERS = frozenset({"Placeholder", "PlaceholderV2"})
_TELLING = re.compile(
    r"(output|softmax|sigmoid|prob|predict|logit|score|class|result|answer)", re.IGNORECASE
)
_ENTERS = frozenset({"Enter", "RefEnter"})
_EXITS = frozenset({"Exit", "RefExit"})
# What training, saving and checking add to a graph.
_ASIDE = re.compile(r"(^|/)(gradients|save|report_uninitialized|Assert|Initializer)(_\d+)?/")
_NO_RESULTS = frozenset(
    {
        "Assert", "Assign", "AssignAdd", "AssignSub", "Const", "IsVariableInitialized", "Merge",
        "Placeholder", "PlaceholderWithDefault", "Print", "ReadVariableOp", "RefMerge",
        "RefSwitch", "RestoreV2", "ShapeN", "Switch", "VarHandleOp", "VarIsInitializedOp",
        "Variable", "VariableV2",
    }
)  # fmt: skip


def _ancestors(nodes: Iterable[Node]) -> set[Node]:
    """Give the nodes that others need, themselves included."""
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(tensor.op for tensor in node.inputs)
            waiting.extend(node.control_inputs)
    return found


def _inside_loops(graph: Graph) -> set[Node]:
    """Give the nodes that are between an Enter and its Exit, which run in each iteration."""
    depths: dict[Node, int] = {}
    for node in graph.get_operations():
        around = [tensor.op for tensor in node.inputs] + node.control_inputs
        depth = max((depths.get(other, 0) for other in around), default=0)
        depths[node] = depth + (node.type in _ENTERS) - (node.type in _EXITS)
    return {node for node, depth in depths.items() if depth > 0}


def needed_inputs(outputs: Sequence[Tensor]) -> list[Tensor]:
    """List the placeholders that outputs need, in the order in which they were made."""
    nodes = _ancestors(tensor.op for tensor in outputs)
    return [node.outputs[0] for node in _in_order(nodes) if node.type in _PLACEHOLDERS]


def guess_inputs(graph: Graph) -> list[Tensor]:
    """List the placeholders that something in the graph takes."""
    used = {tensor.op for node in graph.get_operations() for tensor in node.inputs}
    return [
        node.outputs[0]
        for node in graph.get_operations()
        if node.type in _PLACEHOLDERS and node in used
    ]


def guess_outputs(graph: Graph) -> list[Tensor]:
    """List the tensors that are likely the graph's outputs, the likeliest first."""
    inside = _inside_loops(graph)
    nodes = [node for node in graph.get_operations() if not _ASIDE.search(node.name)]
    checks = [node for node in graph.get_operations() if node.type == "Assert"]
    used = {tensor for node in (*nodes, *checks) for tensor in node.inputs}
    ends = [
        tensor
        for node in nodes
        if node not in inside and node.type not in _NO_RESULTS
        for tensor in node.outputs
        if tensor not in used and tensor.dtype.base_dtype not in (dtypes.resource, dtypes.variant)
    ]
    weights = {tensor.op: len(_ancestors([tensor.op])) for tensor in ends}
    fed = {tensor.op for tensor in guess_inputs(graph)}
    dependent = {op for op in weights if not fed or fed & _ancestors([op])}
    ends = [tensor for tensor in ends if tensor.op in dependent]
    whole = [tensor for tensor in ends if tensor.value_index == 0 or _is_list(tensor.op)]
    return sorted(whole or ends, key=lambda tensor: _rank(tensor, weights[tensor.op]))


def _is_list(node: Node) -> bool:
    """Tell whether a node's outputs are of equal standing, as the parts of a split."""
    return any(arg.is_list for arg in node.spec.outputs)


def _rank(tensor: Tensor, weight: int) -> tuple[bool, int, str]:
    return (_TELLING.search(tensor.op.name.rpartition("/")[2]) is None, -weight, tensor.name)


def _in_order(nodes: set[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: node._id)
