"""Runs a program under `penstock run` in a process of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, options=(), cwd=None, stdin=None, timeout=240, environment=None):
    """`python -m penstock run *arguments`; returns the finished process, its output as text."""
    return subprocess.run(
        [sys.executable, *options, "-m", "penstock", "run", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd or ROOT,
        input=stdin,
        timeout=timeout,
        env=environment,
        check=False,
    )
