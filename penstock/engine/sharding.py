"""How the values of a stage are spread over replicas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Sharding"]


@dataclass(frozen=True, slots=True)
class Sharding:
    """How the values of a stage are spread over replicas.

    Attributes:
      replicas: how many there are.
      inputs: for each input, the axis of which each replica has its part; None where each has all.
      state: slots of outputs that are new versions of the state.
      axis_of: from the shape and dtype of such a version to its axis.
    """

    replicas: int
    inputs: tuple[int | None, ...]
    state: frozenset[int]
    axis_of: Callable[[Any, Any], int | None]
