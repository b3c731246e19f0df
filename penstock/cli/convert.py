"""`penstock convert`: writes a model or its values in another format."""

import argparse
from collections.abc import Sequence

from penstock.cli.output import guarded, names_in
from penstock.core.errors import InvalidArgumentError
from penstock.tools.conversion import convert


def main(arguments: Sequence[str]) -> int:
    """Converts a file; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="penstock convert",
        description="Writes a checkpoint as .npz or .safetensors and back, freezes a model (.pb, "
        ".pbtxt), makes a SavedModel of a graph (a folder's name), or exports StableHLO (.mlir as "
        "text, .stablehlo as a portable artifact).",
    )
    parser.add_argument("source", help="what to read")
    parser.add_argument("target", help="what to write; its name tells the format")
    parser.add_argument("--inputs", help="the model's inputs, with commas; else found")
    parser.add_argument("--outputs", help="the model's outputs, with commas; else found")
    parser.add_argument("--signature", help="a signature of a SavedModel")
    parser.add_argument("--tags", help="the tags of a SavedModel's graph, with commas")
    parser.add_argument(
        "--shapes", nargs="+", default=[], metavar="NAME=SIZES", help="x=1,224,224,3 (StableHLO)"
    )
    parser.add_argument("--names", help="which tensors to write, with commas; else all")
    chosen = parser.parse_args(arguments)

    def work() -> int:
        written = convert(
            chosen.source,
            chosen.target,
            inputs=names_in(chosen.inputs),
            outputs=names_in(chosen.outputs),
            signature=chosen.signature,
            tags=names_in(chosen.tags),
            shapes=dict(map(shape_in, chosen.shapes)),
            names=names_in(chosen.names),
        )
        print(f"{chosen.target}: {written}")
        return 0

    return guarded("convert", work)


def shape_in(text: str) -> tuple[str, tuple[int, ...]]:
    """Reads the shape of an input.

    >>> shape_in("x=1,3"), shape_in("y=")
    (('x', (1, 3)), ('y', ()))
    """
    name, _, sizes = text.partition("=")
    try:
        return name, tuple(int(size) for size in sizes.split(",") if size)
    except ValueError:
        raise InvalidArgumentError(
            None, None, f"A shape is given as name=1,224,224,3, but there is {text!r}."
        ) from None
