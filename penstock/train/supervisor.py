"""`tf.train.Supervisor`: the older way to a session that restores, saves and summarizes."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.session.session import Session
from penstock.summary.file_writer import FileWriter
from penstock.train.global_step import get_global_step
from penstock.train.recorded import Recorded
from penstock.train.session_manager import SessionManager
from penstock.train.supervisor_defaults import (
    USE_DEFAULT,
    check_devices,
    given_or_made,
)

__all__ = ["Supervisor"]

_log = logging.getLogger("tensorflow")


class Supervisor(Recorded):
    """Makes a session ready, and saves checkpoints and summaries in threads beside the training.

    `MonitoredTrainingSession` does the same between the steps. Of what is not given, the graph's
    collections are asked, then a default is made; None means none.

    Args:
      graph: the graph; the default graph if None. It is finalized.
      ready_op: gives the names of what is not ready.
      ready_for_local_init_op: gives the names of what `local_init_op` still waits for.
      is_chief: whether this one initializes, saves and summarizes; others wait for it.
      init_op, init_feed_dict: initializes the variables, and what is fed to it.
      local_init_op: initializes local variables and tables.
      logdir: where checkpoints and summaries go; None for none.
      summary_op: gives all summaries in one.
      saver: saves and restores.
      global_step: the tensor that counts steps.
      save_summaries_secs: seconds between two summaries; 0 for none.
      save_model_secs: seconds between two checkpoints; 0 for none.
      recovery_wait_secs: seconds between two looks at whether the chief is ready.
      stop_grace_secs: seconds that threads have to end.
      checkpoint_basename: the start of the checkpoints' names.
      session_manager: makes the sessions.
      summary_writer: writes the summaries.
      init_fn: called with the session after `init_op`.
      local_init_run_options: `RunOptions` of `local_init_op`.

    Raises:
      ValueError: if this is not the chief, and a variable has no device.

    Example:
        sv = tf.train.Supervisor(logdir="/tmp/mydir")
        with sv.managed_session() as sess:
            while not sv.should_stop():
                sess.run(train_op)
    """

    USE_DEFAULT = USE_DEFAULT

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Any = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        super().__init__(default_graph() if graph is None else graph, logdir, stop_grace_secs)
        self.is_chief = is_chief
        self.init_feed_dict = init_feed_dict
        self.save_summaries_secs = save_summaries_secs
        self.save_model_secs = save_model_secs
        self._init_fn = init_fn
        with self._graph.as_default():
            self.ready_op = given_or_made(ready_op, "ready_op")
            self.ready_for_local_init_op = given_or_made(
                ready_for_local_init_op, "ready_for_local_init_op"
            )
            self.init_op = given_or_made(init_op, "init_op")
            local = given_or_made(local_init_op, "local_init_op")
            self.saver = given_or_made(saver, "saver") if is_chief else None
            self.summary_op = given_or_made(summary_op, "summary_op")
            self.global_step = get_global_step() if global_step == USE_DEFAULT else global_step
        if not is_chief:
            self.summary_op = None
            check_devices(self._graph)
        self.save_path = os.path.join(logdir, checkpoint_basename) if logdir else None
        self.summary_writer = summary_writer
        if summary_writer == self.USE_DEFAULT:
            self.summary_writer = FileWriter(logdir) if is_chief and logdir else None
        self.session_manager = session_manager or SessionManager(
            local_init_op=local,
            ready_op=self.ready_op,
            ready_for_local_init_op=self.ready_for_local_init_op,
            graph=self._graph,
            recovery_wait_secs=recovery_wait_secs,
            local_init_run_options=local_init_run_options,
        )
        self._graph.finalize()

    # Sessions

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Session:
        """Make a session that is ready, and start queue runners and the services.

        Args:
          master: the session's target.
          config: a `ConfigProto`.
          wait_for_checkpoint: whether to wait for a checkpoint.
          max_wait_secs: how many seconds at most.
          start_standard_services: whether summaries and checkpoints are saved.
        """
        self.coord.clear_stop()
        if self.summary_writer is not None:
            self.summary_writer.reopen()
        if not self.is_chief:
            session = self.session_manager.wait_for_session(master, config, max_wait_secs)
            self.start_queue_runners(session)
            return session
        session = self.session_manager.prepare_session(
            master,
            init_op=self.init_op,
            saver=self.saver,
            checkpoint_dir=self._logdir,
            wait_for_checkpoint=wait_for_checkpoint,
            max_wait_secs=max_wait_secs,
            config=config,
            init_feed_dict=self.init_feed_dict,
            init_fn=self._init_fn,
        )
        self._write_graph()
        if start_standard_services:
            _log.info("Starting standard services.")
            self.start_standard_services(session)
        self.start_queue_runners(session)
        return session

    @contextlib.contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Session]:
        """Give a session that is ready for a `with` block, and stop everything at its end.

        The end of the data is a regular end: the block's `OutOfRangeError` goes no further.

        Args:
          master: the session's target.
          config: a `ConfigProto`.
          start_standard_services: whether summaries and checkpoints are saved.
          close_summary_writer: whether the writer is closed at the end.
        """
        try:
            session = self.prepare_or_wait_for_session(
                master, config, start_standard_services=start_standard_services
            )
            yield session
        except Exception as error:
            self.request_stop(error)
        finally:
            try:
                self.stop(close_summary_writer=close_summary_writer)
            finally:
                with contextlib.suppress(UnboundLocalError):
                    session.close()

    # Names of TensorFlow's first versions
    PrepareSession = prepare_or_wait_for_session
    StartQueueRunners = Recorded.start_queue_runners
    StartStandardServices = Recorded.start_standard_services
    Stop = Recorded.stop
    RequestStop = Recorded.request_stop
    Loop = Recorded.loop
    ShouldStop = Recorded.should_stop
    StopOnException = Recorded.stop_on_exception
    WaitForStop = Recorded.wait_for_stop
    SummaryComputed = Recorded.summary_computed
