"""`python -m benchmarks.cluster.task IMPLEMENTATION JOB INDEX ADDRESSES`: one task of a cluster.

ADDRESSES is JSON: {"ps": ["localhost:2222", ...], "worker": [...]}. A ps task serves until it is
ended; a worker answers requests as `benchmarks.worker` does.
"""

import gc
import importlib
import json
import sys

from benchmarks.cluster.cases import CASES, SCALING
from benchmarks.worker import Worker, answer_requests


def load(implementation):
    """The module of an implementation."""
    if implementation != "tensorflow":
        return importlib.import_module(implementation)
    tf = importlib.import_module("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    return tf


class ClusterWorker(Worker):
    """A worker of a cluster: the session it has on its own server."""

    def __init__(self, tf, server, index):
        self.tf, self.target, self.index = tf, server.target, index
        self.run, self.count, self.takes_number = None, 1, False

    def initialize(self, case):
        """Builds a case, and gives its variables their first values."""
        self._build(case)
        self.session.run(self.step.initializer)
        return True

    def prepare(self, case):
        """Builds a case whose variables another worker has initialized, and warms it up."""
        gc.collect()
        self._build(case)
        return self.warm_up(lambda: self.session.run(self.step.fetches, self.step.feeds))

    def _build(self, case):
        self.tf.reset_default_graph()
        self.step = {**CASES, **SCALING}[case](self.tf, f"/job:worker/task:{self.index}/cpu:0")
        self.session = self.tf.Session(self.target)


def main():
    implementation, job, index, addresses = sys.argv[1:]
    tf = load(implementation)
    cluster = tf.train.ClusterSpec(json.loads(addresses))
    server = tf.train.Server(cluster, job_name=job, task_index=int(index))
    if job == "ps":
        server.join()
    else:
        answer_requests(lambda: ClusterWorker(tf, server, int(index)))


if __name__ == "__main__":
    main()
