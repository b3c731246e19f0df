"""What has a graph and a coordinator for the threads of its training."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from penstock.graph.collections import GraphKeys
from penstock.graph.graph import Graph
from penstock.session.session import Session
from penstock.train.coordinator import Coordinator, LooperThread

__all__ = ["Coordinated"]


class Coordinated:
    """Starts threads that stop together.

    Args:
      graph: the graph.

    Attributes:
      coord: the coordinator.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.coord = Coordinator()

    def start_queue_runners(
        self, sess: Session, queue_runners: Iterable[Any] | None = None
    ) -> list[Any]:
        """Start the threads of queue runners.

        Args:
          sess: the session.
          queue_runners: which; those of the graph's collection if None.
        """
        if queue_runners is None:
            queue_runners = self._graph.get_collection(GraphKeys.QUEUE_RUNNERS)
        return [
            thread
            for runner in queue_runners
            for thread in runner.create_threads(sess, coord=self.coord, daemon=True, start=True)
        ]

    def loop(
        self,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """Call a function in a thread every so many seconds, until the training stops.

        Args:
          timer_interval_secs: the seconds; None to call it without a pause.
          target, args, kwargs: the function and its arguments.
        """
        thread = LooperThread(self.coord, timer_interval_secs, target, args, kwargs)
        thread.start()
        return thread

    def request_stop(self, ex: Any = None) -> None:
        """Ask all threads to stop, as `Coordinator.request_stop`."""
        self.coord.request_stop(ex)

    def should_stop(self) -> bool:
        """Tell whether a stop was asked for."""
        return self.coord.should_stop()

    def stop_on_exception(self) -> contextlib.AbstractContextManager[None]:
        """Ask for a stop if a `with` block raises."""
        return self.coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Wait until a stop is asked for."""
        self.coord.wait_for_stop()
