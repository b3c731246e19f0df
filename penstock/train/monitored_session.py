"""Sessions for training: they initialize, call hooks, recover, and end with their threads."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from penstock.core.errors import OutOfRangeError
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.train.scaffold import Scaffold
from penstock.train.session_creators import ChiefSessionCreator, SessionCreator
from penstock.train.session_run_hook import SessionRunHook
from penstock.train.session_turn import RECOVERABLE, SessionTurn

__all__ = ["MonitoredSession", "SingularMonitoredSession", "StepContext"]

_log = logging.getLogger("tensorflow")


class StepContext:
    """What a function given to `run_step_fn` may use.

    Args:
      session: the plain session: runs without hooks.
      run_with_hooks: runs as the monitored session does.
    """

    def __init__(self, session: Any, run_with_hooks: Callable[..., Any]) -> None:
        self._session = session
        self._run_with_hooks = run_with_hooks

    @property
    def session(self) -> Any:
        """The plain session."""
        return self._session

    def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        """Run as `MonitoredSession.run`."""
        return self._run_with_hooks(*args, **kwargs)

    def request_stop(self) -> None:
        """End the training, from within the step function.

        Raises:
          StopIteration: always; the `with` block of the monitored session takes it as the end.
        """
        raise StopIteration("step_fn has requested the iterations to stop.")


class _Monitored:
    """What both kinds of monitored sessions have in common."""

    StepContext = StepContext

    def __init__(
        self,
        creator: SessionCreator,
        hooks: Sequence[SessionRunHook] | None,
        grace_seconds: float,
        recovers: bool,
    ) -> None:
        self._was_finalized = default_graph().finalized
        self._hooks = list(hooks or [])
        self._creator = creator
        self._grace_seconds = grace_seconds
        self._recovers = recovers
        self._turn: SessionTurn | None = None
        for hook in self._hooks:
            hook.begin()
        self._turn = self._start()

    def _start(self) -> SessionTurn:
        while True:
            try:
                return SessionTurn(self._creator, self._hooks, self._grace_seconds)
            except RECOVERABLE as error:
                if not self._recovers:
                    raise
                _log.info("A session could not be made, and is tried again: %s", error)

    def _open(self) -> SessionTurn:
        if self._turn is None:
            raise RuntimeError("The session is closed. Make a new one to run again.")
        return self._turn

    @property
    def graph(self) -> Graph | None:
        """The graph that is run; None once the session is closed."""
        return None if self._turn is None else self._turn.session.graph

    def run(
        self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        """Run as `Session.run`, with what the hooks add; in a new session if the old one is lost.

        Args:
          fetches, feed_dict, options, run_metadata: as for `Session.run`.

        Raises:
          RuntimeError: if the session is closed, or a hook feeds what is fed already.
          tf.errors.OpError: as `Session.run`.
        """
        return self._recovering(lambda turn: turn.run(fetches, feed_dict, options, run_metadata))

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """Call a function that does a step, with the plain session at hand.

        Args:
          step_fn: called with a `StepContext`, in an argument named `step_context`.

        Returns:
          What it returns.

        Raises:
          ValueError: if it does not take that argument.
          StopIteration: if it calls `request_stop`.
        """
        names = list(inspect.signature(step_fn).parameters)
        if names not in (["step_context"], ["self", "step_context"]):
            raise ValueError(
                "step_fn must take one argument, `step_context` (and `self` before it, for a "
                f"method), but takes {names}."
            )

        def step(turn: SessionTurn) -> Any:
            def run_with_hooks(
                fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None
            ) -> Any:
                return turn.run(fetches, feed_dict, options, run_metadata)

            return step_fn(StepContext(turn.session, run_with_hooks))

        return self._recovering(step)

    def _recovering(self, step: Callable[[SessionTurn], Any]) -> Any:
        while True:
            turn = self._open()
            try:
                return step(turn)
            except RECOVERABLE as error:
                if not self._recovers:
                    raise
                _log.info("The session is lost, training goes on in a new one: %s", error)
                self._turn = None
                self._end_quietly(turn)
                self._turn = self._start()

    @staticmethod
    def _end_quietly(turn: SessionTurn) -> None:
        try:
            turn.close()
        except Exception as error:
            _log.info("The lost session could not be closed: %s", error)

    def should_stop(self) -> bool:
        """Tell whether the training is to end, or has."""
        return self._turn is None or self._turn.coord.should_stop()

    def close(self) -> None:
        """End the training: call the hooks' `end`, stop the threads, close the session.

        Raises:
          RuntimeError: if it is closed already.
        """
        self._close(is_regular=True)

    def _close(self, is_regular: bool) -> None:
        turn = self._open()
        try:
            if is_regular:
                for hook in self._hooks:
                    hook.end(turn.session)
        finally:
            self._turn = None
            try:
                turn.close()
            finally:
                if not self._was_finalized:
                    turn.session.graph._unsafe_unfinalize()

    def _tf_sess(self) -> Any:
        """Give the plain session."""
        return None if self._turn is None else self._turn.session

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        # The end of the data, or of what a step function does, is a regular end.
        is_regular = kind is None or kind in (OutOfRangeError, StopIteration)
        self._close(is_regular)
        return is_regular


class MonitoredSession(_Monitored):
    """A session for training that recovers.

    It makes and initializes or restores a session, starts queue runners, calls hooks at each run,
    and makes a new session when one is lost with a process of a cluster. At the end of the `with`
    block it stops the threads and closes the session.

    Args:
      session_creator: makes the sessions; a `ChiefSessionCreator` if None.
      hooks: what is called at each turn.
      stop_grace_period_secs: seconds that threads have to end.

    Example:
        with tf.train.MonitoredSession(hooks=[tf.train.StopAtStepHook(last_step=100)]) as sess:
            while not sess.should_stop():
                sess.run(train_op)
    """

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        creator = session_creator or ChiefSessionCreator()
        super().__init__(creator, hooks, stop_grace_period_secs, recovers=True)


class SingularMonitoredSession(_Monitored):
    """A session for training that does not recover, and gives its plain session.

    Args:
      hooks: what is called at each turn.
      scaffold: what initializes, restores and tells that all is ready.
      master: the session's target.
      config: a `ConfigProto`.
      checkpoint_dir: where the newest checkpoint is looked for.
      stop_grace_period_secs: seconds that threads have to end.
      checkpoint_filename_with_path: one checkpoint, in place of a directory.
    """

    def __init__(
        self,
        hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(
            scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path
        )
        super().__init__(creator, hooks, stop_grace_period_secs, recovers=False)

    def raw_session(self) -> Any:
        """Give the plain session: its runs call no hooks."""
        return self._tf_sess()
