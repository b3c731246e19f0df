"""Hooks that write summaries for TensorBoard while a training runs."""

from __future__ import annotations

import logging
from typing import Any

from penstock.formats.event_messages import SessionLog, Summary
from penstock.graph.default import default_graph
from penstock.summary.writer_cache import FileWriterCache
from penstock.train.global_step import get_global_step, global_step_read
from penstock.train.scaffold import Scaffold
from penstock.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from penstock.train.step_timer import SecondOrStepTimer

__all__ = ["StepCounterHook", "SummarySaverHook"]

_log = logging.getLogger("tensorflow")


class SummarySaverHook(SessionRunHook):
    """Writes summaries every so many steps or seconds.

    Args:
      save_steps: steps between two.
      save_secs: seconds between two; exactly one of both is given.
      output_dir: where to.
      summary_writer: the `FileWriter` to write with, in place of a directory.
      scaffold: the scaffold whose `summary_op` is written.
      summary_op: the summaries, a tensor or a list of them; exactly one of both is given.

    Raises:
      ValueError: if both or none are given of two that exclude each other.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
        scaffold: Scaffold | None = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError("Exactly one of scaffold and summary_op must be given.")
        self._summary_op = summary_op
        self._scaffold = scaffold
        self._output_dir = output_dir
        self._writer = summary_writer
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)

    def begin(self) -> None:
        """Find the global step.

        Raises:
          RuntimeError: if the graph has none.
        """
        if self._writer is None and self._output_dir:
            self._writer = FileWriterCache.get(self._output_dir)
        self._next_step: int | None = None
        self._step = global_step_read(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the global step, and for the summaries if they are due."""
        self._is_due = self._next_step is None or self._timer.should_trigger_for_step(
            self._next_step
        )
        wanted = {"global_step": self._step}
        summaries = self._summaries() if self._is_due else None
        if summaries is not None:
            wanted["summary"] = summaries
        return SessionRunArgs(wanted)

    def _summaries(self) -> Any:
        found = self._summary_op
        if found is None:
            assert self._scaffold is not None
            found = self._scaffold.summary_op
        if found is None:
            return None
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Write them."""
        if self._writer is None:
            return
        step = int(run_values.results["global_step"]) + 1
        if self._is_due:
            step = int(run_context.session.run(self._step))
            if self._next_step is None:
                self._writer.add_session_log(SessionLog(status=SessionLog.START), step)
            self._timer.update_last_triggered_step(self._next_step or step)
            for summary in run_values.results.get("summary", ()):
                self._writer.add_summary(summary, step)
        self._next_step = step + 1

    def end(self, session: Any) -> None:
        """See that all is on disk."""
        if self._writer is not None:
            self._writer.flush()


class StepCounterHook(SessionRunHook):
    """Logs and writes how many global steps are done in a second.

    Args:
      every_n_steps: steps between two.
      every_n_secs: seconds between two; exactly one of both is given.
      output_dir: where summaries go.
      summary_writer: the `FileWriter` to write with, in place of a directory.

    Raises:
      ValueError: if both or none of the intervals are given.
    """

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
    ) -> None:
        self._timer = SecondOrStepTimer(every_secs=every_n_secs, every_steps=every_n_steps)
        self._output_dir = output_dir
        self._writer = summary_writer

    def begin(self) -> None:
        """Find the global step.

        Raises:
          RuntimeError: if the graph has none.
        """
        if self._writer is None and self._output_dir:
            self._writer = FileWriterCache.get(self._output_dir)
        self._step = global_step_read(self)
        self._tag = f"{get_global_step(default_graph()).op.name}/sec"

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the global step."""
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Tell the speed if it is due."""
        if not self._timer.should_trigger_for_step(int(run_values.results) + 1):
            return
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step):
            seconds, steps = self._timer.update_last_triggered_step(step)
            if seconds and steps is not None:
                self._tell(steps / seconds, step)

    def _tell(self, speed: float, step: int) -> None:
        if self._writer is not None:
            value = Summary.Value(tag=self._tag, simple_value=speed)
            self._writer.add_summary(Summary(value=[value]), step)
        _log.info("%s: %g", self._tag, speed)
