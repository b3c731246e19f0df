"""`run-model`: a model in a file is run once, on given values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from penstock.core.errors import FailedPreconditionError, InvalidArgumentError
from penstock.formats.checkpoint import checkpoint_exists
from penstock.formats.subgraphs import extract_sub_graph
from penstock.saved_model.model import Model, load
from penstock.saved_model.model_files import is_saved_model, model_file
from penstock.tools.arrays import unknown_name
from penstock.tools.graph_inspection import VARIABLES

__all__ = ["check_values", "run_model"]


def run_model(
    path: str | os.PathLike[str],
    inputs: Mapping[str, Any],
    outputs: Iterable[str] | None = None,
    signature: str | None = None,
    tags: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Run a model in a file once.

    Args:
      path: what `penstock.load` takes: a frozen graph, a checkpoint with its MetaGraph beside it,
        or a SavedModel's folder.
      inputs: values by the names of inputs, or of any tensors.
      outputs: names of what is wanted; the signature's outputs, or the likeliest ones, if None.
      signature: the signature of a SavedModel; its serving default if None.
      tags: the tags of the graph of a SavedModel.

    Returns:
      Arrays by the names of the outputs.

    Raises:
      tf.errors.OpError: if the model cannot be read or run.
      TypeError: if an input is missing.
      ValueError: if a value does not fit its input.
    """
    with load(path, signature=signature, tags=tags) as model:
        check_values(model, os.fspath(path))
        _check_inputs(model, inputs)
        if outputs is not None:
            model.outputs = {name: _tensor(model, name) for name in outputs}
            if not model.outputs:
                raise InvalidArgumentError(None, None, "No output is named: give one at least.")
            if model.signature is None:
                model.inputs = {name: _tensor(model, name) for name in inputs}
        found = model(dict(inputs))
        return found if isinstance(found, dict) else {next(iter(model.outputs)): found}


def check_values(model: Model, path: str) -> None:
    """Check that the values of the variables that a model needs came with it.

    Args:
      model: the model.
      path: where it was loaded from.

    Raises:
      FailedPreconditionError: if it needs variables, but is a graph alone.
    """
    path = model_file(path)
    beside = path.removesuffix(".meta")
    if is_saved_model(path) or (beside != path and checkpoint_exists(beside)):
        return
    outputs = [tensor.op.name for tensor in model.outputs.values()]
    part = extract_sub_graph(model.graph.as_graph_def(), outputs)
    names = [node.name for node in part.node if node.op in VARIABLES]
    if names:
        raise FailedPreconditionError(
            None, None, f"{path!r} has {len(names)} variables, such as {names[0]!r}, but not their "
            "values, which are in a checkpoint. `penstock freeze-graph` joins the two; a .meta "
            "file is read with the checkpoint of its name beside it.",
        )  # fmt: skip


def _check_inputs(model: Model, inputs: Mapping[str, Any]) -> None:
    for name, value in inputs.items():
        tensor = model.inputs.get(name)
        if tensor is None:
            tensor = _tensor(model, name)
        shape = np.shape(value)
        if not tensor.shape.is_compatible_with(shape):
            raise InvalidArgumentError(
                None, None, f"The input {name!r} has the shape {tensor.shape}, but a value of "
                f"shape {shape} came for it.",
            )  # fmt: skip


def _tensor(model: Model, name: str) -> Any:
    for known in (model.outputs, model.inputs):
        if name in known:
            return known[name]
    try:
        return model.graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
    except (KeyError, ValueError):
        names = list(dict.fromkeys([*model.inputs, *model.outputs, *model.graph.nodes]))
        raise unknown_name(name, names, "the model") from None
