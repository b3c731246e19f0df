"""`penstock graph`: draws the graph in a file."""

import argparse
from collections.abc import Sequence

from penstock.cli.output import guarded
from penstock.tools.drawing import draw_graph


def main(arguments: Sequence[str]) -> int:
    """Writes a picture of a graph; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock graph",
        description="Draws the graph in a file, grouped by name scope: as a page whose scopes open "
        "and close (.html), or as a still picture (.svg). Neither needs a network.",
    )
    parser.add_argument(
        "path", help="a .pb, .pbtxt or .meta file, a checkpoint beside one, or a SavedModel"
    )
    parser.add_argument("-o", "--out", required=True, help="the .html or .svg file to write")
    parser.add_argument(
        "--depth", type=int, default=2, help="levels of scopes drawn open in an SVG; 2 by default"
    )
    chosen = parser.parse_args(arguments)

    def work() -> int:
        count = draw_graph(chosen.path, chosen.out, chosen.depth)
        print(f"{chosen.out}: {count:,} nodes")
        return 0

    return guarded("graph", work)
