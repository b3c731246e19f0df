"""`penstock cluster`, with real processes."""

import os
import re
import subprocess
import sys
import tempfile
import time

import pytest

COUNTING = """
import tensorflow as tf
flags = tf.app.flags
flags.DEFINE_string("job_name", "", "")
flags.DEFINE_integer("task_index", 0, "")
flags.DEFINE_string("ps_hosts", "", "")
flags.DEFINE_string("worker_hosts", "", "")
flags.DEFINE_integer("steps", 0, "")
FLAGS = flags.FLAGS

def main(_):
    cluster = tf.train.ClusterSpec({"ps": FLAGS.ps_hosts.split(","),
                                    "worker": FLAGS.worker_hosts.split(",")})
    server = tf.train.Server(cluster, job_name=FLAGS.job_name, task_index=FLAGS.task_index)
    if FLAGS.job_name == "ps":
        server.join()
    with tf.device(tf.train.replica_device_setter(cluster=cluster)):
        step = tf.train.get_or_create_global_step()
        count = tf.assign_add(step, 1)
    with tf.train.MonitoredTrainingSession(
        server.target, FLAGS.task_index == 0, hooks=[tf.train.StopAtStepHook(FLAGS.steps)]
    ) as session:
        while not session.should_stop():
            reached = session.run(count)
    print("reached", reached)

tf.app.run()
"""
BROKEN = """
import json, os, time
if json.loads(os.environ["TF_CONFIG"])["task"] == {"type": "worker", "index": 1}:
    raise SystemExit(7)
time.sleep(600)
"""


@pytest.fixture
def cluster(tmp_path):
    """Give what runs `penstock cluster` in a folder, with temporary files of its own."""
    with tempfile.TemporaryDirectory(prefix="p", dir="/tmp") as folder:  # sockets' paths are short
        yield from _cluster(tmp_path, folder)


def _cluster(tmp_path, folder):
    environment = {**os.environ, "TMPDIR": folder}

    def run(*arguments, code=0):
        command = [sys.executable, "-m", "penstock", "cluster", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    yield run
    limit = time.monotonic() + 60
    while processes_of(folder) and time.monotonic() < limit:
        time.sleep(0.2)
    assert processes_of(folder) == []


def processes_of(folder):
    """List the processes whose temporary files are in a folder."""
    wanted = f"TMPDIR={folder}".encode()
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if wanted in file.read().split(b"\0"):
                        found.append(entry)
            except OSError:
                continue
    return found


def test_a_program_runs_in_all_roles_and_nothing_is_left(cluster, tmp_path):
    (tmp_path / "count.py").write_text(COUNTING)
    told = cluster("run", "--ps=1", "--workers=1", "--logs=out", "count.py", "--steps=5")
    assert "worker 0 | reached 5" in told
    assert "The job is done: 2 processes" in told
    assert (tmp_path / "out" / "worker-0.log").read_text().splitlines()[-1] == "reached 5"


def test_a_job_fails_with_the_status_of_the_process_that_failed(cluster, tmp_path):
    (tmp_path / "broken.py").write_text(BROKEN)
    told = cluster("run", "--workers=2", "broken.py", code=7)
    assert "because worker 1 failed: exit status 7" in told


def test_tasks_serve_until_they_are_stopped(cluster):
    told = cluster("start", "--ps=1", "--workers=0")
    job = re.search(r"Job (\S+) serves", told)[1]
    assert "ps 0 | /job:ps/replica:0/task:0 serves at grpc://localhost:" in told
    status = cluster("status")
    assert status.splitlines()[0] == job
    assert re.search(r"ps 0 +serves", status)
    assert "serves at grpc" in cluster("logs", "--role=ps-0")
    assert "no output of 'ps-9'" in cluster("logs", "--role=ps-9", code=1)
    assert cluster("stop") == f"{job} has ended.\n"
    assert cluster("status") == "No job runs.\n"
    assert "exit status 143" in cluster("status", job)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "either a SCRIPT or --serve"),
        (["run", "--serve", "train.py"], "either a SCRIPT or --serve"),
        (["run", "missing.py"], "'missing.py' is none"),
        (["run", "--workers=0", "--serve"], "at least one role"),
        (["stop"], "There is no running job"),
        (["logs", "other"], "There is no job 'other'"),
    ],
)
def test_wrong_usage_is_told(cluster, arguments, message):
    assert message in cluster(*arguments, code=1)
