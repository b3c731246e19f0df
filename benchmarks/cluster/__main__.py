"""`make bench-cluster`: times sessions over a cluster of processes on this machine.

Beside them, if `TF_PYTHON` names a Python that has it, TensorFlow's own gRPC runtime:

TF_PYTHON=/path/to/python make bench-cluster
make bench-cluster ARGS='--cases null_step --rounds 5'
"""

import argparse
import json
import os
import platform
import socket
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.__main__ import compared
from benchmarks.cluster.cases import CASES, PS_TASKS, TOGETHER
from benchmarks.duel import Side, fight
from benchmarks.promises import CLUSTER_PROMISES

RESULTS = Path(__file__).parents[1] / "results" / "cluster.json"
WORKERS = 2


class ClusterSide:
    """One implementation's cluster: ps tasks and workers, a process each.

    Args:
      name: "penstock" or "tensorflow".
      python: The Python that has it.

    Attributes:
      addresses: The tasks' addresses by job.
    """

    def __init__(self, name, python):
        self.name = name
        ports = free_ports(PS_TASKS + WORKERS)
        hosts = [f"localhost:{port}" for port in ports]
        self.addresses = {"ps": hosts[:PS_TASKS], "worker": hosts[PS_TASKS:]}
        told = json.dumps(self.addresses)

        def started(job, count):
            module = "benchmarks.cluster.task"
            return [Side(name, python, module, (job, str(i), told)) for i in range(count)]

        self.ps, self.workers = started("ps", PS_TASKS), started("worker", WORKERS)
        self.busy = self.workers

    def ask(self, request):
        """The answer to one request: for a round, the seconds of one step of all workers."""
        kind, _, argument = request.partition(" ")
        if kind == "prepare":
            self.workers[0].ask(f"initialize {argument}")
            self.busy = self.workers if argument in TOGETHER else self.workers[:1]
        for worker in self.busy:
            worker.begin(request)
        answers = [worker.answer(request) for worker in self.busy]
        return answers[0] if kind == "prepare" else 1 / sum(1 / seconds for seconds in answers)

    def close(self):
        for worker in self.workers:
            worker.close()
        for ps in self.ps:
            ps.process.terminate()
            ps.close()


def free_ports(count):
    """Ports of this machine that nothing listens at."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--rounds", type=int, default=11, help="how often each side's turn comes")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file for the numbers")
    return parser.parse_args(arguments)


def measure(options, pythons):
    """Times the chosen cases; returns the results by case."""
    results = {}
    sides = [ClusterSide(name, python) for name, python in pythons.items()]
    try:
        for case in options.cases:
            print(f"{case} …", file=sys.stderr, flush=True)
            results[case] = compared(fight(case, sides, options.rounds))
    finally:
        for side in sides:
            side.close()
    return results


def main():
    options = parse(sys.argv[1:])
    pythons = {"penstock": sys.executable}
    if os.environ.get("TF_PYTHON"):
        pythons["tensorflow"] = os.environ["TF_PYTHON"]
    else:
        print("TensorFlow's side is left out: TF_PYTHON names no Python.", file=sys.stderr)
    results = measure(options, pythons)
    report.show(results, CLUSTER_PROMISES)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    options.output.write_text(json.dumps({"machine": machine, "cases": results}, indent=2) + "\n")
    print(f"The numbers: {options.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
