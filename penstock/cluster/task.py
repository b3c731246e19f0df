"""A task of a cluster: the owner of variables and queues, which runs parts of sessions' steps.

What a task is asked, by whatever transport, are the methods of `Task`:

    describe     which task it is, of which cluster, and since when it lives
    progress     how far its clients are, and what they wait for
    devices      what devices it has
    install      take a part of a session's program, to be run by its number from then on
    run          run a part once
    cancel       end a step that runs, or waits at a queue
    touch        take note that a client on another machine lives
    end_session  forget what a session has installed
    reset        drop the state in some containers
    close        end everything

Variables, queues and tables are named by container and shared name, and outlive sessions; random
counters belong to a session.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock.cluster.installed import InstalledPart
from penstock.cluster.names import Cluster, TaskName
from penstock.cluster.presence import Client, Presence, is_running, this_client, watch
from penstock.cluster.progress import Progress, TaskProgress
from penstock.cluster.replies import Replies
from penstock.cluster.scripts import Script, follow
from penstock.cluster.shipping import unpack
from penstock.core.errors import AbortedError
from penstock.core.held import Held
from penstock.core.waiting import Ending, cancelled_by, limited
from penstock.runtime.place import Placement
from penstock.runtime.state import State

__all__ = ["Settings", "Task", "TaskInfo"]


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """What a task says of itself.

    Attributes:
      name: which task it is.
      cluster: the cluster it belongs to.
      life: another number each time it starts: a task that has died and come back has lost its
        state.
      process: the number of its process.
      host: the machine that it is on.
    """

    name: TaskName
    cluster: Cluster
    life: int
    process: int
    host: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How a session runs its parts.

    Attributes:
      client: the name of the task that is its target.
      process: the process that has the session.
      soft: whether a device that is not there gives way to the default one.
      limits: the most devices to use, by type.
      tier: the tier that must run everything; None to choose.
    """

    client: str
    process: Client
    soft: bool
    limits: Mapping[str, int]
    tier: str | None


@dataclass
class _Session:
    """What a task keeps for a session."""

    settings: Settings
    placement: Placement
    parts: dict[int, InstalledPart] = field(default_factory=dict)
    replies: Replies = field(default_factory=Replies)
    running: dict[int, list[Ending]] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    spare: Ending | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: bool = False
    latest: int = -1
    counters: set[str] = field(default_factory=set)

    @property
    def endings(self) -> list[Ending]:
        """What ends the parts that run; to be asked for under the lock."""
        return [ending for some in self.running.values() for ending in some]


class Task:
    """One task of a cluster.

    Args:
      name: which task it is.
      cluster: the cluster.
    """

    def __init__(self, name: TaskName, cluster: Cluster) -> None:
        own = this_client()
        life = int.from_bytes(os.urandom(6))
        self._info = TaskInfo(name, cluster, life, own.process, own.host)
        self._presence = Presence(own, is_running)
        self._watch: threading.Thread | None = None
        self._state = State()
        self._containers: dict[str, str] = {}
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()
        self._progress = Progress()

    def describe(self) -> TaskInfo:
        """Say which task it is, of which cluster, and since when it lives."""
        return self._info

    def progress(self) -> TaskProgress:
        """Tell how far its clients are, and what they wait for."""
        with self._lock:
            sessions = list(self._sessions.values())
        waits: dict[str, set[str]] = {}
        for kept in sessions:
            with kept.lock:
                running = kept.endings
            found = waits.setdefault(kept.settings.client, set())
            found.update(name for ending in running for name in ending.waits)
        return self._progress.told(self._state, waits)

    def devices(self) -> tuple[str, ...]:
        """List its devices, such as ``/device:CPU:0``."""
        return Placement(soft=True).devices

    def install(self, session: str, number: int, part: bytes, settings: Settings) -> int:
        """Take a part of a session's program; a part that is there already stays.

        Returns:
          The task's life, to say in each call.
        """
        with self._lock:
            kept = self._sessions.get(session)
            if kept is None:
                placement = Placement(settings.soft, settings.limits)
                kept = self._sessions[session] = _Session(settings, placement)
                self._presence.add(session, settings.process, time.monotonic())
                if self._presence and self._watch is None:
                    self._watch = watch(
                        self._presence, self._lock, self._state.ended, self.end_session
                    )
        if number not in kept.parts:
            shipment = unpack(part)
            kept.counters.update(shipment.program.counters)
            self._containers.update(shipment.containers)
            kept.parts[number] = InstalledPart(shipment, self._state, kept.placement, settings.tier)
        return self._info.life

    def run(
        self,
        session: str,
        life: int,
        number: int,
        step: int,
        oldest: int,
        milliseconds: int,
        fed: Sequence[Any],
        *parcels: Sequence[Any],
    ) -> list[tuple[Any, ...]]:
        """Run a part once, even if it is called again for the same step.

        Args:
          session: whose part it is.
          life: that of the task in which the part was installed.
          number: the part's number.
          step: the number of the session's step.
          oldest: the oldest step that the session still waits for.
          milliseconds: how long it may take; 0 is no limit.
          fed: values of the slots that the client feeds.
          parcels: what other parts gave.

        Returns:
          The parcels that the part gives.

        Raises:
          AbortedError: if the task was started anew meanwhile, or the session is over.
          OpError: if a step fails.
        """
        kept = self._session(session, life)
        part = kept.parts[number]
        if kept.cancelled:
            with kept.lock:
                kept.cancelled = {one for one in kept.cancelled if one >= oldest}
        if not part.shipment.writes:
            return self._run(kept, part, step, milliseconds, fed, parcels)
        answer: list[tuple[Any, ...]] = kept.replies.once(
            (step, number),
            oldest,
            lambda: self._run(kept, part, step, milliseconds, fed, parcels),
        )
        return answer

    def _session(self, session: str, life: int) -> _Session:
        kept = self._sessions.get(session)
        if kept is None or life != self._info.life:
            raise AbortedError(
                None, None, f"{self._info.name} was started anew since this session began, or the "
                "session was closed: what it held for the session is gone. Make a new session, and "
                "initialize or restore the variables; tf.train.MonitoredTrainingSession does so."
            )  # fmt: skip
        return kept

    def _run(
        self,
        kept: _Session,
        part: InstalledPart,
        step: int,
        milliseconds: int,
        fed: Sequence[Any],
        parcels: Sequence[Sequence[Any]],
    ) -> list[tuple[Any, ...]]:
        with kept.lock:
            if step > kept.latest:
                self._progress.count(kept.settings.client, step - kept.latest)
                kept.latest = step
            ending, kept.spare = kept.spare or Ending(), None
            kept.running.setdefault(step, []).append(ending)
            if kept.ended or step in kept.cancelled:
                ending.set()
        try:
            with limited(milliseconds), cancelled_by(ending):
                return part.run(fed, parcels)
        finally:
            with kept.lock:
                kept.running[step].remove(ending)
                if not kept.running[step]:
                    del kept.running[step]
                if not ending.is_set():
                    kept.spare = ending

    def follow(self, script: Script) -> None:
        """Begin to run a script for each step that comes, in a thread of its own."""
        goes_on = lambda: script.session in self._sessions  # noqa: E731
        threading.Thread(target=follow, args=(script, self.run, goes_on), daemon=True).start()

    def touch(self, session: str) -> None:
        """Take note that a session's client lives, which is on another machine."""
        with self._lock:
            self._presence.touch(session, time.monotonic())

    def cancel(self, session: str, step: int) -> None:
        """End what runs, or waits, of a step, and what of it has still to begin."""
        kept = self._sessions.get(session)
        if kept is not None:
            with kept.lock:
                kept.cancelled.add(step)
                for ending in kept.running.get(step, ()):
                    ending.set()

    def end_session(self, session: str) -> None:
        """Forget what a session has installed, and end its steps; the state stays."""
        with self._lock:
            kept = self._sessions.pop(session, None)
            self._presence.remove(session)
        if kept is None:
            return
        with kept.lock:
            kept.ended = True
            running = kept.endings
        for ending in running:
            ending.set()
        with self._state.lock:
            for key in kept.counters:
                self._state.drop(key)

    def reset(self, containers: Iterable[str]) -> None:
        """Drop the state in containers; in the default one, if none is named."""
        wanted = set(containers) or {""}
        with self._state.lock:
            for key, value in list(self._state.values.items()):
                if self._containers.get(key, "") in wanted:
                    if isinstance(value, Held):
                        value.close()
                    self._state.drop(key)

    def close(self) -> None:
        """End all sessions, and free the state."""
        for session in list(self._sessions):
            self.end_session(session)
        self._state.clear()
