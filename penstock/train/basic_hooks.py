"""Hooks that stop, wait, feed, and look at tensors."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from penstock.graph.default import default_graph
from penstock.graph.node import Node, Tensor
from penstock.train.global_step import global_step_read
from penstock.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from penstock.train.step_timer import SecondOrStepTimer

__all__ = [
    "FeedFnHook",
    "FinalOpsHook",
    "GlobalStepWaiterHook",
    "LoggingTensorHook",
    "NanLossDuringTrainingError",
    "NanTensorHook",
    "StopAtStepHook",
]

_log = logging.getLogger("tensorflow")


class StopAtStepHook(SessionRunHook):
    """Asks for a stop when enough steps are done.

    Args:
      num_steps: how many, counted from where this run of the program begins.
      last_step: the global step at which to stop; exactly one of both is given.

    Raises:
      ValueError: if both or none are given.
    """

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if (num_steps is None) == (last_step is None):
            raise ValueError(
                "Exactly one of num_steps and last_step must be given, but they are "
                f"{num_steps!r} and {last_step!r}."
            )
        self._num_steps = num_steps
        self._last_step = last_step

    def begin(self) -> None:
        """Find the global step.

        Raises:
          RuntimeError: if the graph has none.
        """
        self._step = global_step_read(self)

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Settle the last step."""
        if self._last_step is None:
            assert self._num_steps is not None
            self._last_step = int(session.run(self._step)) + self._num_steps

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the global step."""
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Ask for a stop if this was the last step."""
        assert self._last_step is not None
        # The step may have been read before the run counted it, and others may count, too.
        is_near = run_values.results + 1 >= self._last_step
        if is_near and run_context.session.run(self._step) >= self._last_step:
            run_context.request_stop()


class GlobalStepWaiterHook(SessionRunHook):
    """Lets a worker begin late: it waits until the global step has come so far.

    Args:
      wait_until_step: the step to wait for.
    """

    _PAUSE_SECONDS = 0.5
    _LOG_SECONDS = 30

    def __init__(self, wait_until_step: int) -> None:
        self._wait_until_step = wait_until_step
        self._is_done = False

    def begin(self) -> None:
        """Find the global step.

        Raises:
          RuntimeError: if the graph has none.
        """
        self._step = global_step_read(self)

    def before_run(self, run_context: SessionRunContext) -> None:
        """Wait, if this is the first run."""
        if self._is_done or self._wait_until_step <= 0:
            self._is_done = True
            return
        told = -float("inf")
        while (step := int(run_context.session.run(self._step))) < self._wait_until_step:
            if time.monotonic() >= told + self._LOG_SECONDS:
                told = time.monotonic()
                _log.info("Waiting for global step %d; it is %d.", self._wait_until_step, step)
            time.sleep(self._PAUSE_SECONDS)
        self._is_done = True


class FeedFnHook(SessionRunHook):
    """Feeds each run with what a function gives.

    Args:
      feed_fn: a function of no arguments that gives a `feed_dict`.
    """

    def __init__(self, feed_fn: Callable[[], Mapping[Any, Any]]) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Call the function."""
        return SessionRunArgs(fetches=None, feed_dict=self.feed_fn())


class FinalOpsHook(SessionRunHook):
    """Evaluates tensors at the end.

    Args:
      final_ops: what is fetched at the end.
      final_ops_feed_dict: what is fed then.
    """

    def __init__(self, final_ops: Any, final_ops_feed_dict: Any = None) -> None:
        self._final_ops = final_ops
        self._feed_dict = final_ops_feed_dict
        self._values: Any = None

    @property
    def final_ops_values(self) -> Any:
        """The values, once the end has come."""
        return self._values

    def end(self, session: Any) -> None:
        """Evaluate."""
        if self._final_ops is not None:
            self._values = session.run(self._final_ops, feed_dict=self._feed_dict)


class NanLossDuringTrainingError(RuntimeError):
    """The loss is not a number any more."""

    def __str__(self) -> str:
        return "NaN loss during training."


class NanTensorHook(SessionRunHook):
    """Watches a tensor, such as the loss, for NaN.

    Args:
      loss_tensor: the tensor.
      fail_on_nan_loss: whether NaN raises `NanLossDuringTrainingError`; else training is stopped.
    """

    def __init__(self, loss_tensor: Tensor, fail_on_nan_loss: bool = True) -> None:
        self._loss = loss_tensor
        self._fails = fail_on_nan_loss

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the tensor."""
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look at it.

        Raises:
          NanLossDuringTrainingError: if it has a NaN, unless training is only stopped.
        """
        if not np.isnan(run_values.results).any():
            return
        if self._fails:
            _log.error("Model diverged with loss = NaN.")
            raise NanLossDuringTrainingError
        _log.warning("Model diverged with loss = NaN.")
        run_context.request_stop()


class LoggingTensorHook(SessionRunHook):
    """Logs the values of tensors, at level INFO.

    Args:
      tensors: tensors or their names: a dict from what they are called, or an iterable.
      every_n_iter: how many runs from one line to the next.
      every_n_secs: how many seconds; at most one of both is given.
      at_end: whether to log at the end, too.
      formatter: from a dict of values by tag to the line.

    Raises:
      ValueError: if not exactly one of the intervals is given, and `at_end` is false too, or
        `every_n_iter` is not positive.
    """

    def __init__(
        self,
        tensors: Mapping[str, Any] | Iterable[Any],
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[dict[str, Any]], str] | None = None,
    ) -> None:
        intervals = [each for each in (every_n_iter, every_n_secs) if each is not None]
        if len(intervals) > 1 or not (intervals or at_end):
            raise ValueError(
                "Exactly one of every_n_iter and every_n_secs must be given, or none and "
                f"at_end=True, but they are {every_n_iter!r} and {every_n_secs!r}."
            )
        if every_n_iter is not None and every_n_iter <= 0:
            raise ValueError(f"every_n_iter must be positive, but is {every_n_iter}.")
        if isinstance(tensors, Mapping):
            self._named, self._order = dict(tensors), list(tensors)
        else:
            listed = list(tensors)
            self._order = [getattr(each, "name", each) for each in listed]
            self._named = dict(zip(self._order, listed, strict=True))
        self._at_end = at_end
        self._formatter = formatter
        self._timer = SecondOrStepTimer(every_n_secs, every_n_iter) if intervals else None

    def begin(self) -> None:
        """Find the tensors by their names."""
        if self._timer is not None:
            self._timer.reset()
        self._count = 0
        graph = default_graph()
        self._current = {tag: _element(graph, each) for tag, each in self._named.items()}

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Ask for the tensors if a line is due."""
        self._is_due = self._timer is not None and self._timer.should_trigger_for_step(self._count)
        return SessionRunArgs(self._current) if self._is_due else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Log them."""
        if self._is_due:
            self._tell(run_values.results)
        self._count += 1

    def end(self, session: Any) -> None:
        """Log them a last time."""
        if self._at_end:
            self._tell(session.run(self._current))

    def _tell(self, values: dict[str, Any]) -> None:
        seconds = None
        if self._timer is not None:
            seconds, _ = self._timer.update_last_triggered_step(self._count)
        if self._formatter is not None:
            _log.info(self._formatter(values))
            return
        text = ", ".join(f"{tag} = {values[tag]}" for tag in self._order)
        _log.info(text if seconds is None else f"{text} ({seconds:.3f} sec)")


def _element(graph: Any, named: Any) -> Tensor | Node:
    """Give a tensor for its name; a name without a colon is that of an operation's first output."""
    if not isinstance(named, str):
        return graph.as_graph_element(named)  # type: ignore[no-any-return]
    found = graph.as_graph_element(named)
    return found.outputs[0] if isinstance(found, Node) and found.outputs else found
