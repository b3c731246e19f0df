"""`penstock summarize-graph`: sums up a graph, by the flags of TensorFlow's tool."""

import argparse
from collections.abc import Sequence

from penstock.cli.freeze_graph import truth
from penstock.cli.output import guarded
from penstock.tools.summary_of_graph import summarize_graph


def main(arguments: Sequence[str]) -> int:
    """Prints what a graph comes to; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock summarize-graph", description="Sums up the graph in a file."
    )
    parser.add_argument("--in_graph", required=True, help="a file with a GraphDef")
    parser.add_argument(
        "--print_structure", nargs="?", const=True, default=False, type=truth, help="list nodes too"
    )
    chosen = parser.parse_args(arguments)

    def work() -> int:
        print(summarize_graph(chosen.in_graph, chosen.print_structure))
        return 0

    return guarded("summarize-graph", work)
