"""What the runtime hands to the interpreter for nodes that run by dead and alive values.

A `Region` is *cells*, one for each node, that pass values to each other; no order is settled before
they run. Frames make a cell run many times, so the values between them are no slots of the table.
State is what it is when a cell runs; whether a cell sees what was there before the step, or what
is there now, is settled by what it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from penstock.engine.contract import Step
from penstock.graph.node import Tensor

__all__ = ["Cell", "Region", "Use"]


class Use(Enum):
    """What a cell does with an input.

    * `VALUE`: its kernel gets the value.
    * `STATE`: the value of the variable that the input refers to.
    * `QUERY`: whether that variable has a value.
    * `NAME`: nothing; the input says which variable is meant.
    """

    VALUE = "value"
    STATE = "state"
    QUERY = "query"
    NAME = "name"


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A node of a region.

    Attributes:
      step: its kernel call; sources and targets are not used.
      uses: what it does with each of the node's inputs.
      wires: the tensors that it takes.
      waits: the cells that it waits for by control inputs.
      after: the state that something it depends on writes.
      written: positions of the inputs that refer to what its first results are new values of.
      passed: the position of the input that its outputs refer on to, or None.
      state: keys of the state that its kernel gets after the inputs: (how, key) each.
      changed: keys of the state that its next results are new values of.
      refers: the key of the variable that it is itself.
    """

    step: Step
    uses: tuple[Use, ...]
    wires: tuple[Tensor, ...]
    waits: tuple[int, ...]
    after: frozenset[str]
    written: tuple[int, ...] = ()
    passed: int | None = None
    state: tuple[tuple[Use, str], ...] = ()
    changed: tuple[str, ...] = ()
    refers: str | None = None

    @property
    def writes(self) -> bool:
        """Whether it changes state."""
        return bool(self.written or self.changed)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Cells that pass values to each other.

    Attributes:
      cells: the cells, in the order in which their nodes were made.
      inputs: the tensors whose values come in, in the order of the step's first sources.
      references: keys of the variables that some inputs refer to, which have no value of their own.
      reads, queries, counters: keys of the state that comes in after them.
      writes: keys of the state whose new values go out first, then the counters'.
      outputs: the tensors whose values go out.
    """

    cells: tuple[Cell, ...]
    inputs: tuple[Tensor, ...]
    references: Mapping[Tensor, str]
    reads: tuple[str, ...]
    queries: tuple[str, ...]
    counters: tuple[str, ...]
    writes: tuple[str, ...]
    outputs: tuple[Tensor, ...]
