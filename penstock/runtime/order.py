"""In which order nodes run, and which writes of state each of them comes after.

Nodes come after those that give their inputs and after their control inputs. Beyond that, a read of
a variable that leads to another variable's initializer comes after the read variable's own one, if
both are initialized in the run: so ``w = tf.Variable(v * 2.0)`` needs no further care.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping

from penstock.graph.initializers import is_initializer
from penstock.graph.node import Node
from penstock.runtime.accesses import Accesses
from penstock.runtime.prune import Pruned

__all__ = ["order", "sources_of", "writes_before"]

Sources = Mapping[Node, Collection[Node]]


def sources_of(pruned: Pruned, accesses: Mapping[Node, Accesses]) -> Sources:
    """List, for each node, the nodes that it comes after."""
    fed = set(pruned.feeds)
    sources = {
        node: {tensor.op for tensor in node.inputs if tensor not in fed}.union(node.control_inputs)
        for node in pruned.nodes
    }
    initializers = {
        accesses[node].writes[0]: node
        for node in pruned.nodes
        if accesses[node].writes and is_initializer(node)
    }
    if len(initializers) > 1:
        for node in _before(initializers.values(), sources):
            for key in accesses[node].all_reads:
                initializer = initializers.get(key)
                if initializer is not None and node not in _before([initializer], sources):
                    sources[node].add(initializer)
    return sources


def _before(nodes: Iterable[Node], sources: Sources) -> set[Node]:
    """Give the nodes that come before `nodes`, and these."""
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(sources[node])
    return found


def order(pruned: Pruned, accesses: Mapping[Node, Accesses], sources: Sources) -> list[Node]:
    """Order the nodes: what writes nothing as soon as it can run, then writers by age."""
    nodes = pruned.nodes
    if not any(accesses[node].writes for node in nodes) and not _has_back_edge(nodes):
        return list(nodes)
    waits: dict[Node, int] = {}
    followers: dict[Node, list[Node]] = {}
    ready: list[tuple[bool, int, Node]] = []
    for node in nodes:
        waits[node] = len(sources[node])
        for source in sources[node]:
            followers.setdefault(source, []).append(node)
        if not sources[node]:
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
    ordered: list[Node], accesses: Mapping[Node, Accesses], sources: Sources
) -> Mapping[Node, frozenset[str]]:
    """For each node, give the keys of the state that its ancestors or itself write."""
    if not any(access.writes for access in accesses.values()):
        return {}
    none: frozenset[str] = frozenset()
    before: dict[Node, frozenset[str]] = {}
    for node in ordered:
        keys = none
        for source in sources[node]:
            if before[source] is not keys:
                keys |= before[source]
        writes = accesses[node].writes
        before[node] = keys.union(writes) if writes else keys
    return before
