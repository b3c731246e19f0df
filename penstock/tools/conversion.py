"""`convert`: a model, or named arrays, in another format."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from penstock.core.errors import InvalidArgumentError
from penstock.formats.graph_files import write_message
from penstock.formats.replacement import write_file
from penstock.saved_model.builder import simple_save
from penstock.saved_model.constants import VARIABLES_DIRECTORY, VARIABLES_FILENAME
from penstock.saved_model.model import Model, load
from penstock.saved_model.model_files import model_file
from penstock.tools.arrays import open_arrays, unknown_name, write_arrays
from penstock.tools.files import Kind, kind_of, read_graph_def
from penstock.tools.freezing import frozen_model
from penstock.tools.running import check_values
from penstock.tools.stable_hlo import export_model

__all__ = ["convert"]

_ARRAYS = frozenset({Kind.CHECKPOINT, Kind.NPZ, Kind.SAFETENSORS})
_ARRAY_ENDINGS = (".npz", ".safetensors", ".index")
_GRAPH_ENDINGS = (".pb", ".pbtxt")
_EXPORT_ENDINGS = (".mlir", ".stablehlo")


def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    inputs: Iterable[str] | None = None,
    outputs: Iterable[str] | None = None,
    signature: str | None = None,
    tags: Iterable[str] | None = None,
    shapes: Mapping[str, Sequence[int]] | None = None,
    names: Iterable[str] | None = None,
) -> str:
    """Write a model, or named arrays, in another format, which the target's name tells.

    ===================================  =======================================================
    from                                 to
    ===================================  =======================================================
    checkpoint, npz, safetensors         ``.npz``, ``.safetensors``, or else a checkpoint's prefix
    SavedModel                           ``.npz``, ``.safetensors``, ``.index``: its variables
    graph, MetaGraph, SavedModel         ``.pb``, ``.pbtxt``: a frozen graph
    graph, MetaGraph, SavedModel         ``.mlir``, ``.stablehlo``: StableHLO
    graph, MetaGraph                     any other name: a SavedModel's folder
    ===================================  =======================================================

    A checkpoint with its ``.meta`` beside it is converted to the formats of graphs as that is.

    Args:
      source: the file or folder to read.
      target: the file or folder to write.
      inputs: names of the model's inputs; found by the signature, or guessed, if None.
      outputs: names of its outputs; likewise. A graph without variables is written to another
        graph's file whole if they are None.
      signature: the signature of a SavedModel.
      tags: the tags of the graph of a SavedModel.
      shapes: for StableHLO, sizes of inputs whose shapes are not wholly known.
      names: which arrays to write; all if None.

    Returns:
      What was written, in words.

    Raises:
      tf.errors.OpError: if a file is missing or damaged, or there is no such conversion.
    """
    source, target = os.fspath(source), os.fspath(target)
    source, kind = _source_for(source, target)
    if kind in _ARRAYS:
        return _convert_arrays(source, target, names)
    if kind is Kind.GRAPH and outputs is None and target.endswith(_GRAPH_ENDINGS):
        graph_def = read_graph_def(source)
        write_message(graph_def, target, target.endswith(".pbtxt"))
        return f"the graph, {len(graph_def.node):,} nodes"
    with load(source, inputs, outputs, signature, tags) as model:
        check_values(model, source)
        return _convert_model(model, target, shapes)


def _source_for(source: str, target: str) -> tuple[str, Kind]:
    """Give the file to read, and what it is: a SavedModel's variables, a checkpoint's graph."""
    kind = kind_of(source)
    is_graph = target.endswith((*_GRAPH_ENDINGS, *_EXPORT_ENDINGS))
    if kind is Kind.CHECKPOINT and is_graph:
        return model_file(source), Kind.META_GRAPH
    if kind is Kind.SAVED_MODEL and target.endswith(_ARRAY_ENDINGS):
        return os.path.join(source, VARIABLES_DIRECTORY, VARIABLES_FILENAME), Kind.CHECKPOINT
    wrong = is_graph if kind in _ARRAYS else target.endswith(_ARRAY_ENDINGS)
    if wrong or kind in (Kind.EVENTS, Kind.RECORDS):
        raise InvalidArgumentError(
            None, None, f"{source!r} is {kind.phrase}, which cannot be written as {target!r}: a "
            "graph has no arrays by name, and arrays alone make no graph.",
        )  # fmt: skip
    return source, kind


def _convert_model(model: Model, target: str, shapes: Mapping[str, Sequence[int]] | None) -> str:
    if target.endswith(_GRAPH_ENDINGS):
        frozen = frozen_model(model)
        write_message(frozen, target, target.endswith(".pbtxt"))
        return f"a frozen graph, {len(frozen.node):,} nodes: {model!r}"
    if target.endswith(_EXPORT_ENDINGS):
        exported = export_model(model, shapes)
        as_text = target.endswith(".mlir")
        write_file(target, exported.text.encode() if as_text else exported.serialized)
        return f"StableHLO: {model!r}"
    simple_save(model.session, target, model.inputs, model.outputs)
    return f"a SavedModel: {model!r}"


def _convert_arrays(source: str, target: str, names: Iterable[str] | None) -> str:
    arrays = open_arrays(source)
    chosen = list(arrays.shapes) if names is None else list(names)
    for name in chosen:
        if name not in arrays.shapes:
            raise unknown_name(name, list(arrays.shapes), source)
    write_arrays(target, {name: arrays.read(name) for name in chosen})
    return f"{len(chosen):,} tensors"
