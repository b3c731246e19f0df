"""`FileWriter`: writes summaries, graphs and notes on a run to a file that TensorBoard reads."""

from __future__ import annotations

import os
import time
import warnings
from types import TracebackType
from typing import Any

from penstock.formats.event_messages import Event, SessionLog, Summary, TaggedRunMetadata
from penstock.formats.events import EventWriter
from penstock.formats.messages import GraphDef, MetaGraphDef
from penstock.formats.meta_graphs import make_meta_graph
from penstock.formats.run_metadata import run_metadata_bytes
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph

__all__ = ["FileWriter"]


class FileWriter:
    """Writes events to a file in a folder.

        with tf.summary.FileWriter("logs", sess.graph) as writer:
            writer.add_summary(sess.run(merged), step)

    Args:
      logdir: the folder; it is made if it is missing.
      graph: a graph to write first, as it is and, with the default graph's collections, as a
        MetaGraphDef.
      max_queue: how many events may be held back; all are brought to the file together.
      flush_secs: how long events are held back, in seconds.
      graph_def: an older way to give the graph.
      filename_suffix: the end of the file's name.
      session: taken for TensorFlow's sake.
    """

    def __init__(
        self,
        logdir: str,
        graph: Any = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        self._logdir = os.fspath(logdir)
        self._flush_secs = flush_secs
        self._suffix = filename_suffix or ""
        self._closed = False
        self._session_run_tags: set[str] = set()
        self._seen_summary_tags: set[str] = set()
        self.event_writer = EventWriter(self._logdir, flush_secs, self._suffix)
        if graph is not None or graph_def is not None:
            written = self._add_graph(graph, None, graph_def)
            self.add_meta_graph(make_meta_graph(default_graph(), written))

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def get_logdir(self) -> str:
        """Give the folder."""
        return self._logdir

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Write a summary.

        Args:
          summary: what running a summary node gave, or a `Summary`.
          global_step: the number of the step.
        """
        if isinstance(summary, bytes):
            summary = Summary.FromString(summary)
        for value in summary.value:
            # TensorBoard keeps what the first value of a tag says of it.
            if value.tag in self._seen_summary_tags:
                value.ClearField("metadata")
            self._seen_summary_tags.add(value.tag)
        self._add(Event(summary=summary), global_step)

    def add_graph(self, graph: Any, global_step: Any = None, graph_def: Any = None) -> None:
        """Write a graph.

        Args:
          graph: a `Graph`, or a `GraphDef`.
          global_step: the number of the step.
          graph_def: an older way to give it.

        Raises:
          ValueError: if both are given.
          TypeError: if it is neither.
        """
        self._add_graph(graph, global_step, graph_def)

    def _add_graph(self, graph: Any, global_step: Any, graph_def: Any) -> Any:
        """Write a graph; gives its `GraphDef`."""
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        found = graph_def if graph is None else graph
        if isinstance(found, Graph):
            found = found.as_graph_def(add_shapes=True)
        if not isinstance(found, GraphDef):
            raise TypeError(
                "The passed graph must be an instance of `Graph` or the deprecated `GraphDef`, "
                f"not {type(found).__name__}."
            )
        self._add(Event(graph_def=found.SerializeToString()), global_step)
        return found

    def add_meta_graph(self, meta_graph_def: Any, global_step: Any = None) -> None:
        """Write a `MetaGraphDef`.

        Raises:
          TypeError: if it is none.
        """
        if not isinstance(meta_graph_def, MetaGraphDef):
            raise TypeError(
                f"meta_graph_def must be type MetaGraphDef, saw type: {type(meta_graph_def)}."
            )
        self._add(Event(meta_graph_def=meta_graph_def.SerializeToString()), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Write what `Session.run` told of a step.

        Args:
          run_metadata: a `RunMetadata`.
          tag: the name that TensorBoard shows it under.
          global_step: the number of the step.

        Raises:
          ValueError: if there was one of that tag already.
        """
        if tag in self._session_run_tags:
            raise ValueError(f"The provided tag was already used for this event type: {tag!r}.")
        self._session_run_tags.add(tag)
        content = run_metadata_bytes(run_metadata)
        tagged = TaggedRunMetadata(tag=tag, run_metadata=content)
        self._add(Event(tagged_run_metadata=tagged), global_step)

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """Write a `SessionLog`: that a run starts, stops, or has saved a checkpoint."""
        if not isinstance(session_log, SessionLog):
            raise TypeError(f"session_log must be a SessionLog, not {type(session_log).__name__}.")
        self._add(Event(session_log=session_log), global_step)

    def _add(self, event: Any, global_step: Any) -> None:
        event.wall_time = time.time()
        if global_step is not None:
            event.step = int(global_step)
        self.add_event(event)

    def add_event(self, event: Any) -> None:
        """Write an `Event`; a closed writer takes none, and says so."""
        if self._is_open():
            self.event_writer.write(event)

    def _is_open(self) -> bool:
        if self._closed:
            warnings.warn(
                "Attempting to use a closed FileWriter. The operation will be a noop unless the "
                "FileWriter is explicitly reopened: writer.reopen().",
                stacklevel=4,
            )
        return not self._closed

    def flush(self) -> None:
        """Bring the events to the file, where TensorBoard sees them."""
        if self._is_open():
            self.event_writer.flush()

    def close(self) -> None:
        """End the file."""
        if not self._closed:
            self.event_writer.close()
            self._closed = True

    def reopen(self) -> None:
        """Begin a new file in the same folder, if the writer is closed."""
        if self._closed:
            self.event_writer = EventWriter(self._logdir, self._flush_secs, self._suffix)
            self._closed = False
