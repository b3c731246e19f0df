"""`Session`: runs a graph, or the part of it that was asked for, and holds the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from penstock.core.config import ConfigProto
from penstock.core.errors import CancelledError, InvalidArgumentError, UnimplementedError
from penstock.core.run_options import RunOptions
from penstock.core.waiting import limited
from penstock.graph.default import Default, default_graph, sessions
from penstock.graph.graph import Graph
from penstock.runtime.state import State
from penstock.session.arguments import check_arguments, check_options, placement_of, tier_of
from penstock.session.call import Call, Request, call_key
from penstock.session.devices import DeviceAttributes, describe_devices
from penstock.session.explanation import Explanation, log_placement
from penstock.session.feeds import check_feed_dict, expand_feeds, feed_tensors
from penstock.session.growth import Growth

__all__ = ["BaseSession", "Session"]


class BaseSession:
    """What all sessions do; see `Session`."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        check_arguments(target, graph, config)
        self._graph = default_graph() if graph is None else graph
        self._config = ConfigProto() if config is None else config
        self._target = target
        self._state = State()
        self._placement = placement_of(self._config)
        self._tier = tier_of(self._config)
        self._calls: dict[Any, Call] = {}
        self._closed = False
        self._growth = Growth(self._graph)
        self._operation_timeout = max(0, self._config.operation_timeout_in_ms)

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
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session. Make a new tf.Session().")
        if not self._graph.version:
            raise RuntimeError(
                "The session's graph is empty: there is nothing to run in it. Build the graph "
                "before the session runs, or make the session with graph=..., the graph you built."
            )
        if options is not None or run_metadata is not None:
            check_options(options, run_metadata)
        if self._graph.version != self._growth.version or self._growth.runs:
            self._growth.note()
        milliseconds = self._time_limit(options)
        if not milliseconds:
            return self._run(fetches, feed_dict)
        with limited(milliseconds):
            return self._run(fetches, feed_dict)

    def _time_limit(self, options: RunOptions | None) -> int:
        """Give the time that a run may take, in milliseconds; 0 if there is no limit."""
        asked: int = 0 if options is None else options.timeout_in_ms
        return asked if asked > 0 else self._operation_timeout

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
        call = Call(self._graph, request, self._placement, self._state, self._tier)
        if self._config.log_device_placement:
            log_placement(call.placed, self._placement)
        return call

    def make_callable(
        self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """Make a function that runs `fetches`, given a value for each of `feed_list`.

        Args:
          fetches: as for `run`.
          feed_list: the tensors that the function's arguments are values of.
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
        call = self._make_call(fetches, feed_list or ())
        count = len(call.feeders)

        def run(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            if self._closed:
                raise CancelledError(
                    None, None, "The Session of this callable is closed. Make a new tf.Session(), "
                    "and the callable with its make_callable."
                )  # fmt: skip
            if len(values) != count:
                raise InvalidArgumentError(
                    None, None, f"This callable must be given a value for each tensor of its "
                    f"feed_list, {count}, but was given {len(values)}. The feed_list is "
                    f"{[tensor.name for tensor in call.request.feeds]}."
                )  # fmt: skip
            if options is not None or run_metadata is not None:
                check_options(options, run_metadata)
            milliseconds = self._time_limit(options)
            if not milliseconds:
                return call.run(values)
            with limited(milliseconds):
                return call.run(values)

        return run

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
        return describe_devices(self._placement.devices)

    def close(self) -> None:
        """End the session: its variables and everything else it holds are freed."""
        self._closed = True
        self._calls.clear()
        self._state.clear()

    def as_default(self) -> Default:
        """Make this the session of `eval` and `run` of tensors and operations in a `with` block.

        The session is not closed at the block's end.
        """
        return Default(sessions, self)


def _is_simple(key: Any) -> bool:
    """Tell whether a feed key stands for one tensor."""
    return isinstance(key, str) or not (isinstance(key, tuple) or hasattr(key, "dense_shape"))


class Session(BaseSession):
    """Runs a graph and holds the values of its variables.

    Args:
      target: which runtime to use; empty for this process.
      graph: the graph to run; the default graph if None.
      config: a `ConfigProto`.

    As a context manager it is the default session, its graph the default graph, and it is closed
    at the block's end.

        x = tf.placeholder(tf.float32)
        with tf.Session() as sess:
            sess.run(x * 2.0, feed_dict={x: 21.0})
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._contexts: list[tuple[Any, Any]] = []

    def __enter__(self) -> Session:
        contexts = (self.graph.as_default(), self.as_default())
        for context in contexts:
            context.__enter__()
        self._contexts.append(contexts)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for context in reversed(self._contexts.pop()):
            context.__exit__(kind, error, traceback)
        self.close()

    @staticmethod
    def reset(target: str, containers: Any = None, config: Any = None) -> None:
        """Clear what a cluster's tasks hold.

        Raises:
          UnimplementedError: this build has no cluster runtime.
        """
        raise UnimplementedError(
            None, None, f"This build has no cluster runtime, so {target!r} cannot be reset. "
            "A local session's state goes when the session is closed."
        )  # fmt: skip
