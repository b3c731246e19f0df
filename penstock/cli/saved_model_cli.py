"""`penstock saved-model-cli`: shows or runs a SavedModel, by the flags of TensorFlow's tool."""

import argparse
from collections.abc import Sequence
from typing import Any

from penstock.cli.output import guarded
from penstock.tools.saved_model_cli import (
    example_inputs,
    expression_inputs,
    file_inputs,
    run_signature,
    show,
    write_outputs,
)


def main(arguments: Sequence[str]) -> int:
    """Shows or runs a SavedModel; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock saved-model-cli", description="Shows what a SavedModel offers, or runs it."
    )
    commands = parser.add_subparsers(required=True, metavar="show|run")
    shows = commands.add_parser("show", help="tell tags, signatures, inputs and outputs")
    shows.add_argument("--dir", required=True, help="the model's folder")
    shows.add_argument("--all", action="store_true", help="tell of everything")
    shows.add_argument("--tag_set", help="the tags of a graph, with commas")
    shows.add_argument("--signature_def", metavar="SIGNATURE_DEF_KEY", help="a signature")
    shows.set_defaults(work=show_model)
    runs = commands.add_parser("run", help="run a signature")
    runs.add_argument("--dir", required=True, help="the model's folder")
    runs.add_argument("--tag_set", required=True, help="the tags of the graph, with commas")
    runs.add_argument("--signature_def", required=True, metavar="SIGNATURE_DEF_KEY")
    runs.add_argument("--inputs", default="", help="key=file.npy;other=file.npz[name]")
    runs.add_argument("--input_exprs", default="", help="key=np.ones((2, 3));other=[1, 2]")
    runs.add_argument("--input_examples", default="", help='key=[{"age": [22], "name": ["Ann"]}]')
    runs.add_argument("--outdir", help="a folder for files OUTPUT.npy, too")
    runs.add_argument("--overwrite", action="store_true", help="replace files that are there")
    runs.set_defaults(work=run_model)
    chosen = parser.parse_args(arguments)
    return guarded("saved-model-cli", lambda: chosen.work(chosen))


def show_model(chosen: Any) -> int:
    """Prints what a model offers."""
    print(show(chosen.dir, chosen.tag_set, chosen.signature_def, chosen.all))
    return 0


def run_model(chosen: Any) -> int:
    """Runs a signature, and prints or writes its outputs."""
    inputs = {
        **file_inputs(chosen.inputs),
        **expression_inputs(chosen.input_exprs),
        **example_inputs(chosen.input_examples),
    }
    outputs = run_signature(chosen.dir, chosen.tag_set, chosen.signature_def, inputs)
    for key, value in outputs.items():
        print(f"Result for output key {key}:\n{value}")
    if chosen.outdir:
        for path in write_outputs(outputs, chosen.outdir, chosen.overwrite):
            print(f"Written: {path}")
    return 0
