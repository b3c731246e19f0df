"""Clusters that tests run on: tasks in this process, and tasks as Ray's actors."""

import itertools

import pytest

from penstock.cluster.hosting import host
from penstock.cluster.membership import find_task
from penstock.cluster.names import Cluster

_ports = itertools.count(20000, 10)


class RunningCluster:
    """Tasks that run, with the targets of sessions."""

    def __init__(self, jobs, is_local):
        first = next(_ports)
        numbers = itertools.count(first)
        self.spec = {
            job: [f"localhost:{next(numbers)}" for _ in range(count)] for job, count in jobs.items()
        }
        self.cluster = Cluster({job: dict(enumerate(some)) for job, some in self.spec.items()})
        self.hosted = [host(self.cluster, task, is_local) for task in self.cluster.tasks]

    def target(self, job="worker", index=0):
        return f"grpc://{self.spec[job][index]}"

    def stop(self):
        for hosted in self.hosted:
            hosted.stop()

    def reset(self):
        for address in itertools.chain(*self.spec.values()):
            find_task(f"grpc://{address}").handle.reset(["", "kept"])


@pytest.fixture(scope="session")
def actors():
    """Four tasks as actors, which all tests share: to start them takes seconds."""
    cluster = RunningCluster({"worker": 2, "ps": 2}, is_local=False)
    yield cluster
    cluster.stop()


@pytest.fixture(params=["here", "ray"])
def start(request):
    """Give a function that starts a cluster with at least so many tasks for each job."""
    started = []

    def make(**jobs):
        if request.param == "ray":
            cluster = request.getfixturevalue("actors")
            cluster.reset()
            return cluster
        started.append(RunningCluster(jobs, is_local=True))
        return started[-1]

    yield make
    for cluster in started:
        cluster.stop()
