"""Where a graph keeps its open variable scope, and which form of variable is the default."""

from __future__ import annotations

import enum
import threading
from typing import Any

from penstock.graph.graph import Graph

__all__ = [
    "AUTO_REUSE",
    "ScopeStore",
    "default_use_resource",
    "disable_resource_variables",
    "enable_resource_variables",
    "resource_variables_enabled",
    "scope_store",
]

_use_resource = False


class _ReuseMode(enum.Enum):
    """Ways of reuse beyond yes and no."""

    AUTO_REUSE = 1

    def __repr__(self) -> str:
        return "tf.AUTO_REUSE"


AUTO_REUSE = _ReuseMode.AUTO_REUSE


class ScopeStore(threading.local):
    """The variable scope each thread is in, and how often each scope was opened.

    Attributes:
      current: the innermost variable scope; None for the root before it is first asked for.
      counts: how often a scope of each name was opened since the one around it.
    """

    def __init__(self) -> None:
        self.current: Any = None
        self.counts: dict[str, int] = {}

    def open(self, name: str) -> None:
        """Count a scope of that name."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def close_inside(self, name: str) -> None:
        """Forget the counts of scopes inside the scope of that name."""
        for key in self.counts:
            if key.startswith(f"{name}/"):
                self.counts[key] = 0

    def unique(self, prefix: str) -> str:
        """Give `prefix`, or with ``_1``, ``_2``… a name no scope inside the current one has."""
        outer = self.current.name if self.current is not None else ""
        name = f"{outer}/{prefix}" if outer else prefix
        if not self.counts.get(name):
            return prefix
        number = 1
        while self.counts.get(f"{name}_{number}"):
            number += 1
        return f"{prefix}_{number}"


def scope_store(graph: Graph) -> ScopeStore:
    """Give the store of `graph`."""
    return graph.extras.setdefault("variable scopes", ScopeStore())


def default_use_resource(graph: Graph) -> bool:
    """Tell whether a variable that does not say so itself is made in resource form."""
    current = scope_store(graph).current
    asked = None if current is None else current.use_resource
    return _use_resource if asked is None else bool(asked)


def enable_resource_variables() -> None:
    """Make variables in resource form from now on, where nothing else is asked for."""
    global _use_resource
    _use_resource = True


def disable_resource_variables() -> None:
    """Make variables in reference form from now on, where nothing else is asked for."""
    global _use_resource
    _use_resource = False


def resource_variables_enabled() -> bool:
    """Tell whether variables are made in resource form where nothing else is asked for."""
    return _use_resource
