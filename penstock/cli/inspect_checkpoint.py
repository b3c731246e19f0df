"""`penstock inspect-checkpoint`: prints a checkpoint, by the flags of TensorFlow's tool."""

import argparse
from collections.abc import Sequence

import numpy as np

from penstock.cli.freeze_graph import truth
from penstock.cli.output import guarded
from penstock.formats.checkpoint import prefix_of
from penstock.tools.arrays import open_arrays, unknown_name
from penstock.train.inspect_checkpoint import print_tensors_in_checkpoint_file


def main(arguments: Sequence[str]) -> int:
    """Prints a checkpoint; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock inspect-checkpoint", description="Prints tensors of a checkpoint."
    )
    parser.add_argument("--file_name", required=True, help="the checkpoint's prefix")
    parser.add_argument("--tensor_name", default="", help="the tensor to print")
    parser.add_argument(
        "--count_exclude_pattern", default="", help="a regular expression for what is not counted"
    )
    for flag, about in (
        ("--all_tensors", "print names and values of all"),
        ("--all_tensor_names", "print the names of all"),
    ):
        parser.add_argument(flag, nargs="?", const=True, default=False, type=truth, help=about)
    parser.add_argument(
        "--printoptions", nargs="*", default=[], metavar="OPTION=VALUE", type=print_option,
        help="how values are printed, as for numpy.set_printoptions: precision=3",
    )  # fmt: skip
    chosen = parser.parse_args(arguments)

    def work() -> int:
        np.set_printoptions(**dict(chosen.printoptions))
        names = open_arrays(chosen.file_name).shapes
        if chosen.tensor_name and chosen.tensor_name not in names:
            raise unknown_name(chosen.tensor_name, list(names), chosen.file_name)
        print_tensors_in_checkpoint_file(
            prefix_of(chosen.file_name),
            chosen.tensor_name,
            chosen.all_tensors,
            chosen.all_tensor_names,
            chosen.count_exclude_pattern,
        )
        return 0

    return guarded("inspect-checkpoint", work)


def print_option(text: str) -> tuple[str, object]:
    """Reads an option of NumPy's printing.

    >>> print_option("precision=3"), print_option("suppress=true"), print_option("sign=+")
    (('precision', 3), ('suppress', True), ('sign', '+'))
    """
    name, _, value = text.partition("=")
    if value.lower() in ("true", "false"):
        return name, value.lower() == "true"
    try:
        return name, int(value)
    except ValueError:
        return name, value
