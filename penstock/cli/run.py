"""`penstock run`: a program whose `import tensorflow` gives Penstock.

The program is started by replacing this process with `python SCRIPT ARGS…`, in which a small
`tensorflow` package (the folder `penstock/shim`) comes first on the path and installs the alias
when it is imported.  So arguments, `__main__`, tracebacks, exit codes, pickles, child processes
and whatever else a program can see of its interpreter are those of `python SCRIPT`: it *is* that.
"""

import os
import pathlib
import sys
from collections.abc import Mapping, Sequence

USAGE = """\
usage: penstock run [--replicas N] SCRIPT [ARGS...]
       penstock run [--replicas N] -m MODULE [ARGS...]
       penstock run [--replicas N] - [ARGS...]

Runs a Python script, a module, or standard input, as `python` would, with Penstock as the
`tensorflow` that it imports.

  --replicas N  spread each step over N devices, each with its part of the batch"""

SHIM = pathlib.Path(__file__).resolve().parent.parent / "shim"


def main(arguments: Sequence[str]) -> int:
    """Replaces this process with the program.

    Args:
      arguments: A script, `-m` and a module, or `-`; then the program's own arguments.

    Returns:
      An exit status, if no program is started: 0 for help, 2 for wrong usage.
    """
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    total = len(arguments)
    replicas, arguments = replicas_asked(arguments)
    if replicas is not None and not replicas.isdecimal():
        print(
            f"{USAGE}\n\npenstock run: --replicas needs a number, not {replicas!r}", file=sys.stderr
        )
        return 2
    if not arguments or (arguments[0].startswith("-") and not is_program(arguments)):
        got = f": got {arguments[0]}" if arguments else ""
        wrong = f"penstock run: a script, `-m MODULE` or `-` must come first{got}"
        print(f"{USAGE}\n\n{wrong}", file=sys.stderr)
        return 2
    if sys.flags.ignore_environment:
        print(
            "penstock run: Python was started with -E or -I, which ignore PYTHONPATH, and by that "
            "the program finds Penstock. Leave that option out.",
            file=sys.stderr,
        )
        return 2
    options = interpreter_options(sys.orig_argv, total)
    present = os.environ if replicas is None else {**os.environ, "PENSTOCK_REPLICAS": replicas}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *options, *arguments], environment(present))


def replicas_asked(arguments: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The number of replicas that the arguments begin with, and the rest.

    >>> replicas_asked(["--replicas", "4", "train.py", "--replicas=2"])
    ('4', ['train.py', '--replicas=2'])
    >>> replicas_asked(["--replicas=4", "train.py"])
    ('4', ['train.py'])
    >>> replicas_asked(["train.py"])
    (None, ['train.py'])
    """
    first = arguments[0] if arguments else ""
    if first == "--replicas":
        return (arguments[1] if len(arguments) > 1 else ""), arguments[2:]
    if first.startswith("--replicas="):
        return first.partition("=")[2], arguments[1:]
    return None, arguments


def is_program(arguments: Sequence[str]) -> bool:
    """Whether the arguments start like a program that is no file: `-` or `-m MODULE`."""
    return arguments[0] == "-" or (arguments[0] == "-m" and len(arguments) > 1)


def interpreter_options(command: Sequence[str], after: int) -> list[str]:
    """Python's own options (`-W error`, `-X dev`) in the command that started `penstock run`.

    Args:
      command: The whole command line: `python -W error -m penstock run train.py`.
      after: How many of its last words follow `run`.

    >>> interpreter_options(["python", "-W", "error", "-m", "penstock", "run", "train.py"], 1)
    ['-W', 'error']
    >>> interpreter_options(["python", "/bin/penstock", "run", "train.py", "--fast"], 2)
    []
    """
    words = list(command[1 : len(command) - after - 1])
    return words[:-2] if words[-2:-1] == ["-m"] else words[:-1]


def environment(present: Mapping[str, str]) -> dict[str, str]:
    """The program's environment: this one, with the folder of the shim first on Python's path."""
    path = present.get("PYTHONPATH", "")
    rest = [part for part in path.split(os.pathsep) if path and part != str(SHIM)]
    return {**present, "PYTHONPATH": os.pathsep.join([str(SHIM), *rest])}
