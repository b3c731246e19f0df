"""Which frames are loops: what they carry, what decides about another turn, and what is repeated.

A value that a loop carries comes in by an Enter, to a Merge that also takes the value of the turn
before from a NextIteration; a Switch sends it, by the frame's one LoopCond, into the body or to the
Exit. What the LoopCond depends on is the condition; everything else in the frame is the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from penstock.core.dtypes import resource
from penstock.dataflow.frames import Frame
from penstock.dataflow.items import Block, Item, Loop, Plan, Unstructured, Variable, inputs_of
from penstock.dataflow.liveness import Liveness
from penstock.dataflow.part import (
    ENTERS,
    EXITS,
    MERGES,
    NEXT_ITERATIONS,
    SWITCHES,
    Part,
    is_back_edge,
)
from penstock.dataflow.planning import make_plan
from penstock.dataflow.stacks import Stacks
from penstock.graph.node import Node, Tensor

__all__ = ["match_loop"]


def match_loop(frame: Frame, part: Part, loops: Mapping[Frame, Loop], stacks: Stacks) -> Loop:
    """Find the loop that a frame is.

    Args:
      frame: the frame.
      part: the part of the graph that it belongs to.
      loops: what the frames in it have been found to be.
      stacks: the stacks of the part.

    Raises:
      Unstructured: if it is none.
    """
    for child in frame.children:
        if child not in loops:
            raise Unstructured(f"the frame {child.name!r} in it is no loop")
    return _Matcher(frame, part, loops, stacks).loop()


class _Matcher:
    def __init__(
        self, frame: Frame, part: Part, loops: Mapping[Frame, Loop], stacks: Stacks
    ) -> None:
        self._frame = frame
        self._part = part
        self._stacks = stacks
        self._inner = [loops[child] for child in frame.children]
        self._boundary: set[Node] = set()
        (self._judge,) = self._single("LoopCond")
        self._variables = [
            self._variable(node)
            for node in frame.nodes
            if node.type in ENTERS and not node.attrs["is_constant"]
        ]
        self._check_boundary()

    def _single(self, kind: str) -> list[Node]:
        found = [node for node in self._frame.nodes if node.type == kind]
        if len(found) != 1:
            raise Unstructured(f"it has {len(found)} {kind} nodes, not one")
        self._boundary.update(found)
        return found

    def _takers(self, tensor: Tensor) -> list[Node]:
        if tensor in self._part.fetches:
            raise Unstructured(f"{tensor.name!r} is fetched from inside")
        return self._part.takers.get(tensor, [])

    def _variable(self, enter: Node) -> Variable:
        if enter.outputs[0].dtype.is_ref_dtype or enter.outputs[0].dtype is resource:
            raise Unstructured(f"{enter.name!r} sends in a variable that may change its place")
        takers = self._takers(enter.outputs[0])
        if len(takers) != 1 or takers[0].type not in MERGES or len(takers[0].inputs) != 2:
            raise Unstructured(f"what {enter.name!r} sends in goes to no Merge of a loop")
        merge = takers[0]
        backs = [tensor.op for tensor in merge.inputs if is_back_edge(merge, tensor)]
        if len(backs) != 1:
            raise Unstructured(f"no NextIteration sends a value back to {merge.name!r}")
        if self._takers(merge.outputs[1]):
            raise Unstructured(f"the value_index of {merge.name!r} is used")
        if self._takers(backs[0].outputs[0]) != [merge]:
            raise Unstructured(f"{backs[0].name!r} goes elsewhere than to {merge.name!r} too")
        switches = tuple(
            node
            for node in dict.fromkeys(self._takers(merge.outputs[0]))
            if node.type in SWITCHES and node.inputs[1] is self._judge.outputs[0]
        )
        exits = tuple(node for switch in switches for node in self._exits(switch))
        self._boundary.update((enter, merge, backs[0], *switches, *exits))
        return Variable(enter, merge, backs[0], switches, exits)

    def _exits(self, switch: Node) -> list[Node]:
        exits = self._takers(switch.outputs[0])
        for node in exits:
            if node.type not in EXITS or node.control_inputs:
                raise Unstructured(f"{node.name!r} computes with what leaves the loop")
        return exits

    def _check_boundary(self) -> None:
        """Refuse what looks like part of the frame's form, but is none."""
        self._constants = [
            node for node in self._frame.nodes if node.type in ENTERS and node.attrs["is_constant"]
        ]
        self._boundary.update(self._constants)
        self._sources = {node.outputs[0]: node.inputs[0] for node in self._constants}
        self._assumed: dict[Tensor, bool] = {}
        formal = ENTERS | EXITS | NEXT_ITERATIONS
        for node in self._frame.nodes:
            if node in self._boundary:
                continue
            if node.type in formal:
                raise Unstructured(f"{node.name!r} does not belong to a value that it carries")
            if self._judge.outputs[0] in node.inputs:
                raise Unstructured(f"{node.name!r} takes its LoopCond")
            if node in self._stacks.others:
                raise Unstructured(self._stacks.others[node])
            for tensor in node.outputs:
                self._takers(tensor)

    def loop(self) -> Loop:
        inner = {node for loop in self._inner for node in loop.nodes}
        nodes = [
            node
            for node in self._frame.nodes
            if node not in self._boundary and node not in self._stacks.makers
        ]
        assert not inner.intersection(nodes)
        into_body = {switch.outputs[1] for one in self._variables for switch in one.switches}
        received = {one.merge.outputs[0] for one in self._variables}
        given = frozenset(into_body | received | self._sources.keys())
        block = Block([*nodes, *self._inner], given, self._stacks)
        predicate = self._judge.inputs[0]
        condition = _behind(block, self._sources_of_judgement(block))
        body = [item for item in block.items if item not in condition]
        self._check_effects(block, body, into_body)
        again = _behind(
            block,
            [source for item in body for source in _data_sources(block, item)]
            + [source for one in self._variables for source in _source(block, one.back)],
        )
        for item in again.keys() & condition.keys():
            if _has_effects(item):
                raise Unstructured(f"the body uses {item!r} of the condition, which has effects")
        repeated = [item for item in block.items if item not in condition or item in again]
        backs = [one.back.inputs[0] for one in self._variables]
        judgement, _ = self._plan(condition, given, [predicate])
        repetition, live = self._plan(repeated, given, backs)
        assumed = [(self._sources[tensor], value) for tensor, value in self._assumed.items()]
        return Loop(
            self._frame,
            self._judge,
            self._variables,
            self._constants,
            predicate,
            judgement,
            repetition,
            tuple(assumed),
            live.paths,
        )

    def _sources_of_judgement(self, block: Block) -> list[Item]:
        sources = _source(block, self._judge)
        for node in self._boundary:
            if node.type in SWITCHES or node.type in MERGES or node is self._judge:
                sources.extend(
                    owner
                    for control in node.control_inputs
                    if (owner := block.owner(control)) is not None
                )
        return sources

    def _check_effects(self, block: Block, body: list[Item], into_body: set[Tensor]) -> None:
        """Refuse effects that do not wait for the predicate: they would come once more."""
        waiting = {item for item in body if any(tensor in into_body for tensor in inputs_of(item))}
        open_items = list(waiting)
        followers: dict[Item, list[Item]] = {}
        for item in body:
            for source in block.sources(item):
                followers.setdefault(source, []).append(item)
        while open_items:
            item = open_items.pop()
            if isinstance(item, Node) and item.type == "ControlTrigger":
                continue
            for follower in followers.get(item, ()):
                if follower not in waiting:
                    waiting.add(follower)
                    open_items.append(follower)
        for item in body:
            if item not in waiting and _has_effects(item):
                raise Unstructured(f"{item!r} has effects and does not wait for the predicate")

    def _plan(
        self, items: Iterable[Item], given: frozenset[Tensor], outputs: Sequence[Tensor]
    ) -> tuple[Plan, Liveness]:
        block = Block(items, given, self._stacks)
        live = Liveness(block, assumed=self._assumed)
        needed = {literal for tensor in outputs for literal in live.of(tensor)}
        for item in live.problems:
            needed.update(item.assumed if isinstance(item, Loop) else ())
        outside = {(one, value) for one, value in needed if one in self._sources}
        if outside and len(dict(outside)) == len(outside):
            # A gradient's loop in a branch asks in each turn whether the branch is taken.
            self._assumed.update(outside)
            live = Liveness(block, assumed=self._assumed)
        for item, problem in live.problems.items():
            raise Unstructured(f"of {item!r}: {problem}")
        for tensor in outputs:
            if live.of(tensor):
                raise Unstructured(f"{tensor.name!r} is not alive in every turn")
        return make_plan(block, live), live


def _source(block: Block, node: Node) -> list[Item]:
    found = block.source(node.inputs[0])
    return [] if found is None else [found]


def _data_sources(block: Block, item: Item) -> list[Item]:
    found = [block.source(tensor) for tensor in inputs_of(item)]
    return [one for one in found if one is not None]


def _behind(block: Block, items: Iterable[Item]) -> dict[Item, None]:
    """Give the items that some depend on, and these."""
    found: dict[Item, None] = {}
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        if item not in found:
            found[item] = None
            waiting.extend(block.sources(item))
    return found


def _has_effects(item: Item) -> bool:
    nodes = item.nodes if isinstance(item, Loop) else (item,)
    return any(node.spec.stateful and not node.type.startswith("Stack") for node in nodes)
