"""A monitored session from its start, or a recovery, to the next: how it runs with hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.errors import AbortedError, UnavailableError
from penstock.core.run_options import RunMetadata, RunOptions
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.train.coordinator import Coordinator
from penstock.train.queue_threads import start_queue_runners
from penstock.train.session_creators import SessionCreator
from penstock.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

__all__ = ["RECOVERABLE", "SessionTurn"]

# What a lost process of a cluster shows by: training goes on in a new session.
RECOVERABLE = (AbortedError, UnavailableError)


class SessionTurn:
    """One session with its coordinator and threads.

    Args:
      creator: makes the session.
      hooks: what is called at each run.
      grace_seconds: seconds that threads have to end.

    Attributes:
      session: the plain session.
      coord: stops the threads.
    """

    def __init__(
        self, creator: SessionCreator, hooks: Sequence[SessionRunHook], grace_seconds: float
    ) -> None:
        self.session = creator.create_session()
        self.coord = Coordinator(clean_stop_exception_types=())
        self._hooks = hooks
        self._grace_seconds = grace_seconds
        if default_graph().get_collection(GraphKeys.QUEUE_RUNNERS):
            start_queue_runners(sess=self.session, coord=self.coord)
        for hook in hooks:
            hook.after_create_session(self.session, self.coord)

    def run(self, fetches: Any, feed_dict: Any, options: Any, run_metadata: Any) -> Any:
        """Run with the hooks; an error of a thread goes before its consequences here."""
        try:
            return self._run(fetches, feed_dict, options, run_metadata)
        except RECOVERABLE:
            raise
        except Exception as error:
            try:
                self.coord.raise_requested_exception()
            except RECOVERABLE:
                raise
            except Exception:
                raise error from None
            raise

    def _run(self, fetches: Any, feed_dict: Any, options: Any, run_metadata: Any) -> Any:
        context = SessionRunContext(
            SessionRunArgs(fetches, feed_dict, options or RunOptions()), self.session
        )
        run_metadata = run_metadata or RunMetadata()
        wanted: dict[Any, Any] = {"caller": fetches}
        feeds = dict(feed_dict or {})
        merged = options
        for hook in self._hooks:
            asked = hook.before_run(context)
            if asked is None:
                continue
            if asked.fetches is not None:
                wanted[hook] = asked.fetches
            if asked.feed_dict:
                _add_feeds(feeds, asked.feed_dict)
            if asked.options:
                merged = _merged(merged or RunOptions(), asked.options)
        values = self.session.run(
            wanted, feed_dict=feeds or None, options=merged, run_metadata=run_metadata
        )
        for hook in self._hooks:
            seen = SessionRunValues(values.get(hook), merged or RunOptions(), run_metadata)
            hook.after_run(context, seen)
        if context.stop_requested:
            self.coord.request_stop()
        return values["caller"]

    def close(self) -> None:
        """Stop the threads, and close the session."""
        self.coord.request_stop()
        try:
            self.coord.join(stop_grace_period_secs=self._grace_seconds, ignore_live_threads=True)
        finally:
            self.session.close()


def _add_feeds(feeds: dict[Any, Any], more: Any) -> None:
    twice = [key for key in more if key in feeds]
    if twice:
        raise RuntimeError(
            f"The same tensor is fed by a SessionRunHook and by another or the caller: {twice}. "
            "Feed each at one place."
        )
    feeds.update(more)


def _merged(options: RunOptions, more: RunOptions) -> RunOptions:
    """Give options that ask for what either asks for."""
    merged = RunOptions()
    merged.CopyFrom(options)
    merged.trace_level = max(options.trace_level, more.trace_level)
    merged.timeout_in_ms = max(options.timeout_in_ms, more.timeout_in_ms)
    if more.inter_op_thread_pool:
        merged.inter_op_thread_pool = more.inter_op_thread_pool
    merged.output_partition_graphs |= more.output_partition_graphs
    merged.debug_options.debug_tensor_watch_opts.extend(more.debug_options.debug_tensor_watch_opts)
    return merged
