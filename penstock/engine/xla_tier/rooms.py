"""Room for what the turns of a loop pile up, where only a run tells how many turns there are.

Compiled code needs a size for everything. What a gradient needs of each turn, and a TensorArray
that grows, get *room* for a number of elements; the compiled code counts how many it would have
needed, and gives that back beside its results. If it was more, the stage is compiled again with
twice the room, and run again: nothing has been changed until then.

A loop that can only turn so often, say by `maximum_iterations`, has room for all its turns, if
these are not too many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from penstock.engine.contract import ELEMENTS, TURNS, Site
from penstock.engine.xla_tier.checks import tracing
from penstock.graph.node import Node

__all__ = ["AMPLE", "Room", "is_enough", "need", "room_for_elements", "room_for_turns"]

# The room that there is at first.
_FIRST = 32
# A loop that turns so often at most has room for all its turns from the start.
AMPLE = 1024


@dataclass(frozen=True, slots=True)
class Room:
    """Room for a number of elements.

    Attributes:
      site: what it is for.
      size: how many elements there is room for.
      suffices: whether there cannot be more.
    """

    site: Site
    size: int
    suffices: bool = False


def room_for_turns(node: Node, most: int | None) -> Room:
    """Give the room for the turns of a loop.

    Args:
      node: the loop's node.
      most: how often it can turn at most, as far as that is known and not more than `AMPLE`.
    """
    if most is not None:
        return Room((node, TURNS), max(most, 1), suffices=True)
    return Room((node, TURNS), tracing.rooms.get((node, TURNS), _FIRST))


def room_for_elements(node: Node, most: int | None) -> Room:
    """Give the room for the elements of TensorArrays that grow in a loop; see `room_for_turns`."""
    site = node, ELEMENTS
    return Room(site, tracing.rooms.get(site, most or _FIRST))


def need(room: Room, count: Any) -> None:
    """Note how many elements of a room are needed."""
    if not room.suffices:
        before = tracing.needs.get(room.site, np.int32(0))
        tracing.needs[room.site] = jnp.maximum(before, jnp.asarray(count, np.int32))
        tracing.sizes[room.site] = room.size


def is_enough(needs: dict[Site, Any]) -> Any:
    """Compute whether there was room for all that has been needed so far."""
    enough = jnp.asarray(True)
    for site, count in needs.items():
        enough &= count <= tracing.sizes[site]
    return enough
