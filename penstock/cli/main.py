"""`penstock COMMAND …`: picks the command."""

import argparse
import sys
from collections.abc import Callable, Sequence

import penstock
from penstock.cli import run

COMMANDS: dict[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "run": (run.main, "run a program with Penstock as its tensorflow"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
      arguments: What follows `penstock` on the command line; by default this process's own.

    Returns:
      The exit status.
    """
    commands = "".join(f"\n  {name:8}{about}" for name, (_, about) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="penstock",
        description="TensorFlow 1's graphs and sessions on XLA.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"commands:{commands}",
    )
    parser.add_argument("--version", action="version", version=f"penstock {penstock.__version__}")
    parser.add_argument("command", choices=list(COMMANDS), metavar="command")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="see `penstock command --help`")
    chosen = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    command, _ = COMMANDS[chosen.command]
    return command(chosen.arguments)
