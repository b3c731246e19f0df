"""Conditions on values that a compiled stage verifies while it runs.

Compiled code cannot raise. A kernel says ``require(condition, message)``; the compiled stage
gives all conditions back beside its outputs, and the first that does not hold becomes the error
of its node, before any state is changed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from penstock.core.errors import InvalidArgumentError, OpError
from penstock.graph.node import Node

__all__ = ["Check", "Checks", "require"]


@dataclass(frozen=True, slots=True)
class Check:
    """What one condition is about: the node, and what to say where it does not hold."""

    node: Node
    message: str
    error: type[OpError]


class Checks(threading.local):
    """The conditions of the stage that is being traced in this thread."""

    def __init__(self) -> None:
        self.node: Node | None = None
        self.checks: list[Check] = []
        self.conditions: list[Any] = []


tracing = Checks()


def require(condition: Any, message: str, error: type[OpError] = InvalidArgumentError) -> None:
    """Let the step fail with `message` unless `condition`, a traced boolean scalar, holds."""
    assert tracing.node is not None
    tracing.checks.append(Check(tracing.node, message, error))
    tracing.conditions.append(condition)
