"""Tasks in this process: the transport of clusters that are all here.

A call runs in the caller's thread, unless it may wait for others, or what it takes is still on its
way; then it has a thread of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, TimeoutError as FutureTimeout
from typing import Any

from penstock.cluster.lanes import Lane
from penstock.cluster.names import address_of
from penstock.cluster.progress import TaskProgress
from penstock.cluster.task import Settings, Task, TaskInfo
from penstock.cluster.transport import Call, Installed
from penstock.core.errors import AlreadyExistsError, DeadlineExceededError

__all__ = ["InProcess", "LocalHandle"]

Parcel = tuple[Any, ...]


class LocalHandle:
    """A task in this process.

    Args:
      task: the task.
    """

    def __init__(self, task: Task) -> None:
        self.task = task

    def describe(self) -> TaskInfo:
        """See `Task.describe`."""
        return self.task.describe()

    def progress(self) -> TaskProgress:
        """See `Task.progress`."""
        return self.task.progress()

    def devices(self) -> tuple[str, ...]:
        """See `Task.devices`."""
        return self.task.devices()

    def install(self, session: str, number: int, part: bytes, settings: Settings) -> int:
        """See `Task.install`."""
        return self.task.install(session, number, part, settings)

    def start(self, call: Call, parcels: Sequence[Future[Parcel]]) -> list[Future[Parcel]]:
        """Begin a call."""
        results: list[Future[Parcel]] = [Future() for _ in range(max(1, call.gives))]
        if call.waits or not all(parcel.done() for parcel in parcels):
            threading.Thread(target=self._run, args=(call, parcels, results), daemon=True).start()
        else:
            self._run(call, parcels, results)
        return results

    def _run(
        self, call: Call, parcels: Sequence[Future[Parcel]], results: list[Future[Parcel]]
    ) -> None:
        try:
            made = self.task.run(
                call.session, call.life, call.number, call.step, call.oldest, call.milliseconds,
                call.fed, *[parcel.result() for parcel in parcels],
            )  # fmt: skip
        except Exception as error:
            for result in results:
                result.set_exception(error)
        else:
            for result, parcel in zip(results, made or [()], strict=True):
                result.set_result(parcel)

    def cancel(self, session: str, step: int) -> None:
        """See `Task.cancel`."""
        self.task.cancel(session, step)

    def touch(self, session: str) -> None:
        """See `Task.touch`."""
        self.task.touch(session)

    def end_session(self, session: str) -> None:
        """See `Task.end_session`."""
        self.task.end_session(session)

    def reset(self, containers: Iterable[str]) -> None:
        """See `Task.reset`."""
        self.task.reset(containers)


class InProcess:
    """The tasks of this process, by their addresses."""

    def __init__(self) -> None:
        self._tasks: dict[str, LocalHandle] = {}

    def add(self, address: str, task: Task) -> None:
        """Let a task be found.

        Raises:
          AlreadyExistsError: if there is one at that address.
        """
        key = address_of(address)
        if key in self._tasks:
            raise AlreadyExistsError(
                None, None, f"An address must belong to one task, but {key!r} has the task "
                f"{self._tasks[key].describe().name} in this process already. Give each task an "
                "address of its own in the ClusterSpec."
            )  # fmt: skip
        self._tasks[key] = LocalHandle(task)

    def remove(self, address: str) -> None:
        """End the task of an address."""
        handle = self._tasks.pop(address_of(address), None)
        if handle is not None:
            handle.task.close()

    def find(self, address: str) -> LocalHandle | None:
        """Give the task of an address; None while there is none."""
        return self._tasks.get(address_of(address))

    def given(self, values: Sequence[Any]) -> Future[Parcel]:
        """Make a reference to values that are here."""
        made: Future[Parcel] = Future()
        made.set_result(tuple(values))
        return made

    def lane(
        self, session: str, parts: Sequence[Installed], awaited: Sequence[tuple[int, int]]
    ) -> Lane | None:
        """Give nothing: within a process, calls are as short as can be."""
        return None

    def collect(self, references: Sequence[Future[Parcel]], seconds: float | None) -> list[Parcel]:
        """Wait for parcels, and give them in order."""
        try:
            return [reference.result(seconds) for reference in references]
        except FutureTimeout as error:
            raise DeadlineExceededError(
                None, None, "The tasks did not answer within the time that the run has. Give it "
                "more by RunOptions(timeout_in_ms=...), or see what keeps them."
            ) from error  # fmt: skip
