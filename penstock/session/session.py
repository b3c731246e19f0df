"""`Session`: the usual one, the default session of a `with` block."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from penstock.core.errors import UnimplementedError
from penstock.graph.graph import Graph
from penstock.session.base_session import BaseSession

__all__ = ["Session"]


class Session(BaseSession):
    """Runs a graph and holds the values of its variables.

    Args:
      target: which runtime to use; empty for this process.
      graph: the graph to run; the default graph if None.
      config: a `ConfigProto`.

    As a context manager it is the default session, its graph the default graph, and it is closed
    at the block's end.

        x = tf.placeholder(tf.float32)
        with tf.Session() as sess:
            sess.run(x * 2.0, feed_dict={x: 21.0})
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
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
        """Clear what a cluster's tasks hold.

        Raises:
          UnimplementedError: this build has no cluster runtime.
        """
        raise UnimplementedError(
            None, None, f"This build has no cluster runtime, so {target!r} cannot be reset. "
            "A local session's state goes when the session is closed."
        )  # fmt: skip
