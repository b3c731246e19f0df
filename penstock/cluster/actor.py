"""A task in an actor's process: what Ray calls there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from penstock.cluster.names import Cluster, TaskName
from penstock.cluster.progress import TaskProgress
from penstock.cluster.task import Settings, Task, TaskInfo

__all__ = ["TaskActor"]


class TaskActor:
    """A task in an actor's process; see `Task`.

    Args:
      name: which task it is.
      cluster: the cluster.
      folder: the working directory.
      environment: variables of the environment.
    """

    def __init__(
        self, name: TaskName, cluster: Cluster, folder: str, environment: Mapping[str, str]
    ) -> None:
        os.environ.update(environment)
        if os.path.isdir(folder):
            os.chdir(folder)
        self._task = Task(name, cluster)

    def describe(self) -> TaskInfo:
        """See `Task.describe`."""
        return self._task.describe()

    def progress(self) -> TaskProgress:
        """See `Task.progress`."""
        return self._task.progress()

    def devices(self) -> tuple[str, ...]:
        """See `Task.devices`."""
        return self._task.devices()

    def install(self, session: str, number: int, part: bytes, settings: Settings) -> int:
        """See `Task.install`."""
        return self._task.install(session, number, part, settings)

    def run(self, *arguments: Any) -> Any:
        """See `Task.run`."""
        made = self._task.run(*arguments)
        if len(made) > 1:
            return made
        return made[0] if made else ()

    def cancel(self, session: str, step: int) -> None:
        """See `Task.cancel`."""
        self._task.cancel(session, step)

    def touch(self, session: str) -> None:
        """See `Task.touch`."""
        self._task.touch(session)

    def end_session(self, session: str) -> None:
        """See `Task.end_session`."""
        self._task.end_session(session)

    def reset(self, containers: Sequence[str]) -> None:
        """See `Task.reset`."""
        self._task.reset(containers)
