"""A part as bytes: what a task needs of the client's graph to run it.

A step refers to its node, and a node to its graph. What is sent of a node is its record's name, its
attributes, what its inputs and outputs look like, and the line that made it; functions were
lowered already. On the other side it is a node of a graph that holds nothing else.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import Any

from penstock.core.errors import UnimplementedError
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec
from penstock.ops.array_handles import GRADIENTS
from penstock.ops.library import LIBRARY
from penstock.runtime.node_facts import is_array_handle
from penstock.runtime.program import Program

__all__ = ["Shipment", "pack", "unpack"]


@dataclass(frozen=True, slots=True)
class Shipment:
    """A part on its way to its task.

    Attributes:
      program: the steps.
      fed: slots that come with each call.
      takes: the slots of each parcel that it takes.
      gives: the slots of each parcel that it gives.
      writes: whether it must not run twice.
      containers: the container of each state, for those that are in one.
    """

    program: Program
    fed: tuple[int, ...]
    takes: tuple[tuple[int, ...], ...]
    gives: tuple[tuple[int, ...], ...]
    writes: bool
    containers: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Outline:
    """What is sent of a node; tensors and nodes by their numbers in the shipment."""

    op: str
    name: str
    attrs: dict[str, Any]
    device: str
    line: str
    inputs: tuple[tuple[int, int], ...]
    controls: tuple[int, ...]
    outputs: tuple[Any, ...]


class _SentGraph(Graph):
    """The graph of what a client has sent."""

    def source_of(self, argument: Tensor) -> Tensor | None:
        """Give nothing: what an argument stands for was sent in its place, if it was known."""
        return None


class _SentNode(Node):
    """A node that a client has sent; it knows the line that made it as text."""

    sent_line = ""

    @property
    def line(self) -> Any:
        """The line of the client's program that made it."""
        return self.sent_line


class _Pickler(pickle.Pickler):
    """Pickles nodes, tensors and records as references.

    Attributes:
      nodes: the numbers of the nodes that were referred to.
      listed: these nodes.
    """

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.nodes: dict[Node, int] = {}
        self.listed: list[Node] = []

    def number(self, node: Node) -> int:
        """Give a node's number."""
        number = self.nodes.get(node)
        if number is None:
            number = self.nodes[node] = len(self.listed)
            self.listed.append(node)
        return number

    def persistent_id(self, value: Any) -> Any:
        """Give what stands for a value that belongs to the graph."""
        if isinstance(value, Node):
            return ("node", self.number(value))
        if isinstance(value, Tensor):
            return ("tensor", self.number(value.op), value.value_index)
        if isinstance(value, FunctionGraph):
            return ("function",)
        if isinstance(value, OpSpec):
            return ("op", value.name)
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, nodes: list[Node]) -> None:
        super().__init__(file)
        self._nodes = nodes

    def persistent_load(self, pid: Any) -> Any:
        """Give the value that a reference stands for."""
        kind = pid[0]
        if kind == "node":
            return self._nodes[pid[1]]
        if kind == "tensor":
            return self._nodes[pid[1]].outputs[pid[2]]
        if kind == "op":
            return LIBRARY[pid[1]]
        return None


def pack(shipment: Shipment) -> bytes:
    """Make a part ready to be sent.

    Raises:
      UnimplementedError: if it has an op that is not in Penstock's library.
    """
    body, outlines = io.BytesIO(), io.BytesIO()
    pickler = _Pickler(body)
    pickler.dump(shipment)
    whole = len(pickler.listed)
    listed: list[_Outline] = []
    second = _Pickler(outlines)
    second.nodes, second.listed = pickler.nodes, pickler.listed
    while len(listed) < len(pickler.listed):
        listed.append(_outline(pickler.listed[len(listed)], second, len(listed) < whole))
    second.dump(listed)
    return pickle.dumps((outlines.getvalue(), body.getvalue()), pickle.HIGHEST_PROTOCOL)


def _outline(node: Node, pickler: _Pickler, whole: bool) -> _Outline:
    """Say what is sent of a node: all of it, or only what its outputs look like."""
    if LIBRARY.get(node.type) is not node.spec:
        raise UnimplementedError(
            None, node, f"{node.name!r} is of the op {node.type!r}, which is not one of Penstock's "
            "own, so another task does not have it. Build it in a graph that runs in this process, "
            "or of Penstock's ops."
        )  # fmt: skip
    if whole or node.type in GRADIENTS:
        inputs = [_outside(tensor) for tensor in node.inputs]
    else:
        inputs = [_outside(tensor) for tensor in node.inputs if is_array_handle(tensor)]
    attrs = node.attrs if whole else _small(node.attrs)
    controls = [one for one in node.control_inputs if whole and one in pickler.nodes]
    return _Outline(
        node.type,
        node.name,
        dict(attrs),
        node.device,
        str(node.line),
        tuple((pickler.number(tensor.op), tensor.value_index) for tensor in inputs),
        tuple(map(pickler.number, controls)),
        tuple((tensor.dtype, tensor.static_shape, tensor.handle_data) for tensor in node.outputs),
    )


def _outside(tensor: Tensor) -> Tensor:
    """Give what an argument of a function stands for, if that is one and the same in each call."""
    while tensor.op.type == "_Arg":
        source: Tensor | None = tensor.graph.source_of(tensor)  # type: ignore[attr-defined]
        if source is None:
            return tensor
        tensor = source
    return tensor


def _small(attrs: dict[str, Any]) -> dict[str, Any]:
    """Give a node's attributes without the value of a constant."""
    return {key: value for key, value in attrs.items() if key != "value"}


# A node must have a place in a program; one that was sent has its line as text.
_NOWHERE = (pack.__code__, 0)


def unpack(data: bytes) -> Shipment:
    """Make a part of what came."""
    outlines, body = pickle.loads(data)
    graph = _SentGraph(LIBRARY)
    nodes: list[Node] = []
    listed: list[_Outline] = _Unpickler(io.BytesIO(outlines), nodes).load()
    for number, outline in enumerate(listed):
        spec = LIBRARY[outline.op]
        node = _SentNode(graph, number + 1, outline.name, spec, (), outline.attrs, _NOWHERE)
        node.sent_line = outline.line
        node.device = outline.device
        node.outputs = [_tensor(node, index, *facts) for index, facts in enumerate(outline.outputs)]
        nodes.append(node)
    for made, outline in zip(nodes, listed, strict=True):
        made.inputs = tuple(nodes[number].outputs[index] for number, index in outline.inputs)
        made._control_inputs = tuple(nodes[number] for number in outline.controls)
    shipment: Shipment = _Unpickler(io.BytesIO(body), nodes).load()
    return shipment


def _tensor(node: Node, index: int, dtype: Any, shape: Any, handle_data: Any) -> Tensor:
    tensor = Tensor(node, index, dtype, shape)
    tensor.handle_data = handle_data
    return tensor
