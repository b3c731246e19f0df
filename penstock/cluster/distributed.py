"""Running a program on several tasks: parts once, then one call for each part and step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from penstock.cluster.lanes import Lane, LaneBroken
from penstock.cluster.names import CLIENT
from penstock.cluster.parts import Division, Part, divide
from penstock.cluster.shipping import Shipment, pack
from penstock.cluster.task import Settings
from penstock.cluster.transfers import with_own_counters, with_transfers
from penstock.cluster.transport import Call, Handle, Installed, Reference, Transport
from penstock.core.dtypes import DType
from penstock.core.errors import CancelledError, OpError
from penstock.core.waiting import left, telling
from penstock.engine.contract import Form
from penstock.graph.node import Node
from penstock.runtime.device_stage import Compilation
from penstock.runtime.phased import as_array, make_runner
from penstock.runtime.phases import phases
from penstock.runtime.place import Placed, Placement
from penstock.runtime.program import Program
from penstock.runtime.runner import detached
from penstock.runtime.state import State, variable_key

__all__ = ["DistributedRunner", "Sender"]

# How much longer than a run may take its client waits for the tasks to say so.
_GRACE = 5.0
# After so many runs by calls a program gets a lane.
_OFTEN = 8


class Sender(Protocol):
    """What a runner needs of the machine."""

    session: str
    transport: Transport
    settings: Settings

    @property
    def local_state(self) -> State:
        """The state of what runs in this process."""

    def handle(self, task: str) -> Handle:
        """Give a task."""

    def next_number(self) -> int:
        """Give a number that no other part has."""

    def begin(self) -> tuple[int, int]:
        """Begin a step; gives its number, and that of the oldest that runs."""

    def end(self, step: int, error: BaseException | None) -> None:
        """Take note that a step is over, and how."""


@dataclass(frozen=True, slots=True)
class _Local:
    """A part that runs in this process."""

    part: Part
    runner: Any
    takes: tuple[tuple[int, ...], ...]


class DistributedRunner:
    """Runs a program on the tasks of a cluster.

    Args:
      program: the whole.
      placed: the graph that it was lowered from.
      sender: the machine.

    Attributes:
      program: the whole.
      staged: its parts.
      compilations, forms: nothing: what is compiled, the tasks know.
    """

    compilations: tuple[Compilation, ...] = ()
    forms: tuple[Form, ...] = ()

    def __init__(self, program: Program, placed: Placed, sender: Sender) -> None:
        sources = {
            variable_key(node.outputs[0], {}): node
            for node in placed.pruned.nodes
            if _is_source(node)
        }
        types: dict[str, DType] = {
            key: node.attrs["dtype"] for key, node in sources.items() if "dtype" in node.attrs
        }
        containers = {
            key: node.attrs["container"]
            for key, node in sources.items()
            if node.attrs.get("container")
        }
        self.program = with_transfers(
            with_own_counters(program, sender.session), placed.homes, types
        )
        self.staged: Division = divide(self.program)
        self._sender = sender
        self._containers = containers
        self._ready: list[Installed | _Local] | None = None
        self._runs = 0
        self._lane: Lane | None = None
        self._awaited = self.staged.awaited
        self._places = self.staged.fetch_places

    def run(self, feeds: Sequence[Any]) -> list[Any]:
        """Run the program once, as `Runner.run` does.

        Raises:
          OpError: if a step fails; what parts before it did stays done.
        """
        if self._ready is None:
            self._ready = [self._prepare(part) for part in self.staged.parts]
        step, oldest = self._sender.begin()
        failure: BaseException | None = None
        try:
            return self._run(self._ready, feeds, step, oldest)
        except BaseException as error:
            failure = error
            raise
        finally:
            self._sender.end(step, failure)

    def close(self) -> None:
        """Take down what serves this program alone."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.close()

    def _run(
        self, ready: Sequence[Installed | _Local], feeds: Sequence[Any], step: int, oldest: int
    ) -> list[Any]:
        table = dict(zip(self.program.feeds, feeds, strict=True))
        lane = self._lane_for(ready)
        if lane is not None and lane.try_take():
            try:
                return self._fetched(self._by_lane(lane, ready, table, step, oldest), table)
            except LaneBroken:
                self.close()
                self._runs = 0
            finally:
                lane.leave()
        return self._fetched(self._by_calls(ready, table, step, oldest), table)

    def _lane_for(self, ready: Sequence[Installed | _Local]) -> Lane | None:
        """Give the lane; it is made when the program has been run often enough."""
        self._runs += 1
        if self._runs == _OFTEN and ready:
            parts = [one for one in ready if isinstance(one, Installed) and not one.waits]
            if len(parts) == len(ready):
                sender = self._sender
                self._lane = sender.transport.lane(sender.session, parts, self._awaited)
        return self._lane

    def _fetched(self, parcels: Sequence[Any], table: Mapping[int, Any]) -> list[Any]:
        return [
            detached(table[slot] if place is None else parcels[place[0]][place[1]])
            for slot, place in self._places
        ]

    def _by_lane(
        self,
        lane: Lane,
        ready: Sequence[Installed | _Local],
        table: Mapping[int, Any],
        step: int,
        oldest: int,
    ) -> list[Any]:
        seconds = left()
        fed = {
            one.part.number: [table[slot] for slot in one.part.fed] for one in ready if one.part.fed
        }
        limit = None if seconds is None else seconds + _GRACE
        return lane.run(step, oldest, _milliseconds(seconds), fed, limit)

    def _by_calls(
        self,
        ready: Sequence[Installed | _Local],
        table: Mapping[int, Any],
        step: int,
        oldest: int,
    ) -> list[Any]:
        transport = self._sender.transport
        seconds = left()
        references: list[list[Reference]] = []
        try:
            for one in ready:
                taken = [references[number][index] for number, index in one.part.takes]
                fed = [table[slot] for slot in one.part.fed]
                if isinstance(one, _Local):
                    references.append(self._run_here(one, fed, taken))
                else:
                    references.append(one.handle.start(self._call(one, fed, step, oldest), taken))
            limit = None if seconds is None else seconds + _GRACE
            with telling(lambda: self._cancel(ready, step)):
                return transport.collect(
                    [references[number][index] for number, index in self._awaited], limit
                )
        except Exception as error:
            raise self._told(error, ready, references, step) from error.__cause__

    def _call(self, one: Installed, fed: Sequence[Any], step: int, oldest: int) -> Call:
        return Call(
            self._sender.session, one.life, one.number, step, oldest, _milliseconds(left()), fed,
            len(one.part.gives), one.waits,
        )  # fmt: skip

    def _run_here(
        self, one: _Local, fed: Sequence[Any], taken: Sequence[Reference]
    ) -> list[Reference]:
        """Run a part in this process."""
        transport = self._sender.transport
        parcels = transport.collect(taken, None)
        table = dict(zip(one.part.fed, fed, strict=True))
        for slots, values in zip(one.takes, parcels, strict=True):
            table.update(zip(slots, values, strict=True))
        program = one.part.program
        found = one.runner.run([as_array(table[slot]) for slot in program.feeds])
        given = dict(zip(program.fetches, found, strict=True))
        parts = [tuple(given[slot] for slot in parcel.slots) for parcel in one.part.gives]
        return [transport.given(parcel) for parcel in parts or [()]]

    def _prepare(self, part: Part) -> Installed | _Local:
        takes = tuple(self.staged.parts[number].gives[index].slots for number, index in part.takes)
        if part.task == CLIENT:
            settings = self._sender.settings
            placement = Placement(settings.soft, settings.limits)
            runner = make_runner(part.program, self._sender.local_state, placement, settings.tier)
            return _Local(part, runner, takes)
        used = {*part.program.reads, *part.program.writes}
        containers = {key: one for key, one in self._containers.items() if key in used}
        gives = tuple(parcel.slots for parcel in part.gives)
        shipment = Shipment(part.program, part.fed, takes, gives, part.writes, containers)
        handle = self._sender.handle(part.task)
        number = self._sender.next_number()
        life = handle.install(self._sender.session, number, pack(shipment), self._sender.settings)
        return Installed(part, handle, life, number, len(phases(part.program)) > 1)

    def _cancel(self, ready: Sequence[Installed | _Local], step: int) -> None:
        """End parts of a step."""
        for one in ready:
            if isinstance(one, Installed):
                one.handle.cancel(self._sender.session, step)

    def _told(
        self,
        error: BaseException,
        ready: Sequence[Installed | _Local],
        references: Sequence[Sequence[Reference]],
        step: int,
    ) -> BaseException:
        """End the step's other parts, and give the error that says what went wrong first."""
        self._cancel(ready[: len(references)], step)
        for some in references:
            try:
                self._sender.transport.collect(some[:1], _GRACE)
            except OpError as other:
                if isinstance(error, CancelledError) and not isinstance(other, CancelledError):
                    error = other
        return error


def _milliseconds(seconds: float | None) -> int:
    return 0 if seconds is None else max(1, int(seconds * 1000))


def _is_source(node: Node) -> bool:
    return node.spec.makes is not None or node.type in (
        "VariableV2", "Variable", "VarHandleOp", "TemporaryVariable",
    )  # fmt: skip
