"""What a session with a target runs on: the tasks of a cluster.

A program is cut into parts by task. A part is sent to its task once; a run is then one asynchronous
call for each part, with the values of its feeds and references to what other parts give. Values
between tasks never come here, unless a Python function takes them: such functions live in this
process, as a part of their own.
"""

from __future__ import annotations

import itertools
import threading
import uuid
from typing import Any
from weakref import WeakSet

from penstock.cluster.distributed import DistributedRunner
from penstock.cluster.membership import Found, wait_for
from penstock.cluster.names import TaskName, matches
from penstock.cluster.placement import TaskPlacement
from penstock.cluster.presence import TOUCH_SECONDS, this_client
from penstock.cluster.task import Settings, TaskInfo
from penstock.cluster.transport import Handle, Transport
from penstock.core.errors import AbortedError, OpError, UnavailableError
from penstock.graph.node import Node
from penstock.runtime.partial import MakeRunner
from penstock.runtime.place import DEFAULT, Placed
from penstock.runtime.program import Program
from penstock.runtime.prune import Pruned
from penstock.runtime.state import State

__all__ = ["ClusterMachine"]


class ClusterMachine:
    """The tasks of a cluster, as one session sees them.

    Args:
      found: the task that the session's target is.
      config: the session's `ConfigProto`.
      tier: ``"numpy"`` or ``"xla"`` to have one tier run everything; None to choose.

    Attributes:
      session: the session's name, which no other has.
      transport: what carries calls.
      settings: how parts are run.
    """

    def __init__(self, found: Found, config: Any, tier: str | None) -> None:
        self.session = uuid.uuid4().hex
        self.transport: Transport = found.transport
        info = found.handle.describe()
        self.settings = Settings(
            str(info.name),
            this_client(),
            config.allow_soft_placement,
            dict(config.device_count),
            tier,
        )
        self._cluster = info.cluster
        self._target = info.name
        self._filters = tuple(config.device_filters)
        self._handles: dict[str, Handle] = {}
        self._far: list[Handle] = []
        self._closed = threading.Event()
        self._devices: dict[str, tuple[str, ...]] = {}
        self._own = State()
        self._numbers = itertools.count()
        self._steps = itertools.count()
        self._running: set[int] = set()
        self._lock = threading.Lock()
        self._lost: OpError | None = None
        self._runners: WeakSet[DistributedRunner] = WeakSet()
        self._add(found.handle, info)
        self._placement = TaskPlacement(
            info.cluster, info.name, self._filters, config.allow_soft_placement, self._has_device
        )

    def place(self, pruned: Pruned) -> Placed:
        """Choose a task and a device for each node; see `TaskPlacement.place`."""
        return self._placement.place(pruned)

    def random_key(self, node: Node, key: str) -> tuple[int, int]:
        """Give a random op's seeds; see `State.random_key`."""
        return self._own.random_key(node, key)

    def runner_maker(self, placed: Placed) -> MakeRunner:
        """Give what makes a runner of a program."""

        def make(program: Program) -> Any:
            runner = DistributedRunner(program, placed, self)
            self._runners.add(runner)
            return runner

        return make

    def device_names(self) -> list[str]:
        """List the full names of the devices of all tasks that the session sees."""
        tasks = [task for task in self._cluster.tasks if matches(task, self._filters)]
        return [f"{task}{device}" for task in tasks for device in self._devices_of(task)]

    def device_of(self, placed: Placed, node: Node) -> str:
        """Give the full name of the device that a node was placed on."""
        device = placed.devices[node]
        return placed.tasks[node] + ("" if device == DEFAULT else device)

    def close(self) -> None:
        """End the session's steps, and have the tasks forget it; their state stays."""
        self._closed.set()
        for handle in list(self._handles.values()):
            handle.end_session(self.session)
        for runner in list(self._runners):
            runner.close()
        self._own.clear()

    def handle(self, task: str) -> Handle:
        """Give a task, waiting until it is there.

        Raises:
          UnavailableError: if it does not come in time.
        """
        found = self._handles.get(task)
        if found is None:
            address = self._cluster.address(TaskName.parse(task))
            found = wait_for(lambda: self.transport.find(address), f"the task {task} at {address}")
            self._add(found, found.describe())
        return found

    def _add(self, handle: Handle, info: TaskInfo) -> None:
        """Take note of a task; one on another machine is told now and then that this one lives."""
        self._handles[str(info.name)] = handle
        if info.host == self.settings.process.host:
            return
        self._far.append(handle)
        if len(self._far) == 1:
            arguments = (self.session, self._far, self._closed)
            threading.Thread(target=_touch, args=arguments, daemon=True).start()

    def next_number(self) -> int:
        """Give a number that no other part of the session has."""
        return next(self._numbers)

    @property
    def local_state(self) -> State:
        """The state of what runs in this process."""
        return self._own

    def begin(self) -> tuple[int, int]:
        """Begin a step; gives its number, and that of the oldest that runs.

        Raises:
          AbortedError: if a task was lost: the session is over.
        """
        if self._lost is not None:
            raise AbortedError(
                None, None, f"The session has lost a task before: {self._lost.message} Make a new "
                "session; tf.train.MonitoredTrainingSession does so by itself."
            )  # fmt: skip
        with self._lock:
            step = next(self._steps)
            self._running.add(step)
            return step, min(self._running)

    def end(self, step: int, error: BaseException | None) -> None:
        """Take note that a step is over, and how."""
        with self._lock:
            self._running.discard(step)
        if isinstance(error, (AbortedError, UnavailableError)):
            self._lost = error

    def _devices_of(self, task: TaskName) -> tuple[str, ...]:
        key = str(task)
        if key not in self._devices:
            self._devices[key] = self.handle(key).devices()
        return self._devices[key]

    def _has_device(self, task: TaskName, device: str) -> bool:
        return device in self._devices_of(task)


def _touch(session: str, handles: list[Handle], closed: threading.Event) -> None:
    """Tell tasks that a session's client lives, until it is closed."""
    while not closed.wait(TOUCH_SECONDS):
        for handle in list(handles):
            handle.touch(session)
