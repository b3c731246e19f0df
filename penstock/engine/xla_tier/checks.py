"""Conditions on values that a compiled stage verifies while it runs.

Compiled code cannot raise. A kernel says ``require(condition, message)``; the compiled stage
gives all conditions back beside its outputs, and the first that does not hold becomes the error
of its node, before any state is changed. Since the state has to be kept for that case, a stage
with such conditions cannot write the new state into the old one's memory.

Mostly, what has to be checked is fed: ``require_of(inputs, check, ...)`` of what the stage is
given, or computes of that at no cost worth speaking of, is checked in NumPy before the compiled
code is called. ``require_in_range`` is that for indices.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError, OpError
from penstock.engine.contract import Form, Site
from penstock.graph.node import Node
from penstock.ops.index_range import Sizes, check_range, in_range, range_rule

__all__ = [
    "KNOWN",
    "Check",
    "EarlyCheck",
    "Tracing",
    "require",
    "require_in_range",
    "require_of",
    "took_form",
    "tracing",
]

# What is known while a stage is traced; anything else is traced.
KNOWN = (np.ndarray, np.generic, type(None))


@dataclass(frozen=True, slots=True)
class Check:
    """What one condition is about: the node, and what to say where it does not hold."""

    node: Node
    message: str
    error: type[OpError]


@dataclass(frozen=True, slots=True, eq=False)
class EarlyCheck:
    """What to check before a stage runs: for which node, which slots' values, and how."""

    node: Node
    slots: tuple[int, ...]
    check: Callable[..., None]


class Tracing(threading.local):
    """What is known of the stage that is being traced in this thread.

    Attributes:
      node: the node whose kernel is called.
      checks: what the conditions so far are about.
      conditions: the conditions themselves, traced boolean scalars.
      inputs: values that were given to the kernel, with their slots; none where the slots are not
        the stage's own, as in a loop's body.
      forms: which form each loop and branch took, by its node.
      lasting: whether a loop was compiled that may take long, or never end.
      early: slots whose values can be had before the stage runs.
      early_checks: the checks to be made then.
      settled: nodes whose indices are known to be right.
      rooms: how much there is to be room for, as far as earlier runs have told.
      sizes: how much there is room for, where a run may need more.
      needs: how much was needed so far, traced; of a loop's turns so far, within the loop.
      depth: how many loops are around what is traced.
    """

    def __init__(self) -> None:
        self.node: Node | None = None
        self.checks: list[Check] = []
        self.conditions: list[Any] = []
        self.forms: dict[Node, Form] = {}
        self.lasting = False
        self.inputs: Sequence[tuple[Any, int]] = ()
        self.early: Container[int] = ()
        self.early_checks: list[EarlyCheck] = []
        self.settled: frozenset[Node] = frozenset()
        self.rooms: Mapping[Site, int] = {}
        self.sizes: dict[Site, int] = {}
        self.needs: dict[Site, Any] = {}
        self.depth = 0

    @contextmanager
    def within_loop(self, needs: dict[Site, Any], settled: frozenset[Node]) -> Iterator[None]:
        """Trace the body of a loop: its checks and needs are its own, to be carried by it.

        Args:
          needs: how much was needed up to this turn.
          settled: further nodes whose indices are known to be right.
        """
        before = self.checks, self.conditions, self.node, self.settled, self.needs
        self.checks, self.conditions = [], []
        self.settled |= settled
        self.needs = needs
        self.depth += 1
        try:
            yield
        finally:
            self.checks, self.conditions, self.node, self.settled, self.needs = before
            self.depth -= 1

    @contextmanager
    def within_branch(self) -> Iterator[None]:
        """Trace a branch: its checks and needs are its own, to be given by it."""
        before = self.checks, self.conditions, self.node, self.needs
        self.checks, self.conditions, self.needs = [], [], dict(self.needs)
        try:
            yield
        finally:
            self.checks, self.conditions, self.node, self.needs = before

    def early_slots(self, values: Sequence[Any]) -> tuple[int, ...] | None:
        """Give the slots of values, if all can be had before the stage runs."""
        slots = []
        for value in values:
            slot = next((slot for given, slot in self.inputs if given is value), None)
            if slot is None or slot not in self.early:
                return None
            slots.append(slot)
        return tuple(slots)


tracing = Tracing()


def took_form(node: Node, kind: str, reason: str) -> None:
    """Note which form a loop or branch takes; see `Form`."""
    tracing.forms[node] = Form(node, kind, reason)


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


def require_of(
    values: Sequence[Any], check: Callable[..., None], holds: Callable[[], Any], message: str
) -> None:
    """Let the step fail unless `check` accepts its inputs.

    Args:
      values: inputs, as the kernel got them: what they are is recognized by that.
      check: called with their values in NumPy; raises an `OpError`.
      holds: computes the same as a traced condition, for where the values are not there in time.
      message: what to say then.

    Raises:
      OpError: at once, if the values are known already.
    """
    if all(isinstance(value, KNOWN) for value in values):
        check(*values)
        return
    slots = tracing.early_slots(values)
    if slots is None:
        require(holds(), message)
        return
    assert tracing.node is not None
    tracing.early_checks.append(EarlyCheck(tracing.node, slots, check))


def require_in_range(
    indices: Any, sizes: Sizes, what: str, name: str = "indices", lowest: int = 0
) -> None:
    """Let the step fail unless `indices` are in range; see `check_range` for the arguments."""
    if tracing.node in tracing.settled:
        return
    verb = "has what is not in" if isinstance(sizes, int) else "does not point into"
    require_of(
        (indices,),
        partial(check_range, sizes=sizes, what=what, name=name, lowest=lowest),
        lambda: in_range(indices, sizes, lowest).all(),
        f"{name} {verb} {range_rule(sizes, what)}",
    )
