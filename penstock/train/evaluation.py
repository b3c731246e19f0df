"""Evaluating a model by its checkpoints, while it is trained or afterwards."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.core.dtypes import int64
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Zeros
from penstock.functions.state import assign_add
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.summary.summary_nodes import merge_all
from penstock.summary.writer_cache import FileWriterCache
from penstock.train.basic_hooks import FinalOpsHook
from penstock.train.checkpoint_files import checkpoints_iterator, latest_checkpoint
from penstock.train.global_step import get_or_create_global_step, global_step
from penstock.train.monitored_session import MonitoredSession
from penstock.train.session_creators import ChiefSessionCreator
from penstock.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

__all__ = [
    "StopAfterNEvalsHook",
    "SummaryAtEndHook",
    "evaluate_once",
    "evaluate_repeatedly",
    "get_or_create_eval_step",
    "wait_for_new_checkpoint",
]

_log = logging.getLogger("tensorflow")
_EVAL_STEP = "eval_step"


def get_or_create_eval_step() -> Any:
    """Give the local variable that counts the steps of an evaluation; make it if it is not there.

    Raises:
      ValueError: if the graph has several.
    """
    found = default_graph().get_collection(GraphKeys.EVAL_STEP)
    if len(found) > 1:
        raise ValueError(
            f"A graph has one variable that counts the steps of an evaluation, but this one has "
            f"{[each.name for each in found]} in the collection {GraphKeys.EVAL_STEP!r}."
        )
    if found:
        return found[0]
    return get_variable(
        _EVAL_STEP,
        shape=[],
        dtype=int64,
        initializer=Zeros(),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.EVAL_STEP],
    )


def wait_for_new_checkpoint(
    checkpoint_dir: str,
    last_checkpoint: str | None = None,
    seconds_to_sleep: float = 1,
    timeout: float | None = None,
) -> str | None:
    """Wait until there is another checkpoint in a directory.

    Args:
      checkpoint_dir: the directory.
      last_checkpoint: the one that is known; None for none.
      seconds_to_sleep: seconds between two looks.
      timeout: seconds to wait at most; None for no limit.

    Returns:
      The new checkpoint's path; None if the time is up.
    """
    end = math.inf if timeout is None else time.monotonic() + timeout
    while True:
        found = latest_checkpoint(checkpoint_dir)
        if found is not None and found != last_checkpoint:
            return found
        if time.monotonic() + seconds_to_sleep > end:
            return None
        time.sleep(seconds_to_sleep)


class StopAfterNEvalsHook(SessionRunHook):
    """Asks for a stop after so many steps of an evaluation.

    Args:
      num_evals: how many; None for no limit.
      log_progress: whether each is logged.
    """

    def __init__(self, num_evals: int | None, log_progress: bool = True) -> None:
        self._num_evals = num_evals
        self._log_progress = log_progress
        self._count: Any = None

    def _set_evals_completed_tensor(self, updated_eval_step: Any) -> None:
        """Be told the tensor that counts the steps; evaluations call this."""
        self._count = updated_eval_step

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the count."""
        return SessionRunArgs({"evals_completed": self._count})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Ask for a stop if it is enough."""
        done = int(run_values.results["evals_completed"])
        if self._log_progress:
            _log.info("Evaluation [%d/%s]", done, self._num_evals or "?")
        if self._num_evals is not None and done >= self._num_evals:
            run_context.request_stop()


class SummaryAtEndHook(SessionRunHook):
    """Writes summaries once, at the end.

    Args:
      log_dir: where to.
      summary_writer: the `FileWriter` to write with, in place of a directory.
      summary_op: the summaries; all in the graph if None.
      feed_dict: what is fed to get them.

    Raises:
      ValueError: if there is neither a directory nor a writer.
    """

    def __init__(
        self,
        log_dir: str | None = None,
        summary_writer: Any = None,
        summary_op: Any = None,
        feed_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        if log_dir is None and summary_writer is None:
            raise ValueError(
                "SummaryAtEndHook needs to know where summaries go: give it log_dir or "
                "summary_writer."
            )
        self._log_dir = log_dir
        self._writer = summary_writer
        self._given_op = summary_op
        self._feed_dict = feed_dict

    def begin(self) -> None:
        """Find the summaries and the global step."""
        self._summary_op = merge_all() if self._given_op is None else self._given_op
        self._step = get_or_create_global_step()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Open the writer."""
        if self._writer is None:
            self._writer = FileWriterCache.get(self._log_dir)

    def end(self, session: Any) -> None:
        """Write."""
        if self._summary_op is not None:
            step = global_step(session, self._step)
            self._writer.add_summary(session.run(self._summary_op, self._feed_dict), step)
        self._writer.flush()


def _counted(eval_ops: Any, hooks: Sequence[Any]) -> Any:
    """Add the count of the steps to what a step runs, and tell it to the hooks that want it."""
    step = get_or_create_eval_step()
    if eval_ops is None:
        return None
    count = assign_add(step, 1, use_locking=True)
    for hook in hooks:
        if isinstance(hook, StopAfterNEvalsHook):
            hook._set_evals_completed_tensor(count)
    if isinstance(eval_ops, Mapping):
        return {**eval_ops, "update_eval_step": count}
    if isinstance(eval_ops, (list, tuple)):
        return [*eval_ops, count]
    return {"eval_ops": eval_ops, "update_eval_step": count}


def _run(creator: ChiefSessionCreator, hooks: Sequence[Any], eval_ops: Any, feed_dict: Any) -> None:
    with MonitoredSession(session_creator=creator, hooks=hooks) as session:
        if eval_ops is not None:
            while not session.should_stop():
                session.run(eval_ops, feed_dict)


def evaluate_once(
    checkpoint_path: str | None,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    hooks: Sequence[Any] | None = None,
    config: Any = None,
) -> Any:
    """Evaluate a checkpoint.

    Args:
      checkpoint_path: the checkpoint.
      master: the target of the session.
      scaffold: the `tf.train.Scaffold` of the session.
      eval_ops: what is run again and again, until a hook asks for a stop or the data end: an
        operation, or a list or dict of them; None for nothing.
      feed_dict: what is fed to it.
      final_ops: what is fetched at the end.
      final_ops_feed_dict: what is fed then.
      hooks: hooks of the session, such as a `StopAfterNEvalsHook`.
      config: the session's `ConfigProto`.

    Returns:
      The values of `final_ops`; None if there are none.
    """
    final = FinalOpsHook(final_ops, final_ops_feed_dict)
    each = [*(hooks or ()), final]
    eval_ops = _counted(eval_ops, each)
    creator = ChiefSessionCreator(
        scaffold=scaffold,
        checkpoint_filename_with_path=checkpoint_path,
        master=master,
        config=config,
    )
    _run(creator, each, eval_ops, feed_dict)
    return final.final_ops_values


def evaluate_repeatedly(
    checkpoint_dir: str,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    eval_interval_secs: float = 60,
    hooks: Sequence[Any] | None = None,
    config: Any = None,
    max_number_of_evaluations: int | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Any:
    """Evaluate each new checkpoint in a directory.

    Args:
      checkpoint_dir: the directory.
      master, scaffold, eval_ops, feed_dict, final_ops, final_ops_feed_dict: see `evaluate_once`.
      eval_interval_secs: seconds between two evaluations at least.
      hooks, config: see `evaluate_once`.
      max_number_of_evaluations: how many; None for no limit.
      timeout: seconds to wait for a checkpoint; None for no limit.
      timeout_fn: called when the time is up: whether that is the end.

    Returns:
      The values of `final_ops` in the last evaluation.
    """
    final = FinalOpsHook(final_ops, final_ops_feed_dict)
    each = [*(hooks or ()), final]
    eval_ops = _counted(eval_ops, each)
    paths = checkpoints_iterator(checkpoint_dir, eval_interval_secs, timeout, timeout_fn)
    for done, path in enumerate(paths, 1):
        creator = ChiefSessionCreator(
            scaffold=scaffold, checkpoint_filename_with_path=path, master=master, config=config
        )
        _run(creator, each, eval_ops, feed_dict)
        if max_number_of_evaluations is not None and done >= max_number_of_evaluations:
            break
    return final.final_ops_values
