"""What `make bench-cluster` times: each case trains something, on tasks within this process."""

import itertools

import pytest

import penstock
from benchmarks.cluster import cases
from benchmarks.promises import CLUSTER_PROMISES
from penstock.cluster.hosting import host
from penstock.cluster.names import Cluster

_ports = itertools.count(28000)


@pytest.fixture
def worker(monkeypatch):
    """The target of a worker in a cluster like that of the benchmark."""
    monkeypatch.setattr(cases, "DENSE_MEGABYTES", 1)
    jobs = {"ps": cases.PS_TASKS, "worker": 1}
    addresses = {
        job: {index: f"localhost:{next(_ports)}" for index in range(count)}
        for job, count in jobs.items()
    }
    cluster = Cluster(addresses)
    hosted = [host(cluster, task, is_local=True) for task in cluster.tasks]
    yield f"grpc://{addresses['worker'][0]}"
    for one in hosted:
        one.stop()


@pytest.mark.parametrize("name", cases.CASES)
def test_each_case_changes_the_variables_of_a_ps_task(name, worker):
    with penstock.Graph().as_default():
        step = cases.CASES[name](penstock, "/job:worker/task:0/cpu:0")
        variables = penstock.global_variables()
        assert all("/job:ps" in variable.device for variable in variables)
        with penstock.Session(worker) as session:
            session.run(step.initializer)
            before = session.run(variables)
            session.run(step.fetches, step.feeds)
            after = session.run(variables)
    assert all((old != new).any() for old, new in zip(before, after, strict=True))


def test_each_case_has_a_promise():
    assert cases.CASES.keys() == CLUSTER_PROMISES.keys()
    assert cases.CASES.keys() >= cases.TOGETHER
