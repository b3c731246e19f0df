"""Runs in parts: `Session.partial_run_setup` and `partial_run`.

A `PartialCall` is a kind of partial run made ready, as `Call` is of a whole one; a `PartialRun` is
one that is under way, with the values that it has so far. The session finds it by its handle.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor
from penstock.runtime.lower import lower
from penstock.runtime.machine import Machine
from penstock.runtime.partial import Remainder
from penstock.runtime.phased import as_array
from penstock.runtime.runner import detached
from penstock.session.call import Request, placed_request
from penstock.session.feeds import Feeder, expand_feeds, feed_tensors
from penstock.session.fetches import FetchPlan

__all__ = ["PartialCall", "PartialRun", "PartialRuns"]


class PartialCall:
    """One kind of partial run: what it may fetch and be fed, and its whole program.

    Args:
      graph: the session's graph.
      request: all that will be fetched and fed.
      machine: what the session runs on.
    """

    def __init__(self, graph: Graph, request: Request, machine: Machine) -> None:
        self.edits = graph.edits
        _, placed = placed_request(request, machine)
        program = lower(placed, machine.random_key)
        self.fetch_slots = dict(zip(request.fetches, program.fetches, strict=True))
        self.feed_slots = dict(zip(request.feeds, program.feeds, strict=True))
        self.feeders = {tensor: Feeder(tensor) for tensor in request.feeds}
        self.start = Remainder(program, frozenset(), machine.runner_maker(placed))


class PartialRun:
    """A partial run that is under way.

    Args:
      call: its kind.
    """

    def __init__(self, call: PartialCall) -> None:
        self._call = call
        self._rest = call.start
        self._values: dict[int, Any] = {}
        self._fed: set[Tensor] = set()
        self._fetched: set[Tensor] = set()
        self._failed = False
        self._lock = threading.Lock()
        self._go_on({})

    @property
    def is_over(self) -> bool:
        """Whether a part has failed, or everything was fed and fetched."""
        call = self._call
        counts = len(self._fed), len(self._fetched)
        return self._failed or counts == (len(call.feed_slots), len(call.fetch_slots))

    def run(self, fetches: Sequence[Tensor], feeds: Mapping[Tensor, Any]) -> list[Any]:
        """Take more feeds, run what can run now, and give values of fetches.

        Raises:
          InvalidArgumentError: if something is fed or fetched that was not declared, or was fed or
            fetched before, or a fetch needs what has not been fed; all is then as before.
          OpError: if a step fails.
        """
        with self._lock:
            self._check_declared(fetches, feeds)
            call = self._call
            values = {
                call.feed_slots[tensor]: call.feeders[tensor](value)
                for tensor, value in feeds.items()
            }
            self._check_computable(fetches, frozenset(values))
            self._go_on(values)
            self._fed.update(feeds)
            self._fetched.update(fetches)
            return [detached(self._values[call.fetch_slots[tensor]]) for tensor in fetches]

    def _go_on(self, values: Mapping[int, Any]) -> None:
        """Run what can run once these slots are fed."""
        ahead = self._rest.advance(frozenset(values))
        table = {**self._values, **values}
        if ahead.runner is not None:
            program = ahead.runner.program
            self._failed = True
            results = ahead.runner.run([as_array(table[slot]) for slot in program.feeds])
            self._failed = False
            table.update(zip(program.fetches, results, strict=True))
        self._rest, self._values = ahead.rest, table

    def _check_declared(self, fetches: Iterable[Tensor], feeds: Iterable[Tensor]) -> None:
        for kind, tensors, slots, done in (
            ("feed", feeds, self._call.feed_slots, self._fed),
            ("fetch", fetches, self._call.fetch_slots, self._fetched),
        ):
            for tensor in tensors:
                if tensor not in slots:
                    names = [declared.name for declared in slots]
                    raise InvalidArgumentError(
                        None, tensor.op, f"The {kind} {tensor.name} was not specified in "
                        f"partial_run_setup, which was given {names}. Name all that the parts "
                        "of the run will feed and fetch there."
                    )  # fmt: skip
                if tensor in done:
                    raise InvalidArgumentError(
                        None, tensor.op, f"The {kind} {tensor.name} has already been "
                        f"{'fed' if kind == 'feed' else 'fetched'} in this partial run: each is "
                        "once. For a run anew, get a new handle by partial_run_setup."
                    )  # fmt: skip

    def _check_computable(self, fetches: Iterable[Tensor], fed: frozenset[int]) -> None:
        there = self._rest.advance(fed).rest.known
        for tensor in fetches:
            if self._call.fetch_slots[tensor] not in there:
                slots = self._call.feed_slots.items()
                missing = [
                    other.name
                    for other, slot in slots
                    if slot not in fed and other not in self._fed
                ]
                raise InvalidArgumentError(
                    None, tensor.op, f"Fetch {tensor.name} can't be computed from the feeds that "
                    f"have been fed so far. Not fed yet: {missing}. Feed what it needs in this "
                    "call, or fetch it in a later one."
                )  # fmt: skip


class PartialRuns:
    """A session's partial runs, by their handles.

    Args:
      graph: the session's graph.
      machine: what the session runs on.
    """

    def __init__(self, graph: Graph, machine: Machine) -> None:
        self._graph = graph
        self._machine = machine
        self._calls: dict[Any, PartialCall] = {}
        self._running: dict[str, PartialRun] = {}
        self._numbers = itertools.count()

    def start(self, fetches: Any, feeds: Any) -> str:
        """Begin a run, whose first part needs no feeds; give its handle.

        Raises:
          TypeError, ValueError: if a fetch or feed is no element of the graph.
          InvalidArgumentError: if nothing is fetched, or a tensor is fed twice.
          OpError: if the first part fails.
        """
        request = Request.of(self._graph, fetches, self._feed_tensors(feeds))
        key = (request.fetches, request.targets, request.feeds)
        call = self._calls.get(key)
        if call is None or call.edits != self._graph.edits:
            self._check(request)
            call = self._calls[key] = PartialCall(self._graph, request, self._machine)
        run = PartialRun(call)
        handle = f"{_names(request.feeds)}->{_names(request.fetches)}/" + (
            f"{','.join(node.name for node in request.targets)}/{next(self._numbers)}"
        )
        self._running[handle] = run
        return handle

    def _feed_tensors(self, feeds: Any) -> list[Tensor]:
        if feeds is None:
            return []
        keys = feeds if isinstance(feeds, (list, tuple)) else [feeds]
        return [tensor for key in keys for tensor in feed_tensors(self._graph, key)]

    @staticmethod
    def _check(request: Request) -> None:
        if not request.fetches and not request.targets:
            raise InvalidArgumentError(
                None, None, "A partial run must specify at least one target to fetch or execute, "
                "but its fetches are empty. Give partial_run_setup all that its parts will fetch."
            )  # fmt: skip
        for tensor in request.feeds:
            if request.feeds.count(tensor) > 1:
                raise InvalidArgumentError(
                    None, tensor.op, f"{tensor.name} would be fed more than once: it is in the "
                    f"feeds {request.feeds.count(tensor)} times. Name each tensor once."
                )  # fmt: skip

    def run(self, handle: Any, fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Any:
        """Run the next part of a run, and give the values of `fetches` in their nest.

        Raises:
          TypeError, ValueError: as `Session.run`.
          RuntimeError: if an operation is among the fetches.
          InvalidArgumentError: as `PartialRun.run`, and for a handle of no run.
          OpError: if a step fails; the run is then over.
        """
        plan = FetchPlan(self._graph, fetches)
        feeds = dict(expand_feeds(self._graph, feed_dict or {}))
        if plan.targets:
            names = [node.name for node in plan.targets]
            raise RuntimeError(
                f"partial_run() fetches tensors, not operations such as {names}. Name operations "
                "in partial_run_setup: they run as soon as what they need is there."
            )
        if not plan.tensors and not feeds:
            return plan.pack([])
        run = self._running.get(handle)
        if run is None:
            raise InvalidArgumentError(
                None, None, f"There is no partial run of handle {handle!r}: it must come from "
                "partial_run_setup of this session, and is gone once everything was fed and "
                "fetched, or a part of the run has failed. Set up a new one."
            )  # fmt: skip
        try:
            return plan.pack(run.run(plan.tensors, feeds))
        finally:
            if run.is_over:
                self._running.pop(handle, None)

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self._running.clear()


def _names(tensors: Iterable[Tensor]) -> str:
    return ",".join(tensor.name for tensor in tensors)
