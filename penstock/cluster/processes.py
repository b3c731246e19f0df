"""A job's processes: started, heard, restarted, ended."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from penstock.cluster.job import Fate, Job
from penstock.cluster.roles import Role

__all__ = ["Command", "Processes"]

# How long a process may take to end after it was asked to: seconds.
_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Command:
    """How a role's process is started: its command line, and what is added to the environment."""

    arguments: Sequence[str]
    environment: Mapping[str, str]


class Processes:
    """The processes of a job, each with all its children in a group of its own.

    Args:
      job: how the job stands; told of what happens.
      commands: how each role's process is started.
      logs: the folder in which each role's output is kept, as ``worker-0.log``.
      hear: called with a role and a line of its output, from several threads.
    """

    def __init__(
        self,
        job: Job,
        commands: Mapping[Role, Command],
        logs: Path,
        hear: Callable[[Role, str], None],
    ) -> None:
        self._job = job
        self._commands = commands
        self._logs = logs
        self._hear = hear
        self._running: dict[Role, subprocess.Popen[str]] = {}
        self._ends: queue.SimpleQueue[tuple[Role, int]] = queue.SimpleQueue()
        self._listeners: list[threading.Thread] = []
        self._ending = False

    def start(self) -> None:
        """Start all; those that serve first."""
        for role in sorted(self._commands, key=lambda role: not role.serves):
            self._start(role)

    def process_ids(self) -> dict[Role, int]:
        """Give the numbers of the processes that run."""
        return {role: process.pid for role, process in self._running.items()}

    def _start(self, role: Role) -> None:
        command = self._commands[role]
        process = subprocess.Popen(
            command.arguments,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running[role] = process
        listener = threading.Thread(target=self._listen, args=(role, process), daemon=True)
        listener.start()
        self._listeners.append(listener)

    def _listen(self, role: Role, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with open(self._logs / f"{role.job}-{role.index}.log", "a") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if not self._ending:  # what is said to being ended is of no interest
                    self._hear(role, line.rstrip("\n"))
        self._ends.put((role, process.wait()))

    def wait(self, seconds: float) -> bool:
        """Wait so long for a process to end, and do what is to be done then.

        Returns:
          Whether the job is over.
        """
        with contextlib.suppress(queue.Empty):
            role, code = self._ends.get(timeout=seconds)
            _send(self._running.pop(role), signal.SIGKILL)  # children that outlive their parent
            if self._job.ended(role, code) is Fate.RESTART:
                self._start(role)
        return self._job.status is not None

    def end(self) -> None:
        """End all that run still, and their children; by force if they do not end when asked."""
        self._ending = True
        for process in self._running.values():
            _send(process, signal.SIGTERM)
        for role, process in self._running.items():
            try:
                code = process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                _send(process, signal.SIGKILL)
                code = process.wait()
            self._job.ended(role, 0 if role.serves and code == -signal.SIGTERM else code)
        for process in self._running.values():
            _send(process, signal.SIGKILL)  # children that outlive their parent
        for listener in self._listeners:
            listener.join(1.0)
        self._running.clear()


def _send(process: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
