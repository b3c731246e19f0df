"""What records a training: its graph, summaries, speed and checkpoints, from threads beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from penstock.formats.event_messages import SessionLog
from penstock.formats.graph_files import write_graph
from penstock.graph.graph import Graph
from penstock.session.session import Session
from penstock.train.coordinated import Coordinated
from penstock.train.coordinator import LooperThread
from penstock.train.meta_graph import export_meta_graph
from penstock.train.supervisor_services import CheckpointThread, StepCounterThread, SummaryThread

__all__ = ["Recorded"]

_log = logging.getLogger("tensorflow")


class Recorded(Coordinated):
    """Writes what TensorBoard shows, and checkpoints.

    Args:
      graph: the graph.
      logdir: where to; None for nowhere.
      stop_grace_secs: seconds that threads have to end.

    Attributes:
      is_chief, global_step, saver, summary_op, summary_writer, save_path, save_summaries_secs,
        save_model_secs: as for a `Supervisor`, which sets them.
    """

    is_chief: bool
    global_step: Any
    saver: Any
    summary_op: Any
    summary_writer: Any
    save_path: str | None
    save_summaries_secs: float
    save_model_secs: float

    def __init__(self, graph: Graph, logdir: str | None, stop_grace_secs: float) -> None:
        super().__init__(graph)
        self._logdir = logdir
        self._stop_grace_secs = stop_grace_secs
        self._graph_is_written = False

    def _write_graph(self) -> None:
        """Write the graph beside the checkpoints, and to TensorBoard."""
        graph_def = self._graph.as_graph_def(add_shapes=True)
        if self._logdir:
            write_graph(graph_def, self._logdir, "graph.pbtxt")
        if self.summary_writer is not None and not self._graph_is_written:
            saver_def = None if self.saver is None else self.saver.saver_def
            self.summary_writer.add_graph(self._graph)
            self.summary_writer.add_meta_graph(
                export_meta_graph(graph_def=graph_def, saver_def=saver_def, graph=self._graph)
            )
            self._graph_is_written = True

    def start_standard_services(self, sess: Session) -> list[LooperThread]:
        """Start the threads that save summaries, speed and checkpoints.

        Args:
          sess: the session.

        Returns:
          The threads; none if there is no directory for them.

        Raises:
          RuntimeError: if this is not the chief.
        """
        if not self.is_chief:
            raise RuntimeError("Only the chief supervisor can start standard services.")
        if not self._logdir:
            _log.warning("No standard services are started: the supervisor has no logdir.")
            return []
        threads: list[LooperThread] = []
        if self.summary_writer is not None:
            self.summary_writer.add_session_log(SessionLog(status=SessionLog.START))
            if self.save_summaries_secs and self.global_step is not None:
                threads.append(StepCounterThread(self, sess))
            if self.save_summaries_secs and self.summary_op is not None:
                threads.append(SummaryThread(self, sess))
        if self.saver is not None and self.save_model_secs:
            threads.append(CheckpointThread(self, sess))
        for thread in threads:
            thread.start()
        return threads

    def summary_computed(self, sess: Session, summary: Any, global_step: Any = None) -> None:
        """Write a summary.

        Args:
          sess: the session.
          summary: a `Summary`, or its bytes.
          global_step: its step; what the session says if None.

        Raises:
          RuntimeError: if there is no writer.
        """
        if self.summary_writer is None:
            raise RuntimeError(
                "There is no summary writer. Give the supervisor a logdir or a summary_writer."
            )
        if global_step is None and self.global_step is not None:
            global_step = int(sess.run(self.global_step))
        self.summary_writer.add_summary(summary, global_step)

    def stop(
        self,
        threads: Iterable[Any] | None = None,
        close_summary_writer: bool = True,
        ignore_live_threads: bool = False,
    ) -> None:
        """Stop all threads, and close the writer.

        Args:
          threads: threads to wait for, beside the supervisor's own.
          close_summary_writer: whether the writer is closed.
          ignore_live_threads: whether threads that go on are no error.

        Raises:
          RuntimeError: if threads go on.
          Exception: the one that a stop was asked for with.
        """
        self.coord.request_stop()
        try:
            self.coord.join(threads, self._stop_grace_secs, ignore_live_threads)
        finally:
            if close_summary_writer and self.summary_writer is not None:
                self.summary_writer.add_session_log(SessionLog(status=SessionLog.STOP))
                self.summary_writer.close()
                self._graph_is_written = False
