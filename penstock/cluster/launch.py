"""Starting a job: a process for each role, watched until the job is over."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Protocol

from penstock.cluster.job import Job
from penstock.cluster.job_files import JobFiles, JobRecord
from penstock.cluster.membership import ray_transport
from penstock.cluster.processes import Command, Processes
from penstock.cluster.roles import (
    Role,
    arguments_for,
    environment_for,
    flags_in,
    free_addresses,
    roles_of,
)
from penstock.cluster.watching import RoleProgress, Watch, addresses_by_role
from penstock.core.errors import InvalidArgumentError

__all__ = ["Audience", "Program", "launch"]

_PAUSE = 0.2


class Audience(Protocol):
    """Who is told how a job goes; methods are called from several threads."""

    def line(self, role: Role, text: str) -> None:
        """Take a line of a role's output."""

    def progress(self, job: Job, found: Mapping[Role, RoleProgress]) -> None:
        """Take how far the roles are."""


@dataclass(frozen=True, slots=True)
class Program:
    """What each role runs.

    Attributes:
      command: the command line, but for the program's arguments.
      arguments: the program's arguments; see `arguments_for`.
      flags: the flags for a role that the program takes.
    """

    command: Sequence[str]
    arguments: Sequence[str] = ()
    flags: Sequence[str] = ()

    @classmethod
    def script(cls, path: str, arguments: Sequence[str]) -> Program:
        """Give a script as a program, which `penstock run` runs.

        Raises:
          InvalidArgumentError: if there is no such file.
        """
        if not Path(path).is_file():
            raise InvalidArgumentError(
                None, None, f"The script to run must be a file, but {path!r} is none. Options of "
                "`penstock cluster run` stand before the script, the script's own after it."
            )  # fmt: skip
        flags = flags_in(Path(path).read_text(errors="replace"))
        return cls((sys.executable, "-m", "penstock", "run", path), arguments, flags)

    @classmethod
    def server(cls) -> Program:
        """Give the program that serves a task, and does nothing else."""
        return cls((sys.executable, "-m", "penstock.cluster.serve"))


def launch(
    program: Program,
    counts: Mapping[str, int],
    files: JobFiles,
    audience: Audience,
    restarts: int = 0,
) -> Job:
    """Run a job until it is over; then no process of it is left.

    Args:
      program: what each role runs.
      counts: how many tasks there are, by job.
      files: where to leave what it leaves.
      audience: who is told how it goes.
      restarts: how often each process may be started anew after it has failed.

    Returns:
      The job, over.

    Raises:
      UnimplementedError: if Ray is not installed.
      InvalidArgumentError: if an argument has braces that mean nothing.
    """
    transport = ray_transport()
    roles = roles_of(counts)
    addresses = free_addresses(roles)
    commands = {
        role: Command(
            (*program.command, *arguments_for(role, addresses, program.arguments, program.flags)),
            environment_for(role, addresses),
        )
        for role in roles
    }
    command = (*program.command, *program.arguments)
    record = JobRecord(command, addresses, os.getpid(), os.environ.get("RAY_ADDRESS"), time.time())
    files.hold()
    files.write(record)
    job = Job(roles, restarts)
    watch = Watch(transport, addresses_by_role(addresses))
    with _merged(files.log(), audience.line) as hear, _interrupts(job):
        processes = Processes(job, commands, files.path, hear)
        try:
            with watch.telling(lambda found: audience.progress(job, found)):
                processes.start()
                while not processes.wait(_PAUSE):
                    pass
        finally:
            processes.end()
    files.write(replace(record, status=job.status))
    return job


@contextlib.contextmanager
def _merged(path: Path, tell: Callable[[Role, str], None]) -> Iterator[Callable[[Role, str], None]]:
    """Give what takes lines of roles, writes them to one file, and passes them on."""
    lock = threading.Lock()
    with open(path, "a") as file:

        def hear(role: Role, text: str) -> None:
            with lock:
                if file.closed:
                    return  # from what was left behind by a process that has ended
                file.write(f"{role} | {text}\n")
                file.flush()
            tell(role, text)

        yield hear


@contextlib.contextmanager
def _interrupts(job: Job) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the job within the block, in order."""

    def interrupted(number: int, frame: FrameType | None) -> None:
        job.interrupted(number)

    before = {
        number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
