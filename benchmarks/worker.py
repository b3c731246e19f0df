"""`python -m benchmarks.worker IMPLEMENTATION`: one side of a duel.

It reads one request per line of standard input and answers each with one line of JSON:

    prepare CASE      builds and warms the case up; answers how often a round runs it
    round NUMBER      times a round; answers the seconds of one run
    memory STEPS      runs so many steps; answers the bytes that the process holds afterwards
"""

import gc
import importlib
import json
import os
import sys
import time

ROUND_SECONDS = 0.15
WARM_UP_SECONDS = 0.6


def load(implementation):
    """The cases of an implementation: functions of no arguments, by name."""
    if implementation == "jax":
        return importlib.import_module("benchmarks.jax_cases").CASES, set()
    cases = importlib.import_module("benchmarks.cases")
    if implementation == "tensorflow":
        tf = importlib.import_module("tensorflow.compat.v1")
        tf.disable_v2_behavior()
    else:
        tf = importlib.import_module(implementation)

    def fresh(build):
        tf.reset_default_graph()
        return build(tf)

    bound = {name: lambda build=build: fresh(build) for name, build in cases.CASES.items()}
    return bound, cases.ANEW


class Worker:
    """The state of one side: the case that is prepared, and how often a round runs it."""

    def __init__(self, implementation):
        self.cases, self.anew = load(implementation)
        self.run = None
        self.count = 1
        self.takes_number = False

    def prepare(self, name):
        self.takes_number = name in self.anew
        self.run = None
        gc.collect()
        self.run = self.cases[name]()
        if self.takes_number:
            self.count = 1
            result = self.run(0)
            return {"count": 1, "result": result if isinstance(result, int) else None}
        return self.warm_up(self.run)

    def warm_up(self, run):
        """Runs something until it is as fast as it gets; answers how often a round runs it."""
        self.run = run
        repeat(run, WARM_UP_SECONDS)  # compiling happens here
        each = repeat(run, ROUND_SECONDS)
        self.count = max(1, round(ROUND_SECONDS / each))
        return {"count": self.count, "result": None}

    def round(self, number):
        gc.collect()
        arguments = (int(number) + 1,) if self.takes_number else ()
        began = time.perf_counter()
        for _ in range(self.count):
            self.run(*arguments)
        return (time.perf_counter() - began) / self.count

    def memory(self, steps):
        for _ in range(int(steps)):
            self.run()
        gc.collect()
        return resident_bytes()


def repeat(run, seconds):
    """Runs for so long, ten times at least; returns the seconds of one run."""
    began = time.perf_counter()
    runs = 0
    while time.perf_counter() - began < seconds or runs < 10:
        run()
        runs += 1
    return (time.perf_counter() - began) / runs


def resident_bytes():
    """The memory that this process holds, in bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def answer_requests(make_worker):
    """Lets a worker answer standard input's requests on standard output, one in a line each."""
    # What libraries print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = make_worker()
    for line in sys.stdin:
        request, _, argument = line.strip().partition(" ")
        answers.write(json.dumps(getattr(worker, request)(argument)) + "\n")


if __name__ == "__main__":
    answer_requests(lambda: Worker(sys.argv[1]))
