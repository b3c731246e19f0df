"""Whether a loop adds nodes to the graph at each run, which is a mistake worth a warning."""

from __future__ import annotations

import warnings

from penstock.graph.graph import Graph

__all__ = ["Growth"]

# So many runs in a row, each on a graph that has grown since the last, are a mistake.
_RUNS = 20


class Growth:
    """Counts the runs in a row before each of which the graph has grown.

    Args:
      graph: the session's graph.

    Attributes:
      version: the graph's version at the last run.
      runs: how many runs in a row have found it grown.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.version = graph.version
        self.runs = 0

    def note(self) -> None:
        """Take note of a run; warn, once, of many in a row on a growing graph."""
        if self._graph.version == self.version:
            self.runs = 0
            return
        self.version = self._graph.version
        self.runs += 1
        if self.runs == _RUNS:
            node = self._graph.get_operations()[-1]
            warnings.warn(
                f"The graph has grown before each of the last {_RUNS} runs: node "
                f"{node.name!r} was added at {node.line}. Each run then starts slower and takes "
                "more memory than the one before. Build the graph once, before the loop; "
                "graph.finalize() finds the lines that add to it.",
                RuntimeWarning,
                stacklevel=3,
            )
