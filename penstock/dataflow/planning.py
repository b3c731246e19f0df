"""From a block to a plan: in which order its items can be written down, and which form choices.

Items on the same branch of a predicate are gathered as long as one of them can run; then the choice
is closed, and its Merge nodes let others run. So two choices by one predicate become one, unless
something between them needs the first and is needed by the second.
"""

from __future__ import annotations

from penstock.dataflow.items import Block, Choice, Item, Plan, Ready, Unstructured
from penstock.dataflow.liveness import Liveness
from penstock.graph.node import Node, Tensor

__all__ = ["make_plan"]


def make_plan(block: Block, live: Liveness) -> Plan:
    """Find the plan of a block without problems.

    Raises:
      Unstructured: if its choices do not stand within one another.
    """
    return _Planner(block, live, block.items, 0).plan()


class _Planner:
    """The plan of some items of a block, which share the first `depth` choices of their paths."""

    def __init__(self, block: Block, live: Liveness, items: list[Item], depth: int) -> None:
        self._block = block
        self._live = live
        self._depth = depth
        self._waits: dict[Item, int] = {}
        self._followers: dict[Item, list[Item]] = {}
        self._plain = Ready()
        self._members: dict[Tensor, Ready] = {}
        own = set(items)
        for item in items:
            sources = [source for source in block.sources(item) if source in own]
            self._waits[item] = len(sources)
            for source in sources:
                self._followers.setdefault(source, []).append(item)
        for item in items:
            if not self._waits[item]:
                self._let_go(item)

    def plan(self) -> Plan:
        plan: Plan = []
        done = 0
        while self._plain or self._members:
            if self._plain:
                item = self._plain.pop()
                plan.append(item)
                done += 1
                self._finish(item)
                continue
            predicate = min(self._members, key=lambda one: self._members[one].first)
            choice, count = self._choice(predicate)
            plan.append(choice)
            done += count
        if done < len(self._waits):
            raise Unstructured("choices do not stand within one another")
        return plan

    def _choice(self, predicate: Tensor) -> tuple[Choice, int]:
        branches: tuple[list[Item], list[Item]] = ([], [])
        merges: list[Node] = []
        while predicate in self._members:
            members = self._members[predicate]
            item = members.pop()
            if not members:
                del self._members[predicate]
            if self._closes(item):
                merges.append(item)  # type: ignore[arg-type]
                continue
            branches[self._live.paths[item][self._depth][1]].append(item)
            self._finish(item)
        for merge in merges:
            self._finish(merge)
        plans = [
            _Planner(self._block, self._live, items, self._depth + 1).plan() for items in branches
        ]
        ends = [(merge, self._live.closed[merge]) for merge in merges]
        count = len(branches[0]) + len(branches[1]) + len(merges)
        return Choice(predicate, (plans[0], plans[1]), ends), count

    def _closes(self, item: Item) -> bool:
        return item in self._live.closed and len(self._live.paths[item]) == self._depth

    def _finish(self, item: Item) -> None:
        for follower in self._followers.get(item, ()):
            self._waits[follower] -= 1
            if not self._waits[follower]:
                self._let_go(follower)

    def _let_go(self, item: Item) -> None:
        path = self._live.paths[item]
        if self._closes(item):
            tensor = self._live.closed[item][0]  # type: ignore[index]
            predicate = self._live.of(tensor)[self._depth][0]
        elif len(path) == self._depth:
            self._plain.push(item)
            return
        else:
            predicate = path[self._depth][0]
        self._members.setdefault(predicate, Ready()).push(item)
