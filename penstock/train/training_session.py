"""`tf.train.MonitoredTrainingSession`: a monitored session with the usual hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.train.checkpoint_hooks import CheckpointSaverHook
from penstock.train.monitored_session import MonitoredSession
from penstock.train.scaffold import Scaffold
from penstock.train.session_creators import ChiefSessionCreator, WorkerSessionCreator
from penstock.train.session_run_hook import SessionRunHook
from penstock.train.summary_hooks import StepCounterHook, SummarySaverHook

__all__ = ["MonitoredTrainingSession"]

USE_DEFAULT: Any = object()


def MonitoredTrainingSession(  # noqa: N802 (TensorFlow's name)
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: Any = USE_DEFAULT,
    save_summaries_steps: Any = USE_DEFAULT,
    save_summaries_secs: Any = USE_DEFAULT,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = USE_DEFAULT,
    summary_dir: str | None = None,
) -> MonitoredSession:
    """Make a monitored session that saves checkpoints and summaries if it is the chief's.

    Args:
      master: the session's target.
      is_chief: whether this one initializes and saves; others wait for it.
      checkpoint_dir: where checkpoints are restored from and saved to.
      scaffold: what initializes, restores and saves.
      hooks: further hooks.
      chief_only_hooks: further hooks of the chief alone.
      save_checkpoint_secs, save_checkpoint_steps: seconds or steps between two checkpoints; by
        default 600 seconds, None for none.
      save_summaries_steps, save_summaries_secs: steps or seconds between two summaries; by default
        100 steps, None for none.
      config: a `ConfigProto`.
      stop_grace_period_secs: seconds that threads have to end.
      log_step_count_steps: steps between two lines about the speed; None for none.
      max_wait_secs: how many seconds others wait for the chief.
      summary_dir: where summaries go; `checkpoint_dir` by default.
    """
    scaffold = scaffold or Scaffold()
    if not is_chief:
        worker = WorkerSessionCreator(scaffold, master, config, max_wait_secs)
        return MonitoredSession(worker, hooks, stop_grace_period_secs)
    steps, seconds = _interval(save_summaries_steps, save_summaries_secs, default_steps=100)
    all_hooks = list(chief_only_hooks or [])
    summary_dir = summary_dir or checkpoint_dir
    if summary_dir:
        if log_step_count_steps:
            all_hooks.append(
                StepCounterHook(output_dir=summary_dir, every_n_steps=log_step_count_steps)
            )
        if steps or seconds:
            all_hooks.append(SummarySaverHook(steps, seconds, summary_dir, scaffold=scaffold))
    if checkpoint_dir:
        steps, seconds = _interval(save_checkpoint_steps, save_checkpoint_secs, default_seconds=600)
        if steps or seconds:
            all_hooks.append(CheckpointSaverHook(checkpoint_dir, seconds, steps, scaffold=scaffold))
    all_hooks.extend(hooks or [])
    chief = ChiefSessionCreator(scaffold, master, config, checkpoint_dir)
    return MonitoredSession(chief, all_hooks, stop_grace_period_secs)


def _interval(
    steps: Any, seconds: Any, default_steps: int | None = None, default_seconds: float | None = None
) -> tuple[int | None, float | None]:
    """Give the steps and seconds between two events; the default if neither was said."""
    if steps is USE_DEFAULT and seconds is USE_DEFAULT:
        return default_steps, default_seconds
    return (
        None if steps is USE_DEFAULT else steps,
        None if seconds is USE_DEFAULT else seconds,
    )
