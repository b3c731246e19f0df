"""What all sessions do: run a graph, or the part of it that was asked for, and hold the values."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from penstock.core.config import ConfigProto
from penstock.core.errors import CancelledError
from penstock.core.run_options import RunOptions
from penstock.core.waiting import limited
from penstock.graph.default import Default, default_graph, sessions
from penstock.graph.graph import Graph
from penstock.session.arguments import check_arguments, check_options, make_machine
from penstock.session.call import Call, Request, call_key
from penstock.session.devices import DeviceAttributes, describe_devices
from penstock.session.explanation import Explanation, log_placement
from penstock.session.feeds import (
    check_count,
    check_feed_dict,
    expand_feeds,
    feed_tensors,
    flat_values,
)  # fmt: skip
from penstock.session.growth import Growth
from penstock.session.partial_runs import PartialRuns

__all__ = ["BaseSession", "reset_here"]

_NO_LIMIT = nullcontext()
# The open sessions that run in this process.
_open_here: weakref.WeakSet[BaseSession] = weakref.WeakSet()


class BaseSession:
    """What all sessions do; see `Session` for the arguments."""

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: Any = None, mesh: Any = None
    ) -> None:
        check_arguments(target, graph, config)
        self._graph = default_graph() if graph is None else graph
        self._config = ConfigProto() if config is None else config
        self._target = target.decode() if isinstance(target, bytes) else target or ""
        self._machine = make_machine(self._target, self._config, mesh)
        self._calls: dict[Any, Call] = {}
        self._closed = self._was_reset = False
        self._partial_runs = PartialRuns(self._graph, self._machine)
        self._growth = Growth(self._graph)
        self._operation_timeout = max(0, self._config.operation_timeout_in_ms)
        if not self._target:
            _open_here.add(self)

    @property
    def graph(self) -> Graph:
        """The graph that the session runs."""
        return self._graph

    @property
    def graph_def(self) -> Any:
        """The graph as a `tf.GraphDef`."""
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> str:
        """The target it was made with."""
        return self._target

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """Run what `fetches` need, once, and give their values.

        Args:
          fetches: a tensor, an operation, a variable, a name, or any nest of lists, tuples, named
            tuples and dicts of these.
          feed_dict: values to use for tensors in place of what the graph computes: from tensors
            (or their names) to numbers, lists, NumPy or JAX arrays.
          options: a `RunOptions`; its `timeout_in_ms` limits the time of the run, compiling not
            counted, before the session's `ConfigProto.operation_timeout_in_ms` does.
          run_metadata: a `RunMetadata`; it stays as it is.

        Returns:
          The nest of `fetches` with a NumPy array or scalar for each tensor, None for each
          operation. Nothing in it is shared with the session, and all of it may be written to.

        Raises:
          RuntimeError: if the session is closed.
          TypeError, ValueError: if a fetch or feed is no element of the graph, or a value does not
            fit its tensor, or `options` or `run_metadata` are of another class.
          tf.errors.DeadlineExceededError: if the run takes longer than it may.
          tf.errors.CancelledError: if the session is closed while the run goes on.
          tf.errors.OpError: if the run fails; the session's state is then as it was before.
        """
        self._check_open()
        if options is not None or run_metadata is not None:
            check_options(options, run_metadata)
        if self._graph.version != self._growth.version or self._growth.runs:
            self._growth.note()
        with self._limits(options):
            return self._run(fetches, feed_dict)

    def _check_open(self) -> None:
        if self._was_reset:
            raise CancelledError(
                None, None, "Session has been closed, by tf.Session.reset(): all that it held is "
                "gone. Make a new tf.Session()."
            )  # fmt: skip
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session. Make a new tf.Session().")
        if not self._graph.version:
            raise RuntimeError(
                "The session's graph is empty: there is nothing to run in it. Build the graph "
                "before the session runs, or make the session with graph=..., the graph you built."
            )

    def _limits(self, options: RunOptions | None) -> AbstractContextManager[Any]:
        """Limit the time of what is run in a `with` block, if it has a limit."""
        asked: int = 0 if options is None else options.timeout_in_ms
        milliseconds = asked if asked > 0 else self._operation_timeout
        return limited(milliseconds) if milliseconds else _NO_LIMIT

    def _run(self, fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Any:
        feed_keys = tuple(feed_dict) if feed_dict else ()
        try:
            key = (call_key(fetches), feed_keys)
            call = self._calls.get(key)
        except TypeError:
            return self._run_once(fetches, feed_dict)
        if call is None or call.edits != self._graph.edits:
            check_feed_dict(feed_dict)
            if feed_dict and not all(_is_simple(key) for key in feed_dict):
                return self._run_once(fetches, feed_dict)
            call = self._calls[key] = self._make_call(fetches, feed_keys)
        return call.run(feed_dict.values() if feed_dict else ())

    def _run_once(self, fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Any:
        """Run with feeds that stand for several tensors, or fetches that cannot be looked up."""
        pairs = expand_feeds(self._graph, feed_dict or {})
        tensors = tuple(tensor for tensor, _ in pairs)
        request = Request.of(self._graph, fetches, tensors)
        key = (request.fetches, request.targets, tensors)
        call = self._calls.get(key)
        if call is None or call.edits != self._graph.edits:
            call = self._calls[key] = self._new_call(request)
        feeds = [feeder(value) for feeder, (_, value) in zip(call.feeders, pairs, strict=True)]
        return request.pack(call.runner.run(feeds))

    def _make_call(self, fetches: Any, feed_keys: Sequence[Any]) -> Call:
        tensors = [tensor for key in feed_keys for tensor in feed_tensors(self._graph, key)]
        return self._new_call(Request.of(self._graph, fetches, tensors))

    def _new_call(self, request: Request) -> Call:
        call = Call(self._graph, request, self._machine)
        if self._config.log_device_placement:
            log_placement(call.placed, self._machine)
        return call

    def make_callable(
        self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """Make a function that runs `fetches`, given a value for each of `feed_list`.

        Args:
          fetches: as for `run`.
          feed_list: what the function's arguments are values of: tensors, or sparse ones.
          accept_options: whether the function takes `options` and `run_metadata` too.

        Raises:
          RuntimeError: if the session is closed.
          TypeError, ValueError: as `run`.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session. Make a new tf.Session().")
        if feed_list is not None and not isinstance(feed_list, (list, tuple)):
            raise TypeError(
                f"`feed_list` must be a list or tuple, not {feed_list!r}. For one tensor x, it is "
                "[x]."
            )
        keys = tuple(feed_list or ())
        simple = all(_is_simple(key) for key in keys)
        call = self._make_call(fetches, keys)

        def run(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            if self._closed:
                raise CancelledError(
                    None, None, "The Session of this callable is closed. Make a new tf.Session(), "
                    "and the callable with its make_callable."
                )  # fmt: skip
            check_count(keys, values)
            if options is not None or run_metadata is not None:
                check_options(options, run_metadata)
            flat = values if simple else flat_values(self._graph, keys, values)
            with self._limits(options):
                return call.run(flat)

        return run

    def partial_run_setup(self, fetches: Any, feeds: Any = None) -> str:
        """Begin a run that `partial_run` goes on with; what needs no feed runs at once.

        Args:
          fetches: all that the run will fetch, as for `run`; its operations run as soon as they
            can.
          feeds: a list of all tensors, or their names, that it will be fed.

        Returns:
          The run's handle, for `partial_run`.

        Raises:
          RuntimeError: if the session is closed.
          TypeError, ValueError: if a fetch or feed is no element of the graph.
          tf.errors.OpError: if a placeholder is needed and not among `feeds`, or the run fails.
        """
        self._check_open()
        with self._limits(None):
            return self._partial_runs.start(fetches, feeds)

    def partial_run(
        self, handle: str, fetches: Any, feed_dict: Mapping[Any, Any] | None = None
    ) -> Any:
        """Go on with a run: feed more of it, and fetch what can be computed then.

        Nothing is computed twice: what earlier parts of the run have computed is kept.

            handle = sess.partial_run_setup([y, loss], [x, target])
            guess = sess.partial_run(handle, y, {x: picture})
            sess.partial_run(handle, loss, {target: judge(guess)})

        Args:
          handle: what `partial_run_setup` gave.
          fetches: as for `run`, but tensors only, each once in the run.
          feed_dict: as for `run`, each tensor once in the run.

        Returns:
          As `run`.

        Raises:
          RuntimeError: if the session is closed, or an operation is among the fetches.
          TypeError, ValueError: as `run`.
          tf.errors.InvalidArgumentError: if the handle is of no run, something is fed or fetched
            that was not declared, or a second time, or what a fetch needs was not fed yet.
          tf.errors.OpError: if the run fails; it is then over.
        """
        self._check_open()
        with self._limits(None):
            return self._partial_runs.run(handle, fetches, feed_dict)

    def explain(self, fetches: Any, feed_dict: Any = None) -> Explanation:
        """Show what `run` does for `fetches`: the chain from the request to executables.

        Args:
          fetches: as for `run`.
          feed_dict: the feeds; a list of the fed tensors serves as well as a dict.

        Returns:
          The links of the chain; it prints as text.
        """
        feed_keys = tuple(feed_dict or ())
        call = self._calls.get((call_key(fetches), feed_keys))
        return Explanation(call or self._make_call(fetches, feed_keys))

    def list_devices(self) -> list[DeviceAttributes]:
        """List the devices that the session can use."""
        return describe_devices(self._machine.device_names())

    def close(self) -> None:
        """End the session: its variables and everything else it holds are freed."""
        self._closed = True
        _open_here.discard(self)
        self._calls.clear()
        self._partial_runs.clear()
        self._machine.close()

    def as_default(self) -> Default:
        """Make this the session of `eval` and `run` of tensors and operations in a `with` block.

        The session is not closed at the block's end.
        """
        return Default(sessions, self)


def reset_here() -> None:
    """End all sessions that run in this process, and what they hold."""
    for session in list(_open_here):
        session._was_reset = True
        session.close()


def _is_simple(key: Any) -> bool:
    """Tell whether a feed key stands for one tensor."""
    return isinstance(key, str) or not (isinstance(key, tuple) or hasattr(key, "dense_shape"))
