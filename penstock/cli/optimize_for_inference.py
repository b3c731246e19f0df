"""`penstock optimize-for-inference`: a graph for inference, by the flags of TensorFlow's tool."""

import argparse
from collections.abc import Sequence

from penstock.cli.freeze_graph import truth
from penstock.cli.output import guarded
from penstock.cli.strip_unused import FLOAT, type_numbers
from penstock.tools.inference import optimize_for_inference_from_files


def main(arguments: Sequence[str]) -> int:
    """Writes a graph for inference; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock optimize-for-inference",
        description="Takes out of a frozen graph what only training needs, and folds batch "
        "normalizations into convolutions.",
    )
    parser.add_argument("--input", required=True, help="a file with a GraphDef")
    parser.add_argument("--output", required=True, help="the file to write")
    parser.add_argument("--input_names", required=True, help="nodes that are fed, with commas")
    parser.add_argument("--output_names", required=True, help="nodes that are wanted, with commas")
    parser.add_argument(
        "--frozen_graph", nargs="?", const=True, default=True, type=truth,
        help="whether to write it binary; false writes text; either is read",
    )  # fmt: skip
    parser.add_argument(
        "--placeholder_type_enum", default=FLOAT, type=type_numbers, metavar="TYPES",
        help="the dtype of what is fed as messages number it, or one for each, with commas",
    )  # fmt: skip
    parser.add_argument(
        "--toco_compatible", type=truth, default=False, help="makes no difference here"
    )
    chosen = parser.parse_args(arguments)

    def work() -> int:
        count = optimize_for_inference_from_files(**vars(chosen))
        print(f"{count} ops in the final graph.")
        return 0

    return guarded("optimize-for-inference", work)
