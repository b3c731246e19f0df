"""Writers that nodes write to: what a run tells, it tells itself.

The writer is a thing that the session holds, as it does a queue; `initialize` gives it its file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from penstock.core.dtypes import int64, string
from penstock.formats.messages import GraphDef
from penstock.functions.arrays import placeholder
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph, default_session
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = [
    "FileSummaryWriter",
    "NoSummaryWriter",
    "SummaryWriter",
    "all_summary_ops",
    "create_file_writer",
    "default_writer",
    "initialize",
    "serialized_graph",
    "summary_writer_initializer_op",
]

_INITIALIZERS = "_SUMMARY_WRITER_V2"
_MOST_HELD = 10
_MILLISECONDS = 2 * 60 * 1000


class _Default(threading.local):
    writer: SummaryWriter | None = None


_default = _Default()


def default_writer() -> SummaryWriter | None:
    """Give the writer that summaries of this thread go to; None if there is none."""
    return _default.writer


class SummaryWriter:
    """Where nodes write summaries; `create_file_writer` makes one."""

    def set_as_default(self) -> None:
        """Let summaries of this thread go here from now on."""
        raise NotImplementedError

    def as_default(self) -> Any:
        """Let summaries that are built in a `with` block go here."""
        raise NotImplementedError

    def init(self) -> Node | None:
        """Give the node that opens the file."""
        raise NotImplementedError

    def flush(self) -> Node | None:
        """Give a node that brings what was written to the file."""
        raise NotImplementedError

    def close(self) -> Node | None:
        """Give a node that ends the file."""
        raise NotImplementedError


class FileSummaryWriter(SummaryWriter):
    """Writes to an event file.

    Args:
      handle: the writer that a session holds.
      settings: what the node that opens the file takes.
    """

    def __init__(self, handle: Tensor, settings: dict[str, Any]) -> None:
        self._resource = handle
        self._settings = settings
        default_graph().add_to_collection(_INITIALIZERS, self.init())

    def set_as_default(self) -> None:
        _default.writer = self

    @contextmanager
    def as_default(self) -> Iterator[SummaryWriter]:
        before = _default.writer
        _default.writer = self
        try:
            yield self
            self.flush()
        finally:
            _default.writer = before

    def init(self) -> Node:
        made: Node = raw.CreateSummaryFileWriter(self._resource, **self._settings)
        return made

    def flush(self) -> Node:
        with default_graph().device("cpu:0"):
            made: Node = raw.FlushSummaryWriter(self._resource)
        return made

    def close(self) -> Node:
        graph = default_graph()
        with graph.control_dependencies([self.flush()]), graph.device("cpu:0"):
            made: Node = raw.CloseSummaryWriter(self._resource)
        return made


class NoSummaryWriter(SummaryWriter):
    """Writes nothing."""

    def set_as_default(self) -> None:
        return

    @contextmanager
    def as_default(self) -> Iterator[None]:
        yield

    def init(self) -> None:
        return

    def flush(self) -> None:
        return

    def close(self) -> None:
        return


def create_file_writer(
    logdir: str | None,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: Any = None,
    name: str | None = None,
) -> SummaryWriter:
    """Make a writer of an event file.

        writer = tf.contrib.summary.create_file_writer("logs")
        with writer.as_default(), tf.contrib.summary.always_record_summaries():
            tf.contrib.summary.scalar("loss", loss)
            tf.contrib.summary.initialize()
        sess.run(tf.contrib.summary.all_summary_ops())

    Args:
      logdir: the folder; None for a writer that writes nothing.
      max_queue: taken for TensorFlow's sake: events are brought to the file by time.
      flush_millis: how long events may be held back, in milliseconds; two minutes if None.
      filename_suffix: the end of the file's name; ``".v2"`` if None.
      name: writers of one name are one; ``"logdir:"`` and the folder if None.

    Returns:
      A `SummaryWriter`.
    """
    if logdir is None:
        return NoSummaryWriter()
    with default_graph().device("cpu:0"):
        settings = {
            "logdir": logdir,
            "max_queue": convert_to_tensor(_MOST_HELD) if max_queue is None else max_queue,
            "flush_millis": (
                convert_to_tensor(_MILLISECONDS) if flush_millis is None else flush_millis
            ),
            "filename_suffix": (
                convert_to_tensor(".v2") if filename_suffix is None else filename_suffix
            ),
        }
        shared = f"logdir:{logdir}" if name is None else name
        return FileSummaryWriter(raw.SummaryWriter(shared_name=shared), settings)


def summary_writer_initializer_op() -> list[Node]:
    """List the nodes that open the files of the default graph's writers."""
    return default_graph().get_collection(_INITIALIZERS)


def initialize(graph: Any = None, session: Any = None) -> None:
    """Open the files of the default graph's writers, and write a graph.

    Args:
      graph: a `Graph` or `GraphDef` to write; None for none.
      session: the session that holds the writers; the default session if None.

    Raises:
      RuntimeError: if there is no default writer.
      ValueError: if there is no session.
      TypeError: if the graph is none.
    """
    writer = default_writer()
    if writer is None:
        raise RuntimeError(
            "No default tf.contrib.summary.SummaryWriter found: call this in a "
            "`with writer.as_default():` block, where writer is what create_file_writer gives."
        )
    session = default_session() if session is None else session
    if session is None:
        raise ValueError("session must be passed if no default session exists")
    session.run(summary_writer_initializer_op())
    if graph is not None and isinstance(writer, FileSummaryWriter):
        content = placeholder(string)
        node = raw.WriteGraphSummary(writer._resource, convert_to_tensor(0, int64), content)
        session.run(node, {content: serialized_graph(graph)})


def serialized_graph(graph: Any) -> bytes:
    """Give a `Graph` or `GraphDef` as bytes.

    Raises:
      TypeError: if it is neither.
    """
    found = graph.as_graph_def(add_shapes=True) if isinstance(graph, Graph) else graph
    if not isinstance(found, GraphDef):
        raise TypeError(f"A Graph or a GraphDef can be written, but not {graph!r}.")
    content: bytes = found.SerializeToString()
    return content


def all_summary_ops() -> list[Any]:
    """List the nodes of the default graph that write summaries."""
    return default_graph().get_collection(GraphKeys._SUMMARY_COLLECTION)
