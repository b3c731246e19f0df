"""What a job leaves in files, for who asks about it: where its tasks are, how it ended, its logs.

FOLDER/JOB/job.json       what was started, and how it ended
FOLDER/JOB/all.log        the output of all roles, each line with its role before it
FOLDER/JOB/worker-0.log   the output of one role
FOLDER/JOB/launcher       locked as long as the job runs
"""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from penstock.cluster.local_ray import Folder
from penstock.cluster.roles import Role

__all__ = ["JobFiles", "JobRecord"]

_KEPT = 20


@dataclass(frozen=True)
class JobRecord:
    """What is known of a job.

    Attributes:
      command: what each role runs, with its arguments.
      addresses: the addresses of its tasks, by the jobs of its cluster.
      launcher: the number of the process that looks after it.
      ray: the address of the Ray cluster that it runs on; None for this machine's own.
      began: when it was started: seconds since 1970.
      status: its exit status; None as long as it runs, or if its launcher was killed.
    """

    command: Sequence[str]
    addresses: Mapping[str, Sequence[str]]
    launcher: int
    ray: str | None
    began: float
    status: int | None = None

    @property
    def roles(self) -> list[Role]:
        """Its roles."""
        return [
            Role(job, index) for job, some in self.addresses.items() for index in range(len(some))
        ]


class JobFiles:
    """The files of one job.

    Args:
      path: its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def new(cls, folder: Path | None = None) -> JobFiles:
        """Make a folder for a new job, and forget jobs that ended long ago.

        Args:
          folder: the folder to use; one of its own among this user's if None.
        """
        if folder is None:
            jobs = cls.all()
            for old in [job for job in jobs if not job.runs][: max(0, len(jobs) - _KEPT)]:
                for file in old.path.iterdir():
                    file.unlink()
                old.path.rmdir()
            folder = _usual() / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @classmethod
    def all(cls) -> list[JobFiles]:
        """List the jobs of this user, the oldest first."""
        root = _usual()
        return [cls(path.parent) for path in sorted(root.glob("*/job.json"))]

    @property
    def name(self) -> str:
        """The job's name."""
        return self.path.name

    @property
    def runs(self) -> bool:
        """Whether the job runs."""
        return Folder(self.path).is_held("launcher")

    def hold(self) -> None:
        """Say that this process looks after the job, as long as it lives."""
        Folder(self.path).hold("launcher")

    def write(self, record: JobRecord) -> None:
        """Write down what is known of it."""
        unfinished = self.path / "job.json.new"
        unfinished.write_text(json.dumps(dataclasses.asdict(record)))
        unfinished.rename(self.path / "job.json")

    def read(self) -> JobRecord:
        """Read what is known of it."""
        return JobRecord(**json.loads((self.path / "job.json").read_text()))

    def log(self, role: str | None = None) -> Path:
        """Give the file with the output of a role, such as ``worker-0``, or of all."""
        return self.path / f"{role or 'all'}.log"


def _usual() -> Path:
    return Folder.usual().path / "jobs"
