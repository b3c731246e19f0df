"""Hooks that save checkpoints while a training runs."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

from penstock.formats.event_messages import SessionLog
from penstock.formats.graph_files import write_graph
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.summary.writer_cache import FileWriterCache
from penstock.train.global_step import global_step_read
from penstock.train.meta_graph import export_meta_graph
from penstock.train.saver import Saver
from penstock.train.scaffold import Scaffold
from penstock.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from penstock.train.step_timer import SecondOrStepTimer

__all__ = ["CheckpointSaverHook", "CheckpointSaverListener"]

_log = logging.getLogger("tensorflow")


class CheckpointSaverListener:
    """A base class: what a `CheckpointSaverHook` calls around its saves. Override what you need."""

    def begin(self) -> None:
        """Called before the graph is finalized."""

    def before_save(self, session: Any, global_step_value: int) -> None:
        """Called before each save."""

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        """Called after each save.

        Returns:
          True to end the training.
        """

    def end(self, session: Any, global_step_value: int) -> None:
        """Called at the end, after the last save."""


class CheckpointSaverHook(SessionRunHook):
    """Saves checkpoints every so many seconds or steps, at the beginning and at the end.

    Args:
      checkpoint_dir: where.
      save_secs: seconds between two.
      save_steps: steps between two; exactly one of both is given.
      saver: what saves.
      checkpoint_basename: the start of their names.
      scaffold: the scaffold whose saver saves, in place of `saver`; without both, the one in the
        graph's collection.
      listeners: what is called around each save.

    Raises:
      ValueError: if both or none of the intervals, or both a saver and a scaffold are given.
    """

    def __init__(
        self,
        checkpoint_dir: str,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Saver | None = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Scaffold | None = None,
        listeners: Sequence[CheckpointSaverListener] | None = None,
    ) -> None:
        if saver is not None and scaffold is not None:
            raise ValueError("Give a saver or a scaffold, which has one; not both.")
        self._directory = checkpoint_dir
        self._path = os.path.join(checkpoint_dir, checkpoint_basename)
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)
        self._given_saver = saver
        self._scaffold = scaffold
        self._listeners = list(listeners or [])

    def begin(self) -> None:
        """Find the global step.

        Raises:
          RuntimeError: if the graph has none.
        """
        self._writer = FileWriterCache.get(self._directory)
        self._step = global_step_read(self)
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Write the graph, and save a first time."""
        step = int(session.run(self._step))
        graph = default_graph()
        graph_def = graph.as_graph_def(add_shapes=True)
        write_graph(graph_def, self._directory, "graph.pbtxt")
        self._writer.add_graph(graph)
        saver = self._saver()
        self._writer.add_meta_graph(
            export_meta_graph(graph_def=graph_def, saver_def=saver.saver_def)
        )
        self._save(session, step)
        self._timer.update_last_triggered_step(step)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the global step."""
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Save if it is due."""
        if not self._timer.should_trigger_for_step(int(run_values.results) + 1):
            return
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step):
            self._timer.update_last_triggered_step(step)
            if self._save(run_context.session, step):
                run_context.request_stop()

    def end(self, session: Any) -> None:
        """Save a last time."""
        step = int(session.run(self._step))
        if step != self._timer.last_triggered_step():
            self._save(session, step)
        for listener in self._listeners:
            listener.end(session, step)

    def _save(self, session: Any, step: int) -> bool:
        """Save; tells whether a listener asks to stop."""
        _log.info("Saving checkpoints for %d into %s.", step, self._path)
        for listener in self._listeners:
            listener.before_save(session, step)
        self._saver().save(session, self._path, global_step=step)
        self._writer.add_session_log(
            SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=self._path), step
        )
        answers = [listener.after_save(session, step) for listener in self._listeners]
        return any(answers)

    def _saver(self) -> Any:
        if self._given_saver is not None:
            return self._given_saver
        if self._scaffold is not None:
            return self._scaffold.saver
        savers = default_graph().get_collection(GraphKeys.SAVERS)
        if len(savers) != 1:
            raise RuntimeError(
                f"CheckpointSaverHook needs one saver, but the collection {GraphKeys.SAVERS!r} has "
                f"{len(savers)}. Give the hook a saver or a scaffold."
            )
        return savers[0]
