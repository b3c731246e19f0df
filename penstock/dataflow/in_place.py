"""Choices and loops made into functions in the graph that they stand in, to have gradients.

The Merge of a choice and the Exit of a loop keep their names and tensors, and become copies of what
an If or While gives. What they were built of stays in the graph, and no longer runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from penstock.dataflow.emission import Emission
from penstock.dataflow.flows import Flows
from penstock.dataflow.items import Choice, Loop
from penstock.dataflow.part import CONTROL_FLOW, Part
from penstock.dataflow.rewriting import rewrite_function
from penstock.dataflow.structure import Structure, find_structure
from penstock.graph.graph import Graph
from penstock.graph.node import Node

__all__ = ["make_functions"]


def make_functions(ys: Sequence[Node], xs: Iterable[Node]) -> None:
    """Make functions of the choices and loops that some nodes depend on.

    Args:
      ys: the nodes.
      xs: nodes that gradients of these are to lead to.

    Raises:
      LookupError: if the way from `ys` to `xs` leads through what is neither choice nor loop.
      InvalidArgumentError, InternalError: if frames are not well formed.
    """
    if not ys or not any(node.type in CONTROL_FLOW for node in ys[0].graph.nodes.values()):
        return
    nodes = _behind(ys)
    if not any(node.type in CONTROL_FLOW for node in nodes):
        return
    part = Part((), (), (), tuple(sorted(nodes, key=lambda node: node._id)))
    structure = find_structure(part)
    _check_way(structure, nodes, set(xs))
    graph = ys[0].graph
    with (
        graph.name_scope(""),
        graph.control_dependencies(None),
        graph.device(None),
        graph.colocate_with(None, ignore_existing=True),
    ):
        _InPlace(part, structure, graph).make()
    graph.edits += 1


class _InPlace(Emission):
    """Plans written to the graph that they are of: what is neither choice nor loop stays."""

    def __init__(self, part: Part, structure: Structure, graph: Graph) -> None:
        stacks = structure.stacks
        super().__init__(stacks, Flows(part, stacks), {}, rewrite_function)
        self._structure = structure
        self._graph = graph

    def make(self) -> None:
        structure, graph = self._structure, self._graph
        self.emit(structure.before, graph)
        for item in structure.region:
            for node in item.nodes if isinstance(item, Loop) else (item,):
                self._stay(node)
        self.emit(structure.after, graph)
        for entry in (*structure.before, *structure.after):
            if isinstance(entry, Choice):
                for merge, _ in entry.merges:
                    if not merge.outputs[0].dtype.is_ref_dtype:
                        self._become_copy(merge)
            elif isinstance(entry, Loop):
                for variable in entry.variables:
                    for node in variable.exits:
                        self._become_copy(node)
        groups = [node for node in graph.nodes.values() if node.type == "NoOp"]
        for entry in (*structure.before, *structure.after, *structure.region, *groups):
            if isinstance(entry, Node):
                self._wait_for_calls(entry)

    def _copy(self, node: Node, graph: Graph, of_region: bool = False) -> Node:
        return self._stay(node) if graph is self._graph else super()._copy(node, graph, of_region)

    def _stay(self, node: Node) -> Node:
        for tensor in node.outputs:
            self._made.set(tensor, tensor)
        self._made.set_node(node, node)
        return node

    def _become_copy(self, node: Node) -> None:
        """Turn a Merge or Exit into the copy of what stands for it."""
        library = self._graph.library
        node.inputs = tuple(self.tensor(tensor, self._graph) for tensor in node.outputs)
        node._control_inputs = ()
        if len(node.outputs) == 1:
            node.spec, node.attrs = library["Identity"], {"T": node.attrs["T"]}
        else:
            dtypes = [tensor.dtype for tensor in node.outputs]
            node.spec, node.attrs = library["IdentityN"], {"T": dtypes}

    def _wait_for_calls(self, node: Node) -> None:
        """Let a node that waits for others inside a function wait for the function's call."""
        made = [self._made.node(one, [self._graph]) or one for one in node._control_inputs]
        node._control_inputs = tuple(dict.fromkeys(made))


def _behind(ys: Iterable[Node]) -> set[Node]:
    found: set[Node] = set()
    waiting = list(ys)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(tensor.op for tensor in node.inputs)
            waiting.extend(node.control_inputs)
    return found


def _check_way(structure: Structure, nodes: Iterable[Node], xs: set[Node]) -> None:
    """Refuse a way that leads through a region: its gradient cannot be built."""
    leading = set(xs)
    ordered = sorted(nodes, key=lambda node: node._id)
    count = -1
    while count != len(leading):
        count = len(leading)
        leading.update(
            node for node in ordered if any(tensor.op in leading for tensor in node.inputs)
        )
    for item in structure.region:
        if isinstance(item, Node) and item.type in CONTROL_FLOW and item in leading:
            name, reason = next(iter(structure.reasons.items()))
            raise LookupError(
                f"The gradient of {item.type} is known where it is part of a complete choice or "
                f"loop, but {item.name!r}, made at {item.line}, is not: of {name}, {reason}. Build "
                "it with tf.cond or tf.while_loop, or stop the gradient before it with "
                "tf.stop_gradient."
            )
