"""`tf.train.Server`: a task of a cluster, which sessions reach by its target."""

from __future__ import annotations

import socket
from typing import Any

from penstock.cluster.hosting import Hosted, host
from penstock.cluster.names import Cluster, TaskName
from penstock.core import config
from penstock.formats.cluster_messages import ServerDef
from penstock.train.cluster_spec import ClusterSpec

__all__ = ["Server"]


class Server:
    """Serves one task of a cluster: it owns the variables and queues placed there, and runs ops.

        cluster = tf.train.ClusterSpec({"ps": ["localhost:2222"], "worker": ["localhost:2223"]})
        server = tf.train.Server(cluster, job_name="ps", task_index=0)
        server.join()

    Tasks talk through Ray, if it is installed: this process's task is an actor, which ends with
    the process. Without Ray, all tasks of a cluster have to be served by one process.

    Args:
      server_or_cluster_def: a `ClusterSpec`, or what makes one; or a `ServerDef`, which says what
        the other arguments do not.
      job_name: the task's job; may be left out if there is only one.
      task_index: the task's number in its job; may be left out if it has only one.
      protocol: kept in `server_def`; Ray carries everything.
      config: a `ConfigProto`; a session's own says what counts.
      start: whether to start it at once.

    Raises:
      TypeError: if `server_or_cluster_def` is none of these.
      ValueError: if it does not say which task this is.
      tf.errors.InvalidArgumentError: if the cluster has no such task.
      tf.errors.AlreadyExistsError: if the task is running.
    """

    def __init__(
        self,
        server_or_cluster_def: Any,
        job_name: str | None = None,
        task_index: int | None = None,
        protocol: str | None = None,
        config: Any = None,
        start: bool = True,
    ) -> None:
        self._server_def = _server_def(server_or_cluster_def, job_name, task_index, protocol)
        spec = ClusterSpec(self._server_def.cluster)
        self._cluster = Cluster({job: dict(_tasks(spec, job)) for job in spec.jobs})
        self._name = TaskName(self._server_def.job_name, self._server_def.task_index)
        self._address = self._cluster.address(self._name)
        self._is_local = False
        self._hosted: Hosted | None = None
        if start:
            self.start()

    @property
    def server_def(self) -> Any:
        """Which task it is, of which cluster: a `ServerDef`."""
        made = ServerDef()
        made.CopyFrom(self._server_def)
        return made

    @property
    def target(self) -> str:
        """What a session names it by."""
        return f"grpc://{self._address}"

    def start(self) -> None:
        """Start it; one that has started goes on.

        Raises:
          tf.errors.AlreadyExistsError: if the task is running elsewhere.
        """
        if self._hosted is None:
            self._hosted = host(self._cluster, self._name, self._is_local)

    def join(self) -> None:
        """Wait until the task ends, which is when its cluster does."""
        self.start()
        assert self._hosted is not None
        self._hosted.join()

    @staticmethod
    def create_local_server(config: Any = None, start: bool = True) -> Server:
        """Make a server of a cluster of one task, which only this process can reach.

        Args:
          config: as for the class.
          start: as for the class.
        """
        server = Server({"local": [f"localhost:{_free_port()}"]}, config=config, start=False)
        server._is_local = True
        if start:
            server.start()
        return server


def _server_def(
    given: Any, job_name: str | None, task_index: int | None, protocol: str | None
) -> Any:
    made = ServerDef()
    if isinstance(given, (ServerDef, config.ServerDef)):
        made.cluster.CopyFrom(ClusterSpec(given.cluster).as_cluster_def())
        made.job_name, made.task_index = given.job_name, given.task_index
        made.protocol = given.protocol
        if job_name is not None:
            made.job_name = job_name
        if task_index is not None:
            made.task_index = task_index
    else:
        try:
            spec = ClusterSpec(given)
        except TypeError:
            raise TypeError(
                "A server is made of a ClusterSpec, a dict of jobs, a ClusterDef or a ServerDef, "
                f"but got {given!r} of {type(given)}. Give tf.train.ClusterSpec({{job: "
                "[address, ...]})."
            ) from None
        made.cluster.CopyFrom(spec.as_cluster_def())
        made.job_name = _job(made.cluster, job_name)
        made.task_index = _index(spec, made.job_name, task_index)
    made.protocol = protocol or made.protocol or "grpc"
    return made


def _job(cluster: Any, job_name: str | None) -> str:
    if job_name is not None:
        return job_name
    if len(cluster.job) != 1:
        raise ValueError(
            "job_name must say which job the server's task belongs to, since the cluster has the "
            f"jobs {[job.name for job in cluster.job]}. Give job_name=..."
        )
    name: str = cluster.job[0].name
    return name


def _index(spec: ClusterSpec, job: str, task_index: int | None) -> int:
    if task_index is not None:
        return task_index
    if job not in spec.jobs or spec.num_tasks(job) != 1:
        raise ValueError(
            f"task_index must say which task of the job {job!r} the server is, since there is more "
            "than one, or none. Give task_index=..."
        )
    return spec.task_indices(job)[0]


def _tasks(spec: ClusterSpec, job: str) -> list[tuple[int, str]]:
    return [(index, spec.task_address(job, index)) for index in spec.task_indices(job)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
