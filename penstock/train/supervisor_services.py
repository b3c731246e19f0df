"""The threads of a `Supervisor`: they save checkpoints, summaries and the speed."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from penstock.formats.event_messages import SessionLog, Summary
from penstock.train.coordinator import LooperThread

if TYPE_CHECKING:
    from penstock.train.recorded import Recorded

__all__ = ["CheckpointThread", "StepCounterThread", "SummaryThread"]

_log = logging.getLogger("tensorflow")


class _Service(LooperThread):
    """A thread of a supervisor's.

    Args:
      supervisor: the supervisor.
      session: the session.
      seconds: from one turn to the next.
    """

    def __init__(self, supervisor: Recorded, session: Any, seconds: float) -> None:
        super().__init__(supervisor.coord, seconds)
        self._supervisor = supervisor
        self._session = session

    def _step(self) -> int | None:
        step = self._supervisor.global_step
        return None if step is None else int(self._session.run(step))


class SummaryThread(_Service):
    """Writes the summaries."""

    def __init__(self, supervisor: Recorded, session: Any) -> None:
        super().__init__(supervisor, session, supervisor.save_summaries_secs)

    def run_loop(self) -> None:
        """Write them once."""
        summary = self._session.run(self._supervisor.summary_op)
        self._supervisor.summary_writer.add_summary(summary, self._step())


class StepCounterThread(_Service):
    """Writes how many global steps are done in a second."""

    def __init__(self, supervisor: Recorded, session: Any) -> None:
        super().__init__(supervisor, session, supervisor.save_summaries_secs)
        self._tag = f"{supervisor.global_step.op.name}/sec"

    def start_loop(self) -> None:
        """Begin to count."""
        self._last = time.monotonic(), self._step() or 0

    def run_loop(self) -> None:
        """Write the speed since the last time."""
        (then, before), now, step = self._last, time.monotonic(), self._step() or 0
        self._last = now, step
        speed = (step - before) / (now - then) if now > then else float("inf")
        summary = Summary(value=[Summary.Value(tag=self._tag, simple_value=speed)])
        self._supervisor.summary_writer.add_summary(summary, step)
        _log.info("%s: %g", self._tag, speed)


class CheckpointThread(_Service):
    """Saves checkpoints."""

    def __init__(self, supervisor: Recorded, session: Any) -> None:
        super().__init__(supervisor, session, supervisor.save_model_secs)

    def run_loop(self) -> None:
        """Save one."""
        supervisor = self._supervisor
        assert supervisor.saver is not None
        _log.info("Saving checkpoint to path %s", supervisor.save_path)
        supervisor.saver.save(
            self._session, supervisor.save_path, global_step=supervisor.global_step
        )
        if supervisor.summary_writer is not None and supervisor.global_step is not None:
            log = SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=supervisor.save_path)
            supervisor.summary_writer.add_session_log(log, self._step())
