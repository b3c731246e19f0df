"""`penstock COMMAND …`: picks the command."""

import argparse
import importlib
import sys
from collections.abc import Sequence

import penstock

# Each command's module, which is loaded when the command is used, and what it does.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "run a program with Penstock as its tensorflow"),
    "cluster": ("cluster", "run, start, show and end jobs of several processes"),
    "inspect": ("inspect", "tell what a file is, and what is in it"),
    "run-model": ("run_model", "run a model in a file on values"),
    "convert": ("convert", "write a model or its values in another format"),
    "graph": ("graph", "draw the graph in a file"),
    "diff": ("diff", "compare two checkpoints or graphs"),
    "saved-model-cli": ("saved_model_cli", "show or run a SavedModel, by TensorFlow's flags"),
    "freeze-graph": ("freeze_graph", "put constants for variables, by TensorFlow's flags"),
    "strip-unused": ("strip_unused", "cut a part out of a graph, by TensorFlow's flags"),
    "optimize-for-inference": (
        "optimize_for_inference",
        "take out of a graph what only training needs, by TensorFlow's flags",
    ),
    "inspect-checkpoint": ("inspect_checkpoint", "print a checkpoint, by TensorFlow's flags"),
    "summarize-graph": ("summarize_graph", "sum up a graph, by TensorFlow's flags"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
      arguments: What follows `penstock` on the command line; by default this process's own.

    Returns:
      The exit status.
    """
    width = max(map(len, COMMANDS))
    commands = "".join(f"\n  {name:{width}}  {about}" for name, (_, about) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="penstock",
        description="TensorFlow 1's graphs and sessions on XLA.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"commands:{commands}",
    )
    parser.add_argument("--version", action="version", version=f"penstock {penstock.__version__}")
    parser.add_argument("command", choices=list(COMMANDS), metavar="command")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="see `penstock command --help`")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        parser.print_help()
        return 2
    chosen = parser.parse_args(given)
    module, _ = COMMANDS[chosen.command]
    status: int = importlib.import_module(f"penstock.cli.{module}").main(chosen.arguments)
    return status
