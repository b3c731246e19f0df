"""`tf.train.ProfilerHook`: files that show how long steps take."""

from __future__ import annotations

import json
import os
import time

from penstock.core.run_options import RunOptions
from penstock.train.global_step import global_step_read
from penstock.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from penstock.train.step_timer import SecondOrStepTimer

__all__ = ["ProfilerHook"]


class ProfilerHook(SessionRunHook):
    """Writes, every so many steps or seconds, when a step began and how long it took.

    The files are ``timeline-<step>.json`` in Chrome's trace format: open them at
    ``chrome://tracing``. A compiled step is one program, so it is one bar in the picture; JAX's own
    profiler looks into it.

    Args:
      save_steps: steps between two files.
      save_secs: seconds between two; exactly one of both is given.
      output_dir: where files go; the current directory if empty.
      show_dataflow, show_memory: taken for TensorFlow's sake.

    Raises:
      ValueError: if both or none of the intervals are given.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str = "",
        show_dataflow: bool = True,
        show_memory: bool = False,
    ) -> None:
        self._output_file = os.path.join(output_dir, "timeline-{}.json")
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)

    def begin(self) -> None:
        """Find the global step.

        Raises:
          RuntimeError: if the graph has none.
        """
        self._next_step: int | None = None
        self._step = global_step_read(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the global step, and for a full trace if a file is due."""
        self._is_due = self._next_step is not None and self._timer.should_trigger_for_step(
            self._next_step
        )
        options = RunOptions(trace_level=RunOptions.FULL_TRACE) if self._is_due else None
        self._begun = time.perf_counter()
        return SessionRunArgs({"global_step": self._step}, options=options)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Write the file."""
        seconds = time.perf_counter() - self._begun
        step = int(run_values.results["global_step"])
        if self._next_step is None:
            self._timer.update_last_triggered_step(step)
        step += 1
        if self._is_due:
            step = int(run_context.session.run(self._step))
            self._timer.update_last_triggered_step(step)
            self._save(step, seconds)
        self._next_step = step + 1

    def _save(self, step: int, seconds: float) -> None:
        events = [
            {"name": "process_name", "ph": "M", "pid": 0, "args": {"name": "Session.run"}},
            {
                "name": f"step {step}",
                "cat": "Op",
                "ph": "X",
                "pid": 0,
                "tid": 0,
                "ts": self._begun * 1e6,
                "dur": seconds * 1e6,
                "args": {"name": f"step {step}", "op": "Session.run"},
            },
        ]
        path = self._output_file.format(step)
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"traceEvents": events}, file, indent=4)
