"""`InteractiveSession`: the default session of a shell or notebook."""

from __future__ import annotations

from typing import Any

from penstock.graph.default import sessions
from penstock.graph.graph import Graph
from penstock.session.base_session import BaseSession

__all__ = ["InteractiveSession"]


class InteractiveSession(BaseSession):
    """A session that makes itself the default one as soon as it is made: for shells and notebooks.

    Args:
      target: which runtime to use; empty for this process.
      graph: the graph to run; the default graph if None.
      config: a `ConfigProto`.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._explicit_graph = None if graph is None else graph.as_default()
        if self._explicit_graph is not None:
            self._explicit_graph.__enter__()
        self._default = self.as_default()
        self._default.__enter__()

    def close(self) -> None:
        """End the session; it is no longer the default one."""
        if not self._closed:
            sessions.items[:] = [one for one in sessions.items if one is not self]
            if self._explicit_graph is not None:
                self._explicit_graph.__exit__(None, None, None)
        super().close()
