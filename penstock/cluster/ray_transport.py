"""Tasks as Ray's actors: the transport between processes and machines, and the only home of Ray.

A task is an actor, named by its address, which belongs to the process that serves it: it ends with
that process, and is started anew if it alone dies. Calls are Ray's; a reference to a parcel is an
object reference, so values go from actor to actor.

Ray repeats a call whose answer was lost. A task answers a repeated call without running it again
(`replies`), and one that was started anew tells that it is another life (`Task.run`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

import ray
import ray.exceptions

from penstock.cluster.lanes import Lane
from penstock.cluster.names import Cluster, TaskName, address_of
from penstock.cluster.progress import TaskProgress
from penstock.cluster.ray_channels import LanedActor, lay
from penstock.cluster.task import Settings, TaskInfo
from penstock.cluster.transport import Call, Handle, Installed, Reference
from penstock.core.errors import (
    AlreadyExistsError,
    DeadlineExceededError,
    InternalError,
    OpError,
    UnavailableError,
)

__all__ = ["HostedActor", "RayHandle", "RayTransport", "connected", "start_ray", "stop_ray"]

# How many parts a task runs at once, those that wait at queues included.
_THREADS = 64
# How long a task may take to answer what needs no work.
_SECONDS = 60.0
# How long to wait for an address whose last task is just ending.
_NAME_SECONDS = 15.0
# Variables of the environment that say how parts run, which a task has from who serves it.
_PREFIXES = ("PENSTOCK_", "JAX_", "XLA_", "CUDA_")


def start_ray() -> str:
    """Start Ray on this machine, reachable from this machine only; gives its address."""
    ray.init(
        address="local",
        include_dashboard=False,
        log_to_driver=False,
        num_cpus=os.cpu_count(),
    )
    address: str = ray.get_runtime_context().gcs_address
    return address


def stop_ray() -> None:
    """End the Ray that this process has started."""
    ray.shutdown()


# Methods that are answered at once, whatever runs, and how often Ray repeats them.
_CONTROL = {
    "describe": -1,
    "progress": -1,
    "devices": -1,
    "reset": -1,
    "cancel": 0,
    "touch": 0,
    "end_session": 0,
}


@lru_cache(maxsize=1)
def _actor_class() -> Any:
    """Give the actors' class: `TaskActor` with what Ray wants to know of its methods."""
    methods = {
        name: ray.method(concurrency_group="control", max_task_retries=retries)(
            getattr(LanedActor, name)
        )
        for name, retries in _CONTROL.items()
    }
    kind = type("Task", (LanedActor,), methods)
    remote: Any = ray.remote
    return remote(concurrency_groups={"control": 4})(kind)


class RayHandle:
    """A task that is an actor.

    Args:
      actor: the actor.
      address: the task's address, for messages.
    """

    def __init__(self, actor: Any, address: str) -> None:
        self._actor = actor
        self._address = address
        self._run = actor.run

    def describe(self) -> TaskInfo:
        """See `Task.describe`."""
        info: TaskInfo = _ask(self._actor.describe.remote())
        return info

    def progress(self) -> TaskProgress:
        """See `Task.progress`."""
        progress: TaskProgress = _ask(self._actor.progress.remote())
        return progress

    def devices(self) -> tuple[str, ...]:
        """See `Task.devices`."""
        names: tuple[str, ...] = _ask(self._actor.devices.remote())
        return names

    def install(self, session: str, number: int, part: bytes, settings: Settings) -> int:
        """See `Task.install`."""
        life: int = _ask(self._actor.install.remote(session, number, part, settings))
        return life

    @property
    def actor(self) -> Any:
        """The actor."""
        return self._actor

    def start(self, call: Call, parcels: Sequence[Reference]) -> list[Reference]:
        """Begin a call."""
        method = self._run if call.gives < 2 else self._run.options(num_returns=call.gives)
        made = method.remote(
            call.session, call.life, call.number, call.step, call.oldest, call.milliseconds,
            call.fed, *parcels,
        )  # fmt: skip
        return made if isinstance(made, list) else [made]

    def cancel(self, session: str, step: int) -> None:
        """See `Task.cancel`."""
        self._actor.cancel.remote(session, step)

    def touch(self, session: str) -> None:
        """See `Task.touch`."""
        self._actor.touch.remote(session)

    def end_session(self, session: str) -> None:
        """See `Task.end_session`."""
        if ray.is_initialized():
            self._actor.end_session.remote(session)

    def reset(self, containers: Iterable[str]) -> None:
        """See `Task.reset`."""
        _ask(self._actor.reset.remote(tuple(containers)))


class RayTransport:
    """The tasks that are actors of a Ray cluster.

    Args:
      namespace: where in Ray the actors' names are looked for.
    """

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def find(self, address: str) -> RayHandle | None:
        """Give the task of an address; None while there is none."""
        key = address_of(address)
        try:
            return RayHandle(ray.get_actor(key, namespace=self._namespace), key)
        except ValueError:
            return None

    def given(self, values: Sequence[Any]) -> Reference:
        """Make a reference to values that are here: themselves."""
        return tuple(values)

    def collect(self, references: Sequence[Reference], seconds: float | None) -> list[Any]:
        """Wait for parcels, and give them in order."""
        if all(isinstance(one, ray.ObjectRef) for one in references):
            found: list[Any] = _get(list(references), seconds)
            return found
        return [_get(one, seconds) if isinstance(one, ray.ObjectRef) else one for one in references]

    def lane(
        self, session: str, parts: Sequence[Installed], awaited: Sequence[tuple[int, int]]
    ) -> Lane | None:
        """Tie parts together that are run again and again, if their tasks are on this machine."""
        actors = {one.part.task: cast(RayHandle, one.handle).actor for one in parts}
        lives = [(one.handle, one.life) for one in parts]
        return lay(session, parts, awaited, actors, _ask, lambda: _all_live(lives))

    def host(self, cluster: Cluster, name: TaskName) -> HostedActor:
        """Start a task that this process serves.

        Raises:
          AlreadyExistsError: if the task is running.
        """
        return HostedActor(cluster, name, self._namespace)


class HostedActor:
    """A task that this process serves.

    Args:
      cluster: the cluster.
      name: which task it is.
      namespace: where in Ray it can be found.
    """

    def __init__(self, cluster: Cluster, name: TaskName, namespace: str) -> None:
        address = cluster.address(name)
        self.target = f"grpc://{address}"
        self._stopped = threading.Event()
        environment = {key: value for key, value in os.environ.items() if key.startswith(_PREFIXES)}
        options = _actor_class().options(
            name=address_of(address),
            namespace=namespace,
            num_cpus=0,
            max_concurrency=_THREADS,
            max_restarts=-1,
            max_task_retries=-1,
        )
        limit = time.monotonic() + _NAME_SECONDS
        while True:
            try:
                self._actor = options.remote(name, cluster, os.getcwd(), environment)
                break
            except ValueError as error:
                if time.monotonic() > limit:
                    raise AlreadyExistsError(
                        None, None, f"An address must belong to one task, but {address!r}, that of "
                        f"{name}, is served by another process already. End that process, or give "
                        "this task an address of its own in the ClusterSpec."
                    ) from error  # fmt: skip
                time.sleep(0.2)
        _get(self._actor.describe.remote(), _SECONDS)

    def join(self) -> None:
        """Wait until the task is stopped, or its cluster is gone."""
        while not self._stopped.wait(1.0):
            try:
                _get(self._actor.describe.remote(), _SECONDS)
            except (UnavailableError, DeadlineExceededError):
                return

    def stop(self) -> None:
        """End the task."""
        self._stopped.set()
        ray.kill(self._actor)


def _ask(references: Any) -> Any:
    """Wait for what needs no work."""
    return _get(references, _SECONDS)


def _all_live(tasks: Iterable[tuple[Handle, int]]) -> bool:
    """Tell whether tasks still are in the life that they were in."""
    try:
        return all(handle.describe().life == life for handle, life in tasks)
    except OpError:
        return False


def _get(references: Any, seconds: float | None) -> Any:
    """Wait for what was called, with errors as TensorFlow has them."""
    try:
        return ray.get(references, timeout=seconds)
    except ray.exceptions.GetTimeoutError as error:
        raise DeadlineExceededError(
            None, None, "The tasks did not answer within the time that the run has. Give it more "
            "by RunOptions(timeout_in_ms=...), or see what keeps them."
        ) from error  # fmt: skip
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, OpError):
            raise error.cause from None
        raise InternalError(
            None, None, f"A task failed in a way that it should not: {error}"
        ) from error
    except ray.exceptions.RayError as error:
        told = str(error).splitlines()[0]
        raise UnavailableError(
            None, None, f"A task that the run needs is not there: {told} If it is started anew, "
            "make a new session, and restore the variables; tf.train.MonitoredTrainingSession "
            "does so by itself."
        ) from error  # fmt: skip


def connected(address: str | None) -> RayTransport:
    """Connect this process to the Ray of an address, unless it is connected already."""
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=True, configure_logging=False)
    return RayTransport(os.environ.get("PENSTOCK_NAMESPACE", "penstock"))
