"""The first link of a run: which nodes the fetches need, cut where values are fed."""

from __future__ import annotations

from dataclasses import dataclass

from penstock.core.errors import InvalidArgumentError
from penstock.graph.node import Node, Tensor

__all__ = ["Pruned", "prune"]


@dataclass(frozen=True, slots=True)
class Pruned:
    """The part of a graph that a run needs.

    Attributes:
      fetches: tensors whose values are wanted.
      targets: nodes that must run.
      feeds: tensors whose values are given.
      nodes: the needed nodes, in the order in which they were made.
    """

    fetches: tuple[Tensor, ...]
    targets: tuple[Node, ...]
    feeds: tuple[Tensor, ...]
    nodes: tuple[Node, ...]


def prune(
    fetches: tuple[Tensor, ...], targets: tuple[Node, ...], feeds: tuple[Tensor, ...]
) -> Pruned:
    """Walk back from what is wanted to what is given.

    Raises:
      InvalidArgumentError: if a placeholder is needed and not fed.
    """
    fed = set(feeds)
    waiting = [tensor.op for tensor in fetches if tensor not in fed]
    waiting.extend(targets)
    needed: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node in needed:
            continue
        needed.add(node)
        waiting.extend(tensor.op for tensor in node.inputs if tensor not in fed)
        waiting.extend(node.control_inputs)
    nodes = tuple(sorted(needed, key=lambda node: node._id))
    _check_placeholders(nodes, fed)
    return Pruned(fetches, targets, feeds, nodes)


def _check_placeholders(nodes: tuple[Node, ...], fed: set[Tensor]) -> None:
    missing = [
        node
        for node in nodes
        if node.spec.name == "Placeholder" and not fed.issuperset(node.outputs)
    ]
    if not missing:
        return
    node = missing[0]
    tensor = node.outputs[0]
    others = ", ".join(repr(other.name) for other in missing[1:])
    raise InvalidArgumentError(
        None,
        node,
        f"You must feed a value for placeholder tensor {node.name!r} with dtype "
        f"{tensor.dtype.name} and shape {tensor.shape}: what is fetched needs it. "
        f"Add it to feed_dict: sess.run(..., feed_dict={{{node.name}: value}})."
        + (f" Also not fed: {others}." if others else ""),
    )
