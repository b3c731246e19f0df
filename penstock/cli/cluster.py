"""`penstock cluster`: jobs of several processes on this machine, or on a Ray cluster."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from penstock.cli.cluster_table import Display, rows_of, standing_of, table
from penstock.cli.output import guarded
from penstock.cluster.job_files import JobFiles
from penstock.cluster.launch import Program, launch
from penstock.cluster.membership import ray_transport
from penstock.cluster.watching import Watch, addresses_by_role
from penstock.core.errors import InvalidArgumentError, NotFoundError, UnavailableError

__all__ = ["main"]

_START_SECONDS = 180.0
_STOP_SECONDS = 60.0


def main(arguments: Sequence[str]) -> int:
    """Runs, starts, shows or ends jobs; returns the job's exit status, or 1 if that fails."""
    chosen = _parser().parse_args(arguments)
    status: int = guarded("cluster", lambda: chosen.work(chosen))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="penstock cluster",
        description="Jobs of several processes. The processes are tasks of one cluster: their "
        "tf.train.Server finds the others through Ray (pip install 'penstock[cluster]').",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    run = commands.add_parser(
        "run",
        help="run a program as all roles of a job, until it is over",
        description="Starts SCRIPT once for each role, under `penstock run`. Each process has its "
        "role in TF_CONFIG, and in the flags --job_name, --task_index (or --task_id), --ps_hosts "
        "and --worker_hosts, if the script names these. Other flags: write {job}, {index}, {ps}, "
        "{worker} where they are to stand. The job is over when all workers are, or one fails.",
    )
    _add_roles(run)
    run.add_argument("--serve", action="store_true", help="let all roles serve; no SCRIPT then")
    run.add_argument(
        "--restarts", type=int, default=0, help="how often a process that fails starts anew"
    )
    run.add_argument("--logs", type=Path, help="the folder for the processes' output")
    run.add_argument(
        "--checkpoints", help="the folder of the job's checkpoints, to show the last one"
    )
    run.add_argument("script", nargs="?", metavar="SCRIPT")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS")
    run.set_defaults(work=_run)
    start = commands.add_parser(
        "start", help="start tasks that serve, in the background, and print their addresses"
    )
    _add_roles(start)
    start.set_defaults(work=_start)
    for name, work, about in (
        ("status", _status, "show the jobs that run, and how far they are"),
        ("stop", _stop, "end a job that runs"),
        ("logs", _logs, "print the output of a job"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("job", nargs="?", metavar="JOB", help="a job's name; the newest")
        command.set_defaults(work=work)
        if work is _logs:
            command.add_argument("--role", help="one role, such as worker-0; all by default")
    return parser


def _add_roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ps", type=_count, default=0, metavar="N", help="how many ps tasks")
    parser.add_argument("--workers", type=_count, default=1, metavar="N", help="how many workers")
    parser.add_argument(
        "--chief", action="store_true", help="let the chief be a job of its own, beside the workers"
    )
    parser.add_argument("--address", help="a Ray cluster to run on; by default this machine's own")


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def _counts(chosen: argparse.Namespace) -> dict[str, int]:
    counts = {"ps": chosen.ps, "chief": int(chosen.chief), "worker": chosen.workers}
    found = {job: count for job, count in counts.items() if count}
    if not found:
        raise InvalidArgumentError(
            None, None, "A job needs at least one role, but there are no ps tasks, no chief and no "
            "workers. Say --workers 2, for example."
        )  # fmt: skip
    return found


def _run(chosen: argparse.Namespace) -> int:
    if chosen.serve == bool(chosen.script):
        raise InvalidArgumentError(
            None, None, "`penstock cluster run` must be given either a SCRIPT or --serve. A script "
            "is a program for TensorFlow 1, and its options come after it."
        )  # fmt: skip
    counts = _counts(chosen)
    if chosen.address:
        os.environ["RAY_ADDRESS"] = chosen.address
    program = Program.server() if chosen.serve else Program.script(chosen.script, chosen.arguments)
    files = JobFiles.new(chosen.logs)
    with Display(chosen.checkpoints) as display:
        job = launch(program, counts, files, display, chosen.restarts)
    print(f"{standing_of(job)}; the output: {files.path}", file=sys.stderr)
    assert job.status is not None
    return job.status


def _start(chosen: argparse.Namespace) -> int:
    counts = _counts(chosen)
    files = JobFiles.new()
    roles = [f"--ps={chosen.ps}", f"--workers={chosen.workers}", *["--chief"] * chosen.chief]
    where = [f"--address={chosen.address}"] if chosen.address else []
    command = ["run", "--serve", *roles, *where, f"--logs={files.path}"]
    with open(files.path / "launcher.log", "w") as log:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "penstock", "cluster", *command],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    lines = _serving(files, launcher, sum(counts.values()))
    print(f"Job {files.name} serves:", *sorted(lines), sep="\n  ")
    print(f"End it with: penstock cluster stop {files.name}")
    return 0


def _serving(files: JobFiles, launcher: subprocess.Popen[bytes], count: int) -> list[str]:
    """Wait until so many tasks say that they serve; gives what they say."""
    limit = time.monotonic() + _START_SECONDS
    while time.monotonic() < limit:
        log = files.log()
        text = log.read_text() if log.exists() else ""
        lines = [line for line in text.splitlines() if " serves at " in line]
        if len(lines) >= count:
            return lines
        if launcher.poll() is not None:
            told = (files.path / "launcher.log").read_text().strip().splitlines()
            raise UnavailableError(None, None, " ".join(told[-3:]))
        time.sleep(0.1)
    launcher.terminate()
    raise UnavailableError(
        None, None, f"{count} tasks must serve, but do not within {_START_SECONDS:g} seconds. See "
        f"{files.path}."
    )  # fmt: skip


def _status(chosen: argparse.Namespace) -> int:
    running = [_job(chosen.job)] if chosen.job else [job for job in JobFiles.all() if job.runs]
    if not running:
        print("No job runs.")
    for files in running:
        record = files.read()
        if not files.runs:
            ended = "was killed" if record.status is None else f"exit status {record.status}"
            print(f"{files.name} has ended: {ended}. The output: {files.path}")
            continue
        if record.ray:
            os.environ["RAY_ADDRESS"] = record.ray
        watch = Watch(ray_transport(), addresses_by_role(record.addresses))
        watch.look()
        time.sleep(1.0)  # a rate takes two looks
        print(table(files.name, rows_of(record.roles, {}, watch.look())))
    return 0


def _stop(chosen: argparse.Namespace) -> int:
    files = _job(chosen.job, running=True)
    os.kill(files.read().launcher, signal.SIGTERM)
    limit = time.monotonic() + _STOP_SECONDS
    while files.runs:
        if time.monotonic() > limit:
            raise UnavailableError(
                None, None, f"The job {files.name} must end when asked, but did not within "
                f"{_STOP_SECONDS:g} seconds. Its launcher is process {files.read().launcher}."
            )  # fmt: skip
        time.sleep(0.1)
    print(f"{files.name} has ended.")
    return 0


def _logs(chosen: argparse.Namespace) -> int:
    log = _job(chosen.job).log(chosen.role)
    if not log.exists():
        there = sorted(path.stem for path in log.parent.glob("*.log"))
        raise NotFoundError(
            None, None, f"The job has no output of {chosen.role!r}; it has {there}."
        )
    with open(log) as file:
        for line in file:
            print(line, end="")
    return 0


def _job(name: str | None, running: bool = False) -> JobFiles:
    """Give a job by its name, or the newest."""
    jobs = [job for job in JobFiles.all() if job.runs or not running]
    found = [job for job in jobs if name in (None, job.name)]
    if not found:
        state = "running job" if running else "job"
        known: Mapping[bool, str] = {
            True: f"These are: {[job.name for job in jobs]}.",
            False: "Start one with: penstock cluster run --ps 1 --workers 2 SCRIPT",
        }
        what = f" {name!r}" if name else ""
        raise NotFoundError(None, None, f"There is no {state}{what}. {known[bool(jobs)]}")
    return found[-1]
