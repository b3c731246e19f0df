"""What looks into and adds to each run of a monitored session: `tf.train.SessionRunHook`."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["SessionRunArgs", "SessionRunContext", "SessionRunHook", "SessionRunValues"]


class SessionRunArgs(NamedTuple):
    """What a hook wants added to a run.

    Attributes:
      fetches: what is fetched beside, as for `Session.run`.
      feed_dict: what is fed beside; no tensor may be fed twice.
      options: a `RunOptions` to merge with the caller's.
    """

    fetches: Any
    feed_dict: Any = None
    options: Any = None


class SessionRunValues(NamedTuple):
    """What a run gave for a hook.

    Attributes:
      results: the values of the hook's fetches; None if it wanted none.
      options: the `RunOptions` of the run.
      run_metadata: its `RunMetadata`.
    """

    results: Any
    options: Any
    run_metadata: Any


class SessionRunContext:
    """What a hook may know and ask for around a run.

    Args:
      original_args: what the caller asked for, as `SessionRunArgs`.
      session: the plain session that does the run.
    """

    def __init__(self, original_args: SessionRunArgs, session: Any) -> None:
        self._original_args = original_args
        self._session = session
        self._stop_requested = False

    @property
    def original_args(self) -> SessionRunArgs:
        """What the caller asked for."""
        return self._original_args

    @property
    def session(self) -> Any:
        """The session that does the run."""
        return self._session

    @property
    def stop_requested(self) -> bool:
        """Whether a hook asked the training to stop."""
        return self._stop_requested

    def request_stop(self) -> None:
        """Have `should_stop` of the monitored session give true after this run."""
        self._stop_requested = True


class SessionRunHook:
    """A base class: what a monitored session calls at its turns. Override what you need."""

    def begin(self) -> None:
        """Called once, before the graph is finalized: nodes may be added here."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Called when a session was made, also after a recovery; the graph is final.

        Args:
          session: the new session.
          coord: the `Coordinator` of all threads.
        """

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Called before each run.

        Args:
          run_context: the run.

        Returns:
          What to add to the run, or None.
        """

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Called after each run that did not fail.

        Args:
          run_context: the run.
          run_values: what it gave for this hook.
        """

    def end(self, session: Any) -> None:
        """Called at the end, if nothing failed but for the end of the data.

        Args:
          session: the session, still open.
        """
