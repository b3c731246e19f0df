"""`tf.train.ClusterSpec`: the jobs of a cluster, and the addresses of their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.core import config
from penstock.formats.cluster_messages import ClusterDef

__all__ = ["ClusterSpec"]

_FORMS = (
    "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, "
    "or to dictionaries from task indices to addresses; or a ClusterDef, or another ClusterSpec"
)


class ClusterSpec:
    """The tasks of a cluster by job and index.

    Args:
      cluster: for each job's name the list of its tasks' addresses, or a dict of them by index; a
        `ClusterDef`; or another `ClusterSpec`.

    Raises:
      TypeError: if it is none of these.

    Example:
        tf.train.ClusterSpec({"ps": ["ps0:2222"], "worker": ["worker0:2222", "worker1:2222"]})
    """

    def __init__(self, cluster: Any) -> None:
        self._jobs: dict[str, dict[int, str]]
        if isinstance(cluster, ClusterSpec):
            self._jobs = {job: dict(tasks) for job, tasks in cluster._jobs.items()}
        elif isinstance(cluster, (ClusterDef, config.ClusterDef)):
            self._jobs = {job.name: dict(job.tasks) for job in cluster.job}
        elif isinstance(cluster, Mapping):
            self._jobs = {
                _text(job, "Job name"): _tasks(job, given) for job, given in cluster.items()
            }
        else:
            raise TypeError(f"{_FORMS}; not {cluster!r}.")

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ClusterSpec({self.as_dict()!r})"

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._jobs)

    def as_dict(self) -> dict[str, Any]:
        """Give for each job the list of addresses; a dict by index where indices are left out."""
        jobs: dict[str, Any] = {}
        for job, tasks in self._jobs.items():
            in_order = dict(sorted(tasks.items()))
            is_whole = list(in_order) == list(range(len(in_order)))
            jobs[job] = list(in_order.values()) if is_whole else in_order
        return jobs

    def as_cluster_def(self) -> Any:
        """Give the cluster as a `ClusterDef`."""
        message = ClusterDef()
        for job, tasks in sorted(self._jobs.items()):
            made = message.job.add(name=job)
            for index, address in tasks.items():
                made.tasks[index] = address
        return message

    def _job(self, job_name: str) -> dict[int, str]:
        try:
            return self._jobs[job_name]
        except KeyError:
            raise ValueError(
                f"No such job in cluster: {job_name!r}. Its jobs are {sorted(self._jobs)}."
            ) from None

    def num_tasks(self, job_name: str) -> int:
        """Give the number of a job's tasks.

        Raises:
          ValueError: if there is no such job.
        """
        return len(self._job(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """List the indices of a job's tasks.

        Raises:
          ValueError: if there is no such job.
        """
        return sorted(self._job(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        """Give the address of a task.

        Raises:
          ValueError: if there is no such job or task.
        """
        tasks = self._job(job_name)
        if task_index not in tasks:
            raise ValueError(
                f"No task with index {task_index!r} in job {job_name!r}, whose indices are "
                f"{sorted(tasks)}."
            )
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """List the addresses of a job's tasks, None for an index that is left out.

        Raises:
          ValueError: if there is no such job.
        """
        tasks = self._job(job_name)
        return [tasks.get(index) for index in range(max(tasks, default=-1) + 1)]


def _tasks(job: str, given: Any) -> dict[int, str]:
    if isinstance(given, Mapping):
        for index in given:
            if not isinstance(index, int):
                raise TypeError(f"Task index {index!r} of job {job!r} must be an integer.")
        pairs = list(given.items())
    elif isinstance(given, (list, tuple)):
        pairs = list(enumerate(given))
    else:
        raise TypeError(
            f"The tasks for job {job!r} must be a list of addresses, or a dictionary from integers "
            f"to addresses, but are {given!r}."
        )
    return {index: _text(address, "Task address") for index, address in pairs}


def _text(value: Any, what: str) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"{what} {value!r} must be a string.")
    return value
