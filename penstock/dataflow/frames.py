"""Which frame each node stands in.

An `Enter` opens the frame of its name, or adds to it; everything that depends on it stands there,
until an `Exit`. All inputs of a node must come from one frame.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from penstock.core.errors import InternalError, InvalidArgumentError
from penstock.dataflow.part import ENTERS, EXITS, NEXT_ITERATIONS, Part, is_back_edge
from penstock.graph.node import Node

__all__ = ["Frame", "Frames"]


@dataclass(eq=False)
class Frame:
    """A place whose nodes run once per iteration.

    Attributes:
      name: the name that its Enter nodes give it; empty for the outermost, which runs once.
      parent: the frame around it.
      nodes: the nodes in it, its Enter and Exit nodes among them, in order.
      children: the frames in it.
    """

    name: str
    parent: Frame | None
    nodes: list[Node] = field(default_factory=list)
    children: list[Frame] = field(default_factory=list)

    @property
    def within(self) -> list[Frame]:
        """This frame and all frames in it, the innermost first."""
        return [one for child in self.children for one in child.within] + [self]

    def is_within(self, frames: Container[Frame]) -> bool:
        """Tell whether this frame and all around it, but for the outermost, are in `frames`."""
        return self.parent is None or (self in frames and self.parent.is_within(frames))

    def __repr__(self) -> str:
        return f"<frame {self.name!r} of {len(self.nodes)} nodes>"


class Frames:
    """The frames of a part of a graph.

    Args:
      part: the nodes.

    Attributes:
      root: the outermost one.
      of: the frame that each node stands in.

    Raises:
      InvalidArgumentError: if a node takes inputs from several frames, or a node that belongs into
        a frame stands in none.
      InternalError: if one name is given to frames in different places.
    """

    def __init__(self, part: Part) -> None:
        self._find(part, {})
        if any(_judges(frame) > 1 for frame in self.root.children):
            self._find(part, _connected([node for node in part.nodes if self._is_inside(node)]))
        for node in part.nodes:
            for tensor in node.inputs:
                if is_back_edge(node, tensor) and self.of[tensor.op] is not self.of[node]:
                    raise _mixed(node, self.of[tensor.op], self.of[node])

    def _find(self, part: Part, group: Mapping[Node, Node]) -> None:
        """Find the frames; those of one name are parted by the group that a node is in.

        A graph that is imported twice has the same frames twice, by the same names.
        """
        self.root = Frame("", None)
        self.of: dict[Node, Frame] = {}
        self._by_name: dict[tuple[Node | None, str], Frame] = {}
        self._group = group
        for node in part.ordered:
            frame = self._inner(node, part) if node.type in ENTERS else self._around(node, part)
            self.of[node] = frame
            frame.nodes.append(node)

    def _is_inside(self, node: Node) -> bool:
        return self.of[node] is not self.root

    def _around(self, node: Node, part: Part) -> Frame:
        """Find the frame that the inputs of a node come from."""
        found: Frame | None = None
        for source in part.sources(node):
            frame = self._after(source)
            if found is None:
                found = frame
            elif frame is not found:
                raise _mixed(node, found, frame)
        frame = found or self.root
        if frame is not self.root and not part.fed.isdisjoint(node.inputs):
            raise _mixed(node, self.root, frame)
        if frame is self.root and node.type in EXITS | NEXT_ITERATIONS:
            raise InvalidArgumentError(
                None,
                node,
                f"{node.type} sends a value on from inside a frame, but {node.name!r}, made at "
                f"{node.line}, stands in none: its input {node.inputs[0].name!r} has come through "
                "no Enter. Send what goes into the loop through Enter(..., frame_name=...).",
            )
        return frame

    def _after(self, node: Node) -> Frame:
        """Give the frame that a node's outputs are in."""
        frame = self.of[node]
        if node.type in EXITS:
            assert frame.parent is not None
            return frame.parent
        return frame

    def _inner(self, node: Node, part: Part) -> Frame:
        """Give the frame that an Enter opens or adds to."""
        parent = self._around(node, part)
        name = node.attrs["frame_name"]
        key = self._group.get(node), name
        known = self._by_name.get(key)
        if known is None:
            known = self._by_name[key] = Frame(name, parent)
            parent.children.append(known)
        elif known.parent is not parent:
            assert known.parent is not None
            raise InternalError(
                None,
                node,
                f"Invalid loop structure: a frame's name must belong to one place, but "
                f"{node.name!r}, made at {node.line}, enters {name!r} from {_said(parent)}, and "
                f"others enter it from {_said(known.parent)}. Give the frames names of their own.",
            )
        return known


def _judges(frame: Frame) -> int:
    return sum(node.type == "LoopCond" for node in frame.nodes)


def _connected(nodes: Sequence[Node]) -> dict[Node, Node]:
    """Give each of some nodes one of those that it is connected to, the same for all of these."""
    beside: dict[Node, list[Node]] = {node: [] for node in nodes}
    for node in nodes:
        for source in (*[tensor.op for tensor in node.inputs], *node.control_inputs):
            if source in beside:
                beside[node].append(source)
                beside[source].append(node)
    group: dict[Node, Node] = {}
    for first in nodes:
        waiting = [] if first in group else [first]
        while waiting:
            node = waiting.pop()
            if node not in group:
                group[node] = first
                waiting.extend(beside[node])
    return group


def _said(frame: Frame) -> str:
    return f"frame {frame.name!r}" if frame.name else "outside of all frames"


def _mixed(node: Node, one: Frame, other: Frame) -> InvalidArgumentError:
    inputs = ", ".join(tensor.name for tensor in node.inputs)
    return InvalidArgumentError(
        None,
        node,
        f"All inputs of a node must come from one frame, but {node.name!r}, made at {node.line}, "
        f"has inputs from different frames: {_said(one)} and {_said(other)}. Its inputs are "
        f"{inputs or 'control inputs'}. Send what comes from outside of a loop through "
        "Enter(..., is_constant=True), and what comes out of one through Exit; a constant made "
        "inside a loop needs a control input from there. What is inside a loop cannot be fed.",
    )
