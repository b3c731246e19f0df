"""The sides of a duel, and the rounds that go back and forth between them."""

import contextlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Side:
    """One implementation in a process of its own.

    Args:
      name: "penstock", "jax" or "tensorflow".
      python: The Python that has it.
      module: What the process runs.
      arguments: What it gets after the name.
    """

    def __init__(self, name, python, module="benchmarks.worker", arguments=()):
        self.name, self.python = name, python
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed with the side)
        self.process = subprocess.Popen(
            [python, "-m", module, name, *arguments],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def ask(self, request):
        """The answer to one request.

        Raises:
          RuntimeError: The process has ended.
        """
        self.begin(request)
        return self.answer(request)

    def begin(self, request):
        """Makes a request whose answer is to be taken later."""
        with contextlib.suppress(BrokenPipeError):  # the missing answer tells
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()

    def answer(self, request):
        """The answer to a request that was made.

        Raises:
          RuntimeError: The process has ended.
        """
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"{self.name} ended at `{request}`: {last_lines(self.errors)}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()


def environment():
    """TensorFlow quiet, its Keras not looked for, every side on the CPU."""
    return {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_USE_LEGACY_KERAS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "JAX_PLATFORMS": "cpu",
    }


def last_lines(file, count=4):
    return " / ".join(line.strip() for line in file.readlines()[-count:]) or "no message"


def fight(case, sides, rounds):
    """Times a case on each side, in turns.

    Returns:
      The seconds of one run by side, one for each round: {"penstock": [...], ...}.
    """
    for side in sides:
        side.ask(f"prepare {case}")
    seconds = {side.name: [] for side in sides}
    for number in range(rounds):
        # Every other round starts at the other end, so that no side always comes first.
        for side in sides if number % 2 == 0 else sides[::-1]:
            seconds[side.name].append(side.ask(f"round {number}"))
    return seconds


def import_times(statements, rounds):
    """Times new processes that only import: {"penstock": (python, "import penstock"), ...}."""
    seconds = {name: [] for name in statements}
    for number in range(rounds + 1):
        for name, (python, statement) in statements.items():
            began = time.perf_counter()
            subprocess.run(
                [python, "-c", statement],
                cwd=ROOT,
                env=environment(),
                capture_output=True,
                check=True,
            )
            if number:  # the first reads the files from disk
                seconds[name].append(time.perf_counter() - began)
    return seconds


def memory_growth(side, case, steps, settle):
    """Bytes by which a process grows from `settle` steps to `steps`."""
    side.ask(f"prepare {case}")
    before = side.ask(f"memory {settle}")
    return side.ask(f"memory {steps - settle}") - before


def median_ratio(ours, theirs):
    """The median over rounds of how many times faster the first is."""
    return statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
