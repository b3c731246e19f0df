"""A lowered graph: steps over numbered slots, with what goes in and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from penstock.engine.contract import Step
from penstock.graph.node import Node

__all__ = ["Program"]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Steps over slots, with what goes in and what comes out.

    Attributes:
      steps: in the order in which they run.
      size: the number of slots.
      feeds: slots of the fed tensors.
      fetches: slots of the wanted tensors.
      reads: state that the step reads, with its slot; the session's objects, too.
      optional: those of `reads` that may be missing: only a function reads them, if it is called.
      queries: state that is asked only whether it is there, with the answer's slot.
      counters: random counters, with their slot; one that is missing starts at zero.
      writes: state that the step changes, with the slot of its last version.
      names: what a slot is called in messages.
      versions: slots of new state, with its key.
      makers: for the key of each object that the program may use, the node that stands for it.
      readers: a node that reads each state, for messages.
    """

    steps: tuple[Step, ...]
    size: int
    feeds: tuple[int, ...]
    fetches: tuple[int, ...]
    reads: Mapping[str, int]
    optional: frozenset[str]
    queries: Mapping[str, int]
    counters: Mapping[str, int]
    writes: Mapping[str, int]
    names: Mapping[int, str]
    versions: Mapping[int, str]
    makers: Mapping[str, Node]
    readers: Mapping[str, Node]

    @property
    def state_writes(self) -> list[str]:
        """The variables that the program changes: `writes` without the random counters."""
        return [key for key in self.writes if key not in self.counters]

    def __repr__(self) -> str:
        return "\n".join(map(str, self.steps))
