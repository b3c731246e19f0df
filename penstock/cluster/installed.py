"""A part of a session's program, as its task has it: ready to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.cluster.shipping import Shipment
from penstock.runtime.phased import as_array, make_runner
from penstock.runtime.place import Placement
from penstock.runtime.state import State

__all__ = ["InstalledPart"]


class InstalledPart:
    """A part that is ready to run.

    Args:
      shipment: the part.
      state: the task's state.
      placement: the devices of its session.
      tier: the tier that must run everything; None to choose.
    """

    def __init__(
        self, shipment: Shipment, state: State, placement: Placement, tier: str | None
    ) -> None:
        self.shipment = shipment
        program = shipment.program
        self._runner = make_runner(program, state, placement, tier)
        places = {slot: place for place, slot in enumerate(program.feeds)}
        self._fed = tuple(places[slot] for slot in shipment.fed)
        self._takes = tuple(tuple(places.get(slot) for slot in parcel) for parcel in shipment.takes)
        found = {slot: place for place, slot in enumerate(program.fetches)}
        self._gives = tuple(tuple(found[slot] for slot in parcel) for parcel in shipment.gives)

    def run(self, fed: Sequence[Any], parcels: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Run it on what the client feeds and what other parts gave; give its parcels."""
        feeds: list[Any] = [None] * len(self.shipment.program.feeds)
        for place, value in zip(self._fed, fed, strict=True):
            feeds[place] = value
        for places, values in zip(self._takes, parcels, strict=True):
            for taken, value in zip(places, values, strict=True):
                if taken is not None:
                    feeds[taken] = as_array(value)
        found = self._runner.run(feeds)
        return [tuple(found[place] for place in places) for places in self._gives]
