"""Which graph and which session are meant when none is named: the two stacks, one pair a thread.

The bottom of the graph stack is one graph for the whole process, made at first use and replaced
by `reset_default_graph`.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from penstock.graph.graph import Graph

__all__ = [
    "Default",
    "default_graph",
    "default_session",
    "graphs",
    "reset_default_graph",
    "sessions",
]


class _Stack(threading.local):
    def __init__(self) -> None:
        self.items: list[Any] = []


graphs = _Stack()
sessions = _Stack()
_global_graph: Graph | None = None
_making = threading.Lock()


class Default:
    """Makes `item`, the block's value, the top of `stack` while a `with` block runs."""

    __slots__ = ("_item", "_stack")

    def __init__(self, stack: _Stack, item: Any) -> None:
        self._stack = stack
        self._item = item

    def __enter__(self) -> Any:
        self._stack.items.append(self._item)
        return self._item

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._stack.items[-1] is not self._item:
            raise AssertionError(
                f"Default {type(self._item).__name__}s must be left in the reverse of the order "
                "in which they were entered; a nested `with` block is still open. Leave the "
                "innermost one first."
            )
        self._stack.items.pop()


def default_graph() -> Graph:
    """Give the graph that new nodes go to when no graph is named."""
    items: list[Graph] = graphs.items
    if items:
        return items[-1]
    return _global_graph or _make_global_graph()


def _make_global_graph() -> Graph:
    global _global_graph
    from penstock.graph.graph import Graph  # noqa: PLC0415

    with _making:
        if _global_graph is None:
            _global_graph = Graph()
        return _global_graph


def default_session() -> Any:
    """Give the innermost session entered in this thread, or None."""
    items = sessions.items
    return items[-1] if items else None


def reset_default_graph() -> None:
    """Throw the process-wide default graph away; the next use of it makes a new one.

    Raises:
      AssertionError: inside ``with graph.as_default()``, where it would have no effect.
    """
    global _global_graph
    if graphs.items:
        raise AssertionError(
            "reset_default_graph() replaces the process-wide default graph, and cannot be used "
            "inside `with graph.as_default():`. Leave that block first, or make a new tf.Graph()."
        )
    _global_graph = None
