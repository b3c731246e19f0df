"""What to say of a tensor that is used in a graph to which it does not belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Tensor

__all__ = ["from_elsewhere"]


def from_elsewhere(graph: Graph | None, consumer: str, tensor: Tensor) -> str:
    """Give the sentence for a node of `graph` that was to take a tensor of another graph."""
    if tensor.graph.building_function and not (graph and graph.building_function):
        what = (
            f"{tensor.name!r} belongs to the inside of {tensor.graph!r}, a branch or a loop's "
            "body, and has a value only there. Return it from the branch or the body, and use what "
            "tf.cond or tf.while_loop gives."
        )
    else:
        what = (
            f"{tensor.name!r} is in a different graph. Build both inside one "
            "`with graph.as_default():`."
        )
    return (
        f"All inputs of a node must come from one graph, but {consumer} was given one that does "
        f"not: {what} It was made at {tensor.op.line}."
    )
