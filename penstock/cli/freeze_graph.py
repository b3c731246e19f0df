"""`penstock freeze-graph`: constants in place of variables, by the flags of TensorFlow's tool."""

import argparse
from collections.abc import Sequence

from penstock.cli.output import guarded
from penstock.tools.freezing import freeze_graph


def main(arguments: Sequence[str]) -> int:
    """Freezes a graph; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock freeze-graph", description="Writes a graph with its variables as constants."
    )
    text = {
        "--input_graph": "a file with a GraphDef",
        "--input_saver": "a file with a SaverDef",
        "--input_checkpoint": "the checkpoint's prefix",
        "--output_graph": "the file to write",
        "--output_node_names": "the nodes that are wanted, with commas",
        "--restore_op_name": "not used, as in TensorFlow 1.15",
        "--filename_tensor_name": "not used, as in TensorFlow 1.15",
        "--initializer_nodes": "nodes that are run before, with commas",
        "--variable_names_whitelist": "the variables to convert, with commas; else all",
        "--variable_names_blacklist": "variables to leave, with commas",
        "--input_meta_graph": "a file with a MetaGraphDef",
        "--input_saved_model_dir": "a SavedModel's folder",
    }
    for flag, about in text.items():
        parser.add_argument(flag, default="", help=about)
    parser.add_argument("--saved_model_tags", default="serve", help="with commas")
    parser.add_argument("--checkpoint_version", type=int, default=2, help="either is recognized")
    for flag, default in (("--input_binary", False), ("--clear_devices", True)):
        parser.add_argument(flag, nargs="?", const=True, default=default, type=truth)
    chosen = parser.parse_args(arguments)

    def work() -> int:
        frozen = freeze_graph(**vars(chosen))
        print(f"{len(frozen.node)} ops in the final graph.")
        return 0

    return guarded("freeze-graph", work)


def truth(text: str) -> bool:
    """Reads a truth value of a flag: anything but true, in either case, is false.

    >>> truth("True"), truth("false")
    (True, False)
    """
    return text.lower() == "true"
