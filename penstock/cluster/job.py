"""When a job of several processes is over, and how: a state machine, told of what happens."""

from __future__ import annotations

import enum
import signal
from collections.abc import Iterable
from dataclasses import dataclass

from penstock.cluster.roles import Role

__all__ = ["Fate", "Job", "Standing"]


class Fate(enum.Enum):
    """What is to be done after a process has ended."""

    REST = "rest"
    RESTART = "restart"
    END = "end"


@dataclass
class Standing:
    """How one role's process stands.

    Attributes:
      status: its exit status, once it has ended; that of a signal is 128 and its number.
      restarts: how often it was started anew.
    """

    status: int | None = None
    restarts: int = 0

    def __str__(self) -> str:
        if self.status is None:
            return "running" if not self.restarts else f"running, restarted {self.restarts}×"
        return "done" if self.status == 0 else f"failed: {_told(self.status)}"


class Job:
    """A job: it goes well if all its processes do that do not merely serve the others.

    Args:
      roles: its processes.
      restarts: how often each may be started anew after it has failed.

    Attributes:
      standings: how each role's process stands.
      status: the job's exit status, once it is over.
      culprit: the role whose failure ended it.
    """

    def __init__(self, roles: Iterable[Role], restarts: int = 0) -> None:
        self.standings = {role: Standing() for role in roles}
        self.status: int | None = None
        self.culprit: Role | None = None
        self._restarts = restarts

    def ended(self, role: Role, code: int) -> Fate:
        """Take note that a role's process has ended.

        Args:
          role: which.
          code: what `subprocess` gives: below 0 for a signal.

        Returns:
          What is to be done.
        """
        standing = self.standings[role]
        standing.status = 128 - code if code < 0 else code
        if self.status is not None:
            return Fate.REST
        if standing.status != 0:
            if standing.restarts < self._restarts:
                standing.restarts += 1
                standing.status = None
                return Fate.RESTART
            self.status, self.culprit = standing.status, role
            return Fate.END
        if all(one.status == 0 for role, one in self.standings.items() if self._counts(role)):
            self.status = 0
            return Fate.END
        return Fate.REST

    def interrupted(self, number: int) -> None:
        """Take note that a signal ends the job."""
        if self.status is None:
            self.status = 128 + number

    def _counts(self, role: Role) -> bool:
        """Tell whether the job waits for a role's process."""
        return not role.serves or all(one.serves for one in self.standings)


def _told(status: int) -> str:
    if status > 128 and status - 128 in set(signal.Signals):
        return f"ended by {signal.Signals(status - 128).name}"
    return f"exit status {status}"
