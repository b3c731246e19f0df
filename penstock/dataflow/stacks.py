"""Stacks that one loop fills, turn by turn, and another empties.

That is how gradients of loops see what the loops have seen. Such a stack is all turns' values, one
beside the other: turn number k of the second loop takes the k-th last. For loops in loops the same
holds at each level, if each inner loop that empties turns as often as its counterpart did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from penstock.dataflow.frames import Frame, Frames
from penstock.dataflow.part import ENTERS, STACKS, SWITCHES, Part
from penstock.graph.node import Node, Tensor

__all__ = ["Stack", "Stacks"]


@dataclass(frozen=True, eq=False)
class Stack:
    """A stack that is pushed to in one place and popped from in one.

    Attributes:
      node: the node that makes it.
      push, pop: the nodes that fill and empty it; None for `pop` if nobody does.
      carriers: the nodes that bring its handle there.
      filling, emptying: the frames between it and these nodes, the outermost first.
    """

    node: Node
    push: Node
    pop: Node | None
    carriers: frozenset[Node]
    filling: tuple[Frame, ...]
    emptying: tuple[Frame, ...]


class Stacks:
    """The stacks of a part of a graph.

    Attributes:
      by_push, by_pop: those that are of the form above, by the nodes that fill and empty them.
      makers: the nodes that make them.
      carriers: the nodes that bring their handles to where they are used.
      others: for each node that uses another stack, why that stack is not of this form.
    """

    def __init__(self, part: Part, frames: Frames) -> None:
        self.by_push: dict[Node, Stack] = {}
        self.by_pop: dict[Node, Stack] = {}
        self.makers: set[Node] = set()
        self.carriers: set[Node] = set()
        self.others: dict[Node, str] = {}
        for node in part.ordered:
            if node.type in STACKS:
                self._add(node, part, frames)

    def __iter__(self) -> Iterator[Stack]:
        return iter(list(self.by_push.values()))

    def drop(self, stack: Stack, reason: str) -> None:
        """Let the interpreter keep a stack, because one of its loops is no function."""
        del self.by_push[stack.push]
        users = [stack.push]
        if stack.pop is not None:
            del self.by_pop[stack.pop]
            users.append(stack.pop)
        self.makers.remove(stack.node)
        self.carriers -= stack.carriers
        self.others.update(dict.fromkeys([stack.node, *users], reason))

    def _add(self, node: Node, part: Part, frames: Frames) -> None:
        carriers, users, outside = _uses(node.outputs[0], part)
        pushes = [user for user in users if user.type.startswith("StackPush")]
        pops = [user for user in users if user.type.startswith("StackPop")]
        place = frames.of[node]
        reason = None
        if outside is not None:
            reason = f"{outside!r} takes its handle"
        elif len(pushes) != 1 or len(pops) > 1:
            reason = f"it is pushed to in {len(pushes)} places and popped from in {len(pops)}"
        elif len(users) > len(pushes) + len(pops):
            reason = "it is closed by hand"
        else:
            filling = _between(place, frames.of[pushes[0]])
            emptying = _between(place, frames.of[pops[0]]) if pops else filling
            if not filling or len(filling) != len(emptying) or (pops and filling == emptying):
                reason = "it is not filled by one loop and emptied by another"
        if reason is not None:
            told = f"of the stack {node.name!r}: {reason}"
            self.others.update(dict.fromkeys([node, *users], told))
            return
        pop = pops[0] if pops else None
        stack = Stack(node, pushes[0], pop, frozenset(carriers), filling, emptying)
        self.by_push[stack.push] = stack
        if pop is not None:
            self.by_pop[pop] = stack
        self.makers.add(node)
        self.carriers.update(carriers)


def _uses(handle: Tensor, part: Part) -> tuple[list[Node], list[Node], str | None]:
    """List the nodes that hand a stack's handle on, those that use it, and the first other one."""
    carriers: list[Node] = []
    users: list[Node] = []
    waiting = [handle]
    while waiting:
        tensor = waiting.pop()
        if tensor in part.fetches:
            return carriers, users, "a fetch"
        for node in dict.fromkeys(part.takers.get(tensor, ())):
            if node.type.startswith("Stack") and node.inputs[0] is tensor:
                users.append(node)
                continue
            is_constant = node.type in ENTERS and node.attrs["is_constant"]
            if not (is_constant or node.type in SWITCHES or node.type == "Identity"):
                return carriers, users, node.name
            carriers.append(node)
            waiting.extend(node.outputs)
    return carriers, users, None


def _between(outer: Frame, inner: Frame) -> tuple[Frame, ...]:
    """List the frames from `outer` on to `inner`, without the first; none if it is not around."""
    chain: list[Frame] = []
    frame: Frame | None = inner
    while frame is not None and frame is not outer:
        chain.insert(0, frame)
        frame = frame.parent
    return tuple(chain) if frame is outer else ()
