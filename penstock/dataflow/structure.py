"""What a part of a graph consists of: choices and loops, and the region that is neither.

Everything that forms choices and loops gets a plan. What is left, if anything, is one *region*: the
nodes of which only a run can tell whether, or how often, they are alive. What a region depends on
stands before it, and what is surely alive again stands after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from penstock.dataflow.counters import is_emptied_as_filled
from penstock.dataflow.frames import Frame, Frames
from penstock.dataflow.items import (
    Block,
    Item,
    Loop,
    Path,
    Plan,
    Unstructured,
    controls_of,
    inputs_of,
)
from penstock.dataflow.liveness import Liveness
from penstock.dataflow.loops import match_loop
from penstock.dataflow.part import CONTROL_FLOW, SWITCHES, Part
from penstock.dataflow.planning import make_plan
from penstock.dataflow.stacks import Stacks
from penstock.graph.node import Node, Tensor

__all__ = ["Structure", "find_structure"]


@dataclass
class Structure:
    """A part of a graph as plans.

    Attributes:
      before: the plan of what needs nothing of the region.
      region: the items that are run by dead and alive values, in order; often none.
      after: the plan of what needs something of the region and is surely alive.
      stacks: the stacks that loops fill and empty.
      loops: the loops, by frame.
      reasons: why the items of the region are there, by the name of a frame or node.
    """

    before: Plan
    region: list[Item]
    after: Plan
    stacks: Stacks
    loops: dict[Frame, Loop]
    reasons: dict[str, str] = field(default_factory=dict)


def find_structure(part: Part, as_functions: bool = True) -> Structure:
    """Find the choices and loops in a part of a graph.

    Args:
      part: the nodes.
      as_functions: whether there are to be any; otherwise all nodes are one region.

    Raises:
      InvalidArgumentError, InternalError: as `Frames` and `Part.ordered`.
    """
    frames = Frames(part)
    stacks = Stacks(part, frames)
    if not as_functions:
        return _one_region(part, stacks, "that was asked for")
    reasons: dict[str, str] = {}
    loops = _find_loops(frames, part, stacks, reasons)
    items: list[Item] = [node for node in frames.root.nodes if node not in stacks.makers]
    raw: dict[Item, str] = {
        node: stacks.others.get(node, "it is a variable or stack that only a run can tell")
        for node in frames.root.nodes
        if node in stacks.others
    }
    for frame in frames.root.children:
        if frame in loops:
            items.append(loops[frame])
        else:
            nodes = [node for one in frame.within for node in one.nodes]
            items.extend(nodes)
            raw.update(dict.fromkeys(nodes, f"the frame {frame.name!r} is no loop"))
    return _Root(part, items, raw, Structure([], [], [], stacks, loops, reasons)).structure()


def _one_region(part: Part, stacks: Stacks, reason: str) -> Structure:
    for stack in stacks:
        stacks.drop(stack, reason)
    return Structure([], [*part.ordered], [], stacks, {}, {"everything": reason})


def _find_loops(
    frames: Frames, part: Part, stacks: Stacks, reasons: dict[str, str]
) -> dict[Frame, Loop]:
    """Match the frames; a stack of which one loop is none makes the others none, too."""
    while True:
        loops: dict[Frame, Loop] = {}
        for frame in frames.root.within[:-1]:
            try:
                loops[frame] = match_loop(frame, part, loops, stacks)
            except Unstructured as problem:
                reasons.setdefault(f"frame {frame.name!r}", str(problem))
        whole = {frames.root} | {frame for frame in loops if frame.is_within(loops)}
        lost = [
            stack
            for stack in stacks
            if not whole.issuperset((frames.of[stack.node], *stack.filling, *stack.emptying))
            or not is_emptied_as_filled(stack, stacks, loops)
        ]
        if not lost:
            return loops
        for stack in lost:
            stacks.drop(
                stack, f"of the stack {stack.node.name!r}: it is not surely emptied as it is filled"
            )


class _Root:
    """The outermost frame, parted into what has a plan and the region."""

    def __init__(
        self, part: Part, items: list[Item], raw: dict[Item, str], found: Structure
    ) -> None:
        self._part = part
        self._items = items
        self._raw = raw
        self._found = found

    def structure(self) -> Structure:
        block = Block(self._items, self._part.fed, self._found.stacks)
        try:
            live = Liveness(block, self._raw)
            region = self._region(block, live)
            after = self._after(block, live, region)
            self._found.before = self._plan(item for item in live.ordered if item not in region)
            self._found.after = self._plan(after)
        except Unstructured as problem:
            return self._without(str(problem))
        self._found.region = [item for item in live.ordered if item in region and item not in after]
        for item, reason in live.problems.items():
            if item not in self._raw:
                self._found.reasons[_named(item)] = reason
        return self._found

    def _without(self, reason: str) -> Structure:
        """Leave all choices outside of loops to the region; if they are there, everything."""
        choices: dict[Item, str] = {
            item: reason
            for item in self._items
            if isinstance(item, Node) and item.type in SWITCHES and item not in self._raw
        }
        found = self._found
        found.reasons["choices"] = reason
        if choices:
            return _Root(self._part, self._items, {**self._raw, **choices}, found).structure()
        return _one_region(self._part, found.stacks, reason)

    def _region(self, block: Block, live: Liveness) -> set[Item]:
        """Find the items of which only a run can tell, and all that depend on them."""
        doubtful = [path for item in live.problems for path in _paths(block, live, item)]
        for tensor in self._part.fetches:
            path = live.of(tensor)
            if path:
                doubtful.append(path)
            if path and tensor.op not in self._raw and isinstance(path[-1][0], Tensor):
                self._found.reasons[f"fetch {tensor.name!r}"] = "it is alive on one branch only"
        choices = {predicate for path in doubtful for predicate, _ in path}
        seeds = set(live.problems)
        for item in live.ordered:
            if isinstance(item, Node) and item.type in SWITCHES:
                path = live.of(item.outputs[0])
                if path and path[-1][0] in choices:
                    seeds.add(item)
        return _depending(block, live.ordered, seeds)

    def _after(self, block: Block, live: Liveness, region: set[Item]) -> dict[Item, None]:
        """Find the items of the region that are surely alive, and needed by none that is not."""
        needed: set[Item] = set()
        after: list[Item] = []
        for item in reversed(live.ordered):
            if item not in region:
                continue
            is_raw = isinstance(item, Node) and item.type in CONTROL_FLOW
            is_raw |= any(tensor.dtype.is_ref_dtype for tensor in inputs_of(item))
            if is_raw or live.paths[item] or item in live.problems or item in needed:
                needed.update(block.sources(item))
            else:
                after.append(item)
        return dict.fromkeys(reversed(after))

    def _plan(self, items: Iterable[Item]) -> Plan:
        block = Block(items, self._part.fed, self._found.stacks)
        return make_plan(block, Liveness(block))


def _named(item: Item) -> str:
    if isinstance(item, Loop):
        return f"loop {item.frame.name!r}"
    return f"node {item.name!r}"


def _paths(block: Block, live: Liveness, item: Item) -> Iterable[Path]:
    return [live.of(tensor) for tensor in inputs_of(item)] + [
        live.paths[owner]
        for node in controls_of(item)
        if (owner := block.owner(node)) is not None and owner is not item
    ]


def _depending(block: Block, ordered: Iterable[Item], seeds: set[Item]) -> set[Item]:
    found = set(seeds)
    for item in ordered:
        if item not in found and not found.isdisjoint(block.sources(item)):
            found.add(item)
    return found
