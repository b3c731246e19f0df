"""In which order nodes run, and which writes of state each of them comes after."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

from penstock.graph.node import Node
from penstock.runtime.accesses import Accesses
from penstock.runtime.prune import Pruned

__all__ = ["order", "writes_before"]


def order(pruned: Pruned, accesses: Mapping[Node, Accesses]) -> list[Node]:
    """Order the nodes: what writes nothing as soon as it can run, then writers by age."""
    nodes = pruned.nodes
    if not any(accesses[node].writes for node in nodes) and not _has_back_edge(nodes):
        return list(nodes)
    fed = set(pruned.feeds)
    waits: dict[Node, int] = {}
    followers: dict[Node, list[Node]] = {}
    ready: list[tuple[bool, int, Node]] = []
    for node in nodes:
        sources = {tensor.op for tensor in node.inputs if tensor not in fed}
        sources.update(node.control_inputs)
        waits[node] = len(sources)
        for source in sources:
            followers.setdefault(source, []).append(node)
        if not sources:
            ready.append((bool(accesses[node].writes), node._id, node))
    heapq.heapify(ready)
    ordered = []
    while ready:
        node = heapq.heappop(ready)[2]
        ordered.append(node)
        for follower in followers.get(node, ()):
            waits[follower] -= 1
            if not waits[follower]:
                entry = (bool(accesses[follower].writes), follower._id, follower)
                heapq.heappush(ready, entry)
    return ordered


def _has_back_edge(nodes: tuple[Node, ...]) -> bool:
    """Tell whether a node depends on a younger one, which control inputs added later can do."""
    return any(
        any(source._id > node._id for source in node.control_inputs)
        or any(tensor.op._id > node._id for tensor in node.inputs)
        for node in nodes
    )


def writes_before(
    ordered: list[Node], pruned: Pruned, accesses: Mapping[Node, Accesses]
) -> Mapping[Node, frozenset[str]]:
    """For each node, give the keys of the state that its ancestors or itself write."""
    if not any(access.writes for access in accesses.values()):
        return {}
    fed = set(pruned.feeds)
    none: frozenset[str] = frozenset()
    before: dict[Node, frozenset[str]] = {}
    for node in ordered:
        keys = none
        sources = [tensor.op for tensor in node.inputs if tensor not in fed]
        for source in (*sources, *node.control_inputs):
            if before[source] is not keys:
                keys |= before[source]
        writes = accesses[node].writes
        before[node] = keys.union(writes) if writes else keys
    return before
