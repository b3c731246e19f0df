"""Conditions on values that a compiled stage verifies while it runs.

Compiled code cannot raise. A kernel says ``require(condition, message)``; the compiled stage
gives all conditions back beside its outputs, and the first that does not hold becomes the error
of its node, before any state is changed. Since the state has to be kept for that case, a stage
with such conditions cannot write the new state into the old one's memory.

Indices are so often out of range, and so often fed, that they have a way of their own:
``require_in_range(indices, ...)`` of what the stage is given, or computes of that at no cost
worth speaking of, is checked in NumPy before the compiled code is called.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError, OpError
from penstock.graph.node import Node
from penstock.ops.index_range import Sizes, check_range, in_range, range_rule

__all__ = ["KNOWN", "Check", "RangeCheck", "Tracing", "require", "require_in_range", "tracing"]

# What is known while a stage is traced; anything else is traced.
KNOWN = (np.ndarray, np.generic, type(None))


@dataclass(frozen=True, slots=True)
class Check:
    """What one condition is about: the node, and what to say where it does not hold."""

    node: Node
    message: str
    error: type[OpError]


@dataclass(frozen=True, slots=True)
class RangeCheck:
    """Indices to check before a stage runs: the node that uses them, their slot, their bounds."""

    node: Node
    slot: int
    sizes: Sizes
    what: str
    name: str


class Tracing(threading.local):
    """What is known of the stage that is being traced in this thread.

    Attributes:
      node: the node whose kernel is called.
      checks: what the conditions so far are about.
      conditions: the conditions themselves, traced boolean scalars.
      inputs: values that were given to the kernel, with their slots; none where the slots are not
        the stage's own, as in a loop's body.
      early: slots whose values can be had before the stage runs.
      ranges: the checks of indices to be made then.
    """

    def __init__(self) -> None:
        self.node: Node | None = None
        self.checks: list[Check] = []
        self.conditions: list[Any] = []
        self.inputs: Sequence[tuple[Any, int]] = ()
        self.early: Container[int] = ()
        self.ranges: dict[RangeCheck, None] = {}


tracing = Tracing()


def require(condition: Any, message: str, error: type[OpError] = InvalidArgumentError) -> None:
    """Let the step fail with `message` unless `condition`, a boolean scalar, holds.

    Raises:
      OpError: at once, if `condition` is known already.
    """
    if isinstance(condition, KNOWN):
        if not condition:
            raise error(None, None, message)
        return
    assert tracing.node is not None
    tracing.checks.append(Check(tracing.node, message, error))
    tracing.conditions.append(condition)


def require_in_range(indices: Any, sizes: Sizes, what: str, name: str = "indices") -> None:
    """Let the step fail unless `indices` are in range; see `check_range` for the arguments.

    Pass on the indices as the kernel got them: what they are is recognized by that.

    Raises:
      InvalidArgumentError: at once, if the indices are known already.
    """
    if isinstance(indices, KNOWN):
        check_range(np.asarray(indices), sizes, what, name)
        return
    for value, slot in tracing.inputs:
        if value is indices and slot in tracing.early:
            assert tracing.node is not None
            tracing.ranges[RangeCheck(tracing.node, slot, sizes, what, name)] = None
            return
    if indices.size:
        verb = "has what is not in" if isinstance(sizes, int) else "does not point into"
        require(in_range(indices, sizes).all(), f"{name} {verb} {range_rule(sizes, what)}")
