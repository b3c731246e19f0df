"""`penstock diff`: compares two checkpoints or graphs."""

import argparse
from collections.abc import Sequence

from penstock.cli.output import guarded, show
from penstock.tools.comparison import diff

TROUBLE = 2


def main(arguments: Sequence[str]) -> int:
    """Prints how two files differ; returns 0 if they are equal, 1 if not, 2 if there is trouble."""
    parser = argparse.ArgumentParser(
        prog="penstock diff",
        description="Compares two checkpoints (npz and safetensors files, too), graphs or "
        "SavedModels. The exit status is 0 if they are equal, 1 if they differ, 2 for trouble.",
    )
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument(
        "--tolerance", type=float, default=0.0, help="how far numbers may be apart; 0 by default"
    )
    chosen = parser.parse_args(arguments)

    def work() -> int:
        found = diff(chosen.first, chosen.second, chosen.tolerance)
        show(found.report)
        return int(found.differs)

    return guarded("diff", work, TROUBLE)
