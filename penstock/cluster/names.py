"""The tasks of a cluster: their jobs, numbers and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from penstock.core.devices import DeviceSpec
from penstock.core.errors import InvalidArgumentError

__all__ = ["CLIENT", "Cluster", "TaskName", "address_of", "matches"]

# Stands for a task where something runs in the client's own process.
CLIENT = "client"


@dataclass(frozen=True, slots=True, order=True)
class TaskName:
    """A task of a cluster: the name of its job, and its number in that."""

    job: str
    index: int

    def __str__(self) -> str:
        return f"/job:{self.job}/replica:0/task:{self.index}"

    @classmethod
    def parse(cls, text: str) -> TaskName:
        """Read what `str` gives."""
        spec = DeviceSpec.from_string(text)
        return cls(spec.job or "", spec.task or 0)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The addresses of a cluster's tasks.

    Attributes:
      jobs: for each job's name the addresses of its tasks by their numbers.
    """

    jobs: Mapping[str, Mapping[int, str]]

    @property
    def tasks(self) -> list[TaskName]:
        """All tasks, in order."""
        return sorted(TaskName(job, index) for job, tasks in self.jobs.items() for index in tasks)

    def address(self, task: TaskName) -> str:
        """Give a task's address, as ``host:port``.

        Raises:
          InvalidArgumentError: if there is no such task.
        """
        address = self.jobs.get(task.job, {}).get(task.index)
        if address is None:
            raise InvalidArgumentError(
                None, None, f"The cluster must have the task {task}, but its tasks are "
                f"{[str(one) for one in self.tasks]}. Add it to the ClusterSpec, or name one of "
                "these."
            )  # fmt: skip
        return address


def address_of(target: str) -> str:
    """Give the address that a target such as ``grpc://localhost:2222`` means, in one spelling.

    Raises:
      InvalidArgumentError: if it is no ``host:port``.
    """
    _, _, address = target.rpartition("://")
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit():
        raise InvalidArgumentError(
            None, None, f"A session's target must be the address of a task, such as "
            f"'grpc://localhost:2222', but is {target!r}. Take server.target, or leave it out to "
            "run in this process."
        )  # fmt: skip
    return f"{'localhost' if host in ('127.0.0.1', '') else host}:{port}"


def matches(task: TaskName, filters: Iterable[str]) -> bool:
    """Tell whether a session with these device filters sees a task; without any it sees all."""
    specs = [DeviceSpec.from_string(text) for text in filters]
    return not specs or any(
        spec.job in (None, task.job) and spec.task in (None, task.index) for spec in specs
    )
