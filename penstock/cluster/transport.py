"""What carries calls to tasks: the interface that a session needs of it.

A call to run a part is asynchronous. It gives a *reference* for each parcel of the part, and may be
passed references of other parts' parcels: their values go straight to the task. A reference to what
failed fails whatever takes it, with the same error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from penstock.cluster.lanes import Lane
from penstock.cluster.parts import Part
from penstock.cluster.progress import TaskProgress
from penstock.cluster.task import Settings, TaskInfo

__all__ = ["Call", "Handle", "Installed", "Reference", "Transport"]

# What stands for a parcel that is made, or on its way.
Reference = Any


@dataclass(frozen=True, slots=True)
class Call:
    """A call to run a part once; see `Task.run`.

    Attributes:
      session, life, number, step, oldest, milliseconds: as `Task.run` takes them.
      fed: the values that the client feeds.
      gives: how many parcels the part gives.
      waits: whether it may wait at a queue for other calls.
    """

    session: str
    life: int
    number: int
    step: int
    oldest: int
    milliseconds: int
    fed: Sequence[Any]
    gives: int
    waits: bool


class Handle(Protocol):
    """A task, from afar. Every method may raise UnavailableError: the task is not there."""

    def describe(self) -> TaskInfo:
        """See `Task.describe`."""

    def progress(self) -> TaskProgress:
        """See `Task.progress`."""

    def devices(self) -> tuple[str, ...]:
        """See `Task.devices`."""

    def install(self, session: str, number: int, part: bytes, settings: Settings) -> int:
        """See `Task.install`."""

    def start(self, call: Call, parcels: Sequence[Reference]) -> list[Reference]:
        """Begin a call; gives a reference for each parcel, and one at least."""

    def cancel(self, session: str, step: int) -> None:
        """See `Task.cancel`; does not wait until that is done."""

    def touch(self, session: str) -> None:
        """See `Task.touch`; does not wait until that is done."""

    def end_session(self, session: str) -> None:
        """See `Task.end_session`; does not wait until that is done."""

    def reset(self, containers: Iterable[str]) -> None:
        """See `Task.reset`."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A part that its task has installed.

    Attributes:
      part: the part.
      handle: the task.
      life: of the task.
      number: the part's number there.
      waits: whether it may wait at a queue for other calls.
    """

    part: Part
    handle: Handle
    life: int
    number: int
    waits: bool


class Transport(Protocol):
    """What carries calls to tasks."""

    def lane(
        self, session: str, parts: Sequence[Installed], awaited: Sequence[tuple[int, int]]
    ) -> Lane | None:
        """Tie parts together that are run again and again; None if there is no short cut.

        Args:
          session: whose parts they are.
          parts: the parts of one program.
          awaited: the parcels that the client waits for.

        Raises:
          OpError: if a task is not there.
        """

    def find(self, address: str) -> Handle | None:
        """Give the task of an address; None while there is none."""

    def given(self, values: Sequence[Any]) -> Reference:
        """Make a reference to values that are here."""

    def collect(self, references: Sequence[Reference], seconds: float | None) -> list[Any]:
        """Wait for parcels, and give them in order.

        Raises:
          DeadlineExceededError: if they are not there in so many seconds.
          OpError: what a part failed with; UnavailableError if its task is gone.
        """
