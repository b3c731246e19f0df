"""`penstock run-model`: runs a model in a file once."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from penstock.cli.output import guarded, names_in
from penstock.tools.arrays import write_arrays
from penstock.tools.input_values import parse_inputs
from penstock.tools.running import run_model


def main(arguments: Sequence[str]) -> int:
    """Runs a model and prints or writes what it gives; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock run-model",
        description="Runs a frozen graph, a checkpoint with its MetaGraph beside it, or a "
        "SavedModel once.",
    )
    parser.add_argument("path", help="the model")
    parser.add_argument(
        "--inputs",
        nargs="+",
        default=[],
        metavar="VALUE",
        help="x=file.npy, x=file.npz[member], x=JSON such as x=[[1,2]], or file.npz",
    )
    parser.add_argument("--outputs", help="names of what is wanted, with commas; else found")
    parser.add_argument("--signature", help="a signature of a SavedModel")
    parser.add_argument("--tags", help="the tags of a SavedModel's graph, with commas")
    parser.add_argument("-o", "--out", help="an .npz file to write; printed otherwise")
    chosen = parser.parse_args(arguments)
    if chosen.out is not None and not chosen.out.endswith(".npz"):
        parser.error(f"--out must end with .npz, but is {chosen.out}")

    def work() -> int:
        found = run_model(
            chosen.path,
            parse_inputs(chosen.inputs),
            names_in(chosen.outputs),
            chosen.signature,
            names_in(chosen.tags),
        )
        if chosen.out is None:
            show_values(found)
        else:
            write_arrays(chosen.out, found)
        return 0

    return guarded("run-model", work)


def show_values(values: Mapping[str, Any]) -> None:
    """Prints arrays under their names."""
    for name, value in values.items():
        print(f"{name}:\n{value}")
