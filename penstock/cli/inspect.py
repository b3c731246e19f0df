"""`penstock inspect`: what a file is, and what is in it."""

import argparse
from collections.abc import Sequence

from penstock.cli.output import guarded, show
from penstock.tools.inspection import inspect


def main(arguments: Sequence[str]) -> int:
    """Prints what a file holds; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock inspect",
        description="Tells what a checkpoint, graph, SavedModel, event file, TFRecord file, npz or "
        "safetensors file holds.",
    )
    parser.add_argument("path", help="a file, a folder, or the prefix of a checkpoint")
    parser.add_argument(
        "--values", action="store_true", help="read values too: bounds, means, NaN counts"
    )
    chosen = parser.parse_args(arguments)

    def work() -> int:
        show(inspect(chosen.path, chosen.values))
        return 0

    return guarded("inspect", work)
