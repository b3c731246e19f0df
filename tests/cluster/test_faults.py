"""Tasks that die, are late, or come back: real processes, killed by SIGKILL."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.cluster.membership import find_task, ray_transport

TRAIN = Path(__file__).parent / "programs" / "train.py"
_ports = itertools.count(26000, 10)


class Script:
    """A script in a process of its own, with what it has printed."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-u", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "JAX_PLATFORMS": "cpu", **environment},
        )
        self.lines = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    @property
    def step(self):
        """The last step that it has printed; 0 before the first."""
        steps = [line.split()[1] for line in self.lines if line.startswith("step")]
        return int(steps[-1]) if steps else 0

    def reach(self, step, seconds=90):
        """Wait until it has come so far."""
        limit = time.monotonic() + seconds
        while self.step < step:
            assert self.process.poll() is None and time.monotonic() < limit, self.lines
            time.sleep(0.02)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._reader.join()

    def end(self, seconds=90):
        code = self.process.wait(seconds)
        self._reader.join()
        return code


class Job:
    """The scripts of a training job with one server."""

    def __init__(self, folder, workers, last_step):
        ports = itertools.count(next(_ports))
        self.spec = {
            "ps": [f"localhost:{next(ports)}"],
            "worker": [f"localhost:{next(ports)}" for _ in range(workers)],
        }
        self._rest = [json.dumps(self.spec), str(folder), str(last_step)]
        self.scripts = []

    def start(self, job, index):
        self.scripts.append(Script(TRAIN, job, index, *self._rest))
        return self.scripts[-1]

    def kill_task(self, job, index):
        """Kill the process of a task itself, not that of the script that serves it."""
        info = find_task(f"grpc://{self.spec[job][index]}").handle.describe()
        os.kill(info.process, signal.SIGKILL)


@pytest.fixture(scope="module", autouse=True)
def one_ray():
    """Stay connected, so that Ray runs from the first test to the last."""
    ray_transport()


@pytest.fixture
def job(tmp_path):
    jobs = []

    def make(workers=1, last_step=300):
        jobs.append(Job(tmp_path, workers, last_step))
        return jobs[-1]

    yield make
    for one in jobs:
        for script in one.scripts:
            script.kill()


def loss_at(step):
    """The loss that training has after so many steps, undisturbed."""
    return 4 * (1 - 0.002) ** (2 * step)


def test_training_survives_the_death_of_a_server_and_of_a_worker(job):
    running = job(workers=2, last_step=900)
    server, chief = running.start("ps", 0), running.start("worker", 0)
    chief.reach(1)
    other = running.start("worker", 1)
    other.reach(1)
    other.kill()
    chief.reach(other.step + 20)
    running.kill_task("ps", 0)
    assert chief.end() == 0, chief.lines
    assert server.process.poll() is None
    _, step, loss = chief.lines[-1].split()
    assert int(step) == 900
    np.testing.assert_allclose(float(loss), loss_at(900), rtol=0.05)


def test_a_chief_that_dies_comes_back(job):
    running = job()
    running.start("ps", 0)
    chief = running.start("worker", 0)
    chief.reach(40)
    chief.kill()
    again = running.start("worker", 0)
    assert again.end() == 0, again.lines
    first = next(line for line in again.lines if line.startswith("step"))
    assert int(first.split()[1]) >= chief.step - 20
    assert again.lines[-1].startswith("done 300")


def test_a_server_whose_script_dies_comes_back(job):
    running = job()
    server = running.start("ps", 0)
    chief = running.start("worker", 0)
    chief.reach(40)
    server.kill()
    running.start("ps", 0)
    assert chief.end() == 0, chief.lines
    assert chief.lines[-1].startswith("done 300")


def test_a_task_that_never_starts_is_named(monkeypatch):
    monkeypatch.setenv("PENSTOCK_CLUSTER_WAIT", "0.5")
    with pytest.raises(tf.errors.UnavailableError, match="localhost:25999 must run"):
        tf.Session("grpc://localhost:25999")


WAIT = """
import sys
import penstock as tf

with tf.device("/job:ps/task:0"):
    queue = tf.FIFOQueue(10, tf.float32, shared_name="queue")
session = tf.Session(sys.argv[1])
print("waiting", flush=True)
session.run(queue.dequeue())
"""


def test_what_a_dead_client_waited_for_goes_to_others(actors, tmp_path):
    actors.reset()
    script = tmp_path / "wait.py"
    script.write_text(WAIT)
    with tf.Graph().as_default():
        with tf.device("/job:ps/task:0"):
            queue = tf.FIFOQueue(10, tf.float32, shared_name="queue")
        put, take = queue.enqueue(3.0), queue.dequeue()
        client = Script(script, actors.target())
        while "waiting" not in client.lines:
            assert client.process.poll() is None, client.lines
            time.sleep(0.05)
        time.sleep(2.0)
        client.kill()
        time.sleep(2.5)
        with tf.Session(actors.target()) as session:
            session.run(put)
            limit = tf.RunOptions(timeout_in_ms=5000)
            assert session.run(take, options=limit) == 3.0
