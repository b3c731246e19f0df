"""`Session`: the usual one, the default session of a `with` block."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from penstock.cluster.connect import reset
from penstock.core.config import ConfigProto
from penstock.graph.graph import Graph
from penstock.session.arguments import check_arguments
from penstock.session.base_session import BaseSession, reset_here

__all__ = ["Session"]


class Session(BaseSession):
    """Runs a graph and holds the values of its variables.

    Args:
      target: a task of a cluster (`tf.train.Server.target`), which nodes without a device go to;
        empty for this process. The tasks hold the variables then: they outlive the session, and
        sessions share them by name.
      graph: the graph to run; the default graph if None.
      config: a `ConfigProto`.
      mesh: a number of replicas, or a `Mesh`: each step is compiled as one program over so many
        devices of this process, each of which has its part of a batch. None for the number in the
        environment variable PENSTOCK_REPLICAS, which `penstock run --replicas` sets.

    As a context manager it is the default session, its graph the default graph, and it is closed
    at the block's end.

        x = tf.placeholder(tf.float32)
        with tf.Session() as sess:
            sess.run(x * 2.0, feed_dict={x: 21.0})
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: Any = None, *, mesh: Any = None
    ) -> None:
        super().__init__(target, graph, config, mesh)
        self._contexts: list[tuple[Any, Any]] = []

    def __enter__(self) -> Session:
        contexts = (self.graph.as_default(), self.as_default())
        for context in contexts:
            context.__enter__()
        self._contexts.append(contexts)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for context in reversed(self._contexts.pop()):
            context.__exit__(kind, error, traceback)
        self.close()

    @staticmethod
    def reset(target: str, containers: Any = None, config: Any = None) -> None:
        """Drop the variables, queues and tables that a cluster's tasks hold.

        Args:
          target: one of its tasks. Empty for this process: all its sessions end then, whichever
            containers they use, as each of them holds its state for itself.
          containers: names of the containers (`tf.container`) to clear; the default one if None.
          config: a `ConfigProto`, whose `device_filters` say which tasks are meant.

        Raises:
          TypeError: if `target` is no string.
          tf.errors.InvalidArgumentError: if `target` is no address.
          tf.errors.UnavailableError: if a task cannot be reached.
        """
        check_arguments(target, None, config)
        if not target:
            reset_here()
            return
        reset(target, containers or (), ConfigProto() if config is None else config)
