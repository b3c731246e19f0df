"""`penstock strip-unused`: a part of a graph, by the flags of TensorFlow's tool."""

import argparse
from collections.abc import Sequence

from penstock.cli.freeze_graph import truth
from penstock.cli.output import guarded
from penstock.tools.stripping import strip_unused_from_files

FLOAT = "1"  # as messages number dtypes


def main(arguments: Sequence[str]) -> int:
    """Writes a part of a graph; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock strip-unused",
        description="Writes what leads from some nodes of a graph to others.",
    )
    parser.add_argument("--input_graph", required=True, help="a file with a GraphDef")
    parser.add_argument("--output_graph", required=True, help="the file to write")
    parser.add_argument(
        "--input_node_names", required=True, help="nodes to put placeholders for, with commas"
    )
    parser.add_argument(
        "--output_node_names", required=True, help="the nodes that are wanted, with commas"
    )
    parser.add_argument(
        "--placeholder_type_enum", default=FLOAT, type=type_numbers, metavar="TYPES",
        help="the placeholders' dtype as messages number it, or one for each, with commas",
    )  # fmt: skip
    for flag, default, about in (
        ("--input_binary", False, "whether the input is binary; either is recognized"),
        ("--output_binary", True, "whether to write it binary, not as text"),
    ):
        parser.add_argument(flag, nargs="?", const=True, default=default, type=truth, help=about)
    chosen = parser.parse_args(arguments)

    def work() -> int:
        count = strip_unused_from_files(**vars(chosen))
        print(f"{count} ops in the final graph.")
        return 0

    return guarded("strip-unused", work)


def type_numbers(text: str) -> int | list[int]:
    """Reads the number of a dtype, or several.

    >>> type_numbers("1"), type_numbers("1,3")
    (1, [1, 3])
    """
    numbers = [int(part) for part in text.split(",")]
    return numbers[0] if len(numbers) == 1 else numbers
