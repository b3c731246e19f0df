"""`python -m benchmarks.cluster.scale`: fits the model of docs/scale.md, and says what it predicts.

It runs null steps with 1, 2 and 4 ps tasks and dense ones of 1, 10 and 100 MB, and counts the CPU
seconds that each task's process takes for a step.
"""

import dataclasses
import os
import statistics
import sys

import numpy as np

from benchmarks.cluster.__main__ import ClusterSide
from penstock.cluster.membership import find_task

ROUNDS = 9
WORKER = "/job:worker/replica:0/task:0"
# What is assumed of a datacenter: seconds there and back, bytes per second of one machine.
ROUND_TRIP, BANDWIDTH = 100e-6, 1.25e9
HOPS = 2  # a step's messages there and back: parameters to the worker, updates to the ps tasks


@dataclasses.dataclass(frozen=True)
class Model:
    """What a step takes, in seconds.

    Attributes:
      fixed: whatever the step.
      per_task: for each ps task.
      per_byte: for each byte of parameters, there and back on one machine.
      serving: of a ps task's processor, for each worker's step.
    """

    fixed: float
    per_task: float
    per_byte: float
    serving: float

    def step(self, workers, ps_tasks, size=0):
        """The seconds of a step of one of many workers, each task on a machine of its own.

        Args:
          workers: How many there are.
          ps_tasks: How many there are.
          size: The bytes of all parameters.
        """
        alone = self.fixed + self.per_task * ps_tasks + HOPS * ROUND_TRIP
        copying = self.per_byte * size / ps_tasks + HOPS * size / BANDWIDTH
        queueing = (workers - 1) * max(self.serving, HOPS * size / ps_tasks / BANDWIDTH)
        return alone + copying + queueing


def processor_seconds(process):
    """The CPU seconds that a process has used."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(side, case, task):
    """The median seconds of a step, and the CPU seconds that a task takes for one."""
    side.ask(f"prepare {case}")

    def used():
        return processor_seconds(task.describe().process), task.progress().clients[WORKER].steps

    began, before = used()
    seconds = statistics.median(side.ask(f"round {number}") for number in range(ROUNDS))
    ended, after = used()
    return seconds, (ended - began) / (after - before)


def fit(results):
    """The model that comes closest to what was measured."""
    counts = np.array([1, 2, 4])
    nulls = np.array([results[f"null_{count}"][0] for count in counts])
    per_task, fixed = np.polyfit(counts, nulls, 1)
    sizes = np.array([1, 10, 100]) * 2**20
    per_byte, _ = np.polyfit(sizes, [results[f"dense_{size}"][0] for size in (1, 10, 100)], 1)
    return Model(fixed, per_task, per_byte, results["null_4"][1])


def main():
    side = ClusterSide("penstock", sys.executable)
    cases = [*(f"null_{count}" for count in (1, 2, 4)), *(f"dense_{size}" for size in (1, 10, 100))]
    try:
        task = find_task(f"grpc://{side.addresses['ps'][0]}").handle
        results = {case: measure(side, case, task) for case in cases}
    finally:
        side.close()
    for case, (seconds, serving) in results.items():
        print(f"{case:10} {seconds * 1e3:8.3f} ms a step, {serving * 1e6:8.0f} µs of ps 0's CPU")
    model = fit(results)
    print(model)
    for workers in (1, 10, 25, 50, 100):
        print(f"{workers:4} workers, 16 ps tasks: {model.step(workers, 16) * 1e3:6.2f} ms")


if __name__ == "__main__":
    main()
