"""Ten thousand asynchronous steps, with workers killed at random: every update is accounted for."""

import itertools
import json
import random
import time

import penstock as tf
from tests.cluster.test_faults import Script

WORKERS, STEPS, KILLS = 2, 5000, 8


def test_the_variables_account_for_every_step_though_workers_die(tmp_path):
    ports = itertools.count(27000)
    spec = {
        job: [f"localhost:{next(ports)}" for _ in range(count)]
        for job, count in (("ps", 2), ("worker", WORKERS), ("observer", 1))
    }
    program = __file__.replace("test_soak.py", "programs/count.py")
    journals = [tmp_path / f"journal{worker}" for worker in range(WORKERS)]

    def start(job, index):
        journal = journals[index] if job == "worker" else "none"
        return Script(program, job, index, json.dumps(spec), journal, STEPS)

    def begun_and_ended(worker):
        written = journals[worker].read_bytes() if journals[worker].exists() else b""
        return written.count(b"b"), written.count(b"e")

    servers = [start("ps", 0), start("ps", 1)]
    workers = [start("worker", index) for index in range(WORKERS)]
    chance = random.Random(0)
    limit = time.monotonic() + 600
    try:
        for kill in range(1, KILLS + 1):
            goal = kill * STEPS * WORKERS // (KILLS + 2)
            while sum(begun_and_ended(worker)[1] for worker in range(WORKERS)) < goal:
                assert time.monotonic() < limit, [script.lines for script in workers]
                time.sleep(chance.random() / 50)
            victim = chance.randrange(WORKERS)
            workers[victim].kill()
            workers[victim] = start("worker", victim)
        for script in workers:
            assert script.end(300) == 0, script.lines
        counts, total = _observed(spec)
    finally:
        for script in (*workers, *servers):
            script.kill()
    for worker in range(WORKERS):
        begun, ended = begun_and_ended(worker)
        assert ended == STEPS
        assert ended <= counts[worker] <= begun
    assert WORKERS * STEPS <= total <= WORKERS * STEPS + KILLS
    # A step that its worker did not live to see the end of may have reached one server alone.
    assert abs(total - sum(counts)) <= KILLS


def _observed(spec):
    """The counts and the total, as a session of nobody's sees them."""
    tf.train.Server(spec, job_name="observer", task_index=0)
    with tf.Graph().as_default(), tf.Session(f"grpc://{spec['observer'][0]}") as session:
        with tf.device("/job:ps/task:0"):
            total = tf.get_variable("total", [], tf.int64, use_resource=True)
        with tf.device("/job:ps/task:1"):
            counts = tf.get_variable("counts", [8], tf.int64)
        return session.run([counts, total])
