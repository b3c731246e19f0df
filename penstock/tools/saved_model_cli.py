"""`saved_model_cli`: what a SavedModel offers, and a run of one of its signatures."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from penstock.core.errors import AlreadyExistsError, InvalidArgumentError
from penstock.core.file_errors import translated
from penstock.formats.example_messages import Example
from penstock.formats.messages import DataType
from penstock.graph.graph import Graph
from penstock.saved_model.loader import load
from penstock.saved_model.utils import get_tensor_from_tensor_info
from penstock.session.session import Session
from penstock.tools.arrays import unknown_name
from penstock.tools.files import saved_meta_graphs
from penstock.tools.input_values import read_array

__all__ = [
    "example_inputs",
    "expression_inputs",
    "file_inputs",
    "run_signature",
    "show",
    "write_outputs",
]


def show(
    directory: str,
    tag_set: str | None = None,
    signature_def: str | None = None,
    everything: bool = False,
) -> str:
    """Tell what a SavedModel offers, as TensorFlow's tool words it.

    Args:
      directory: the model's folder.
      tag_set: the tags of a graph, with commas; the tags of all graphs are listed if None.
      signature_def: a signature; the names of all are listed if None.
      everything: whether to tell of all graphs and signatures.

    Raises:
      NotFoundError: if there is no such signature.
      InvalidArgumentError: if there is no graph with these tags.
      DataLossError: if the model is missing or damaged.
    """
    graphs = saved_meta_graphs(directory)
    if everything:
        return "\n".join(line for graph in graphs for line in _graph_lines(graph))
    if tag_set is None:
        tags = (", ".join(sorted(graph.meta_info_def.tags)) for graph in graphs)
        return "\n".join(["The given SavedModel contains the following tag-sets:", *sorted(tags)])
    graph = _graph_with(graphs, tag_set)
    if signature_def is None:
        keys = (f'SignatureDef key: "{key}"' for key in sorted(graph.signature_def))
        heading = (
            "The given SavedModel MetaGraphDef contains SignatureDefs with the following keys:"
        )
        return "\n".join([heading, *keys])
    return "\n".join(_signature_lines(_signature(graph, signature_def)))


def _graph_with(graphs: list[Any], tag_set: str) -> Any:
    wanted = {tag.strip() for tag in tag_set.split(",")}
    for graph in graphs:
        if set(graph.meta_info_def.tags) == wanted:
            return graph
    available = [sorted(graph.meta_info_def.tags) for graph in graphs]
    raise InvalidArgumentError(
        None, None, f"The SavedModel has no graph with the tags {sorted(wanted)}; there are "
        f"{available}.",
    )  # fmt: skip


def _signature(graph: Any, key: str) -> Any:
    if key not in graph.signature_def:
        raise unknown_name(key, sorted(graph.signature_def), "the signatures")
    return graph.signature_def[key]


def _graph_lines(graph: Any) -> Iterator[str]:
    tags = ", ".join(f"'{tag}'" for tag in sorted(graph.meta_info_def.tags))
    yield f"\nMetaGraphDef with tag-set: {tags} contains the following SignatureDefs:"
    for key in sorted(graph.signature_def):
        yield f"\nsignature_def['{key}']:"
        yield from _signature_lines(graph.signature_def[key], "  ")


def _signature_lines(signature: Any, indent: str = "") -> Iterator[str]:
    for way, infos in (("input", signature.inputs), ("output", signature.outputs)):
        yield f"{indent}The given SavedModel SignatureDef contains the following {way}(s):"
        for key in sorted(infos):
            yield f"{indent}  {way}s['{key}'] tensor_info:"
            yield from (f"{indent}      {line}" for line in _info_lines(infos[key]))
    yield f"{indent}Method name is: {signature.method_name}"


def _info_lines(info: Any) -> Iterator[str]:
    yield f"dtype: {DataType.Name(info.dtype)}"
    sizes = [str(dim.size) for dim in info.tensor_shape.dim]
    shape = ", ".join(sizes)
    yield f"shape: {'unknown_rank' if info.tensor_shape.unknown_rank else f'({shape})'}"
    yield f"name: {info.name}"


def file_inputs(text: str) -> dict[str, Any]:
    """Read inputs from files: ``key=file.npy``, ``key=file.npz[name]``, with semicolons.

    Raises:
      InvalidArgumentError: if a part is of another form.
      OpError: if a file is missing or damaged.
    """
    return {key: read_array(path) for key, path in _pairs(text)}


def expression_inputs(text: str) -> dict[str, Any]:
    """Work out inputs from Python expressions: ``key=np.ones((2, 3))``, with semicolons.

    As with TensorFlow's tool they are evaluated as they are, with `np` for NumPy: they are to come
    from whoever types the command.

    Raises:
      InvalidArgumentError: if an expression fails.
    """
    values = {}
    for key, expression in _pairs(text):
        try:
            values[key] = eval(expression, {"np": np, "numpy": np})
        except (ArithmeticError, LookupError, NameError, SyntaxError, TypeError, ValueError,
                AttributeError) as error:  # fmt: skip
            raise InvalidArgumentError(
                None, None, f"The expression {expression!r} for {key!r} fails: {error}."
            ) from None
    return values


def example_inputs(text: str) -> dict[str, Any]:
    """Make inputs of serialized examples: ``key=[{"feature": [1.0]}]``, with semicolons.

    Raises:
      InvalidArgumentError: if a value is no list of dicts of lists.
    """
    return {key: _examples(key, value) for key, value in _pairs(text)}


def _examples(key: str, text: str) -> np.ndarray:
    try:
        rows = ast.literal_eval(text)
        return np.array([_example(row).SerializeToString() for row in rows], object)
    except (AttributeError, SyntaxError, TypeError, ValueError) as error:
        raise InvalidArgumentError(
            None, None, f"The examples of {key!r} are a list of dicts of lists, "
            f'such as [{{"age": [22]}}], but there is {text!r}: {error}.',
        ) from None  # fmt: skip


def _example(features: Mapping[str, Any]) -> Any:
    example = Example()
    for name, values in features.items():
        if not isinstance(values, list):
            raise TypeError(f"the values of {name!r} are no list")
        feature = example.features.feature[name]
        if values and isinstance(values[0], (str, bytes)):
            encoded = (value.encode() if isinstance(value, str) else value for value in values)
            feature.bytes_list.value.extend(encoded)
        elif any(isinstance(value, float) for value in values):
            feature.float_list.value.extend(values)
        else:
            feature.int64_list.value.extend(values)
    return example


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise InvalidArgumentError(
                None, None, f"Inputs are given as key=value, with semicolons between, but there is "
                f"{part!r}.",
            )  # fmt: skip
        yield key.strip(), value.strip()


def run_signature(
    directory: str, tag_set: str, signature_def: str, inputs: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Run a signature of a SavedModel once.

    Args:
      directory: the model's folder.
      tag_set: the tags of the graph, with commas.
      signature_def: the signature.
      inputs: values by the signature's names of inputs.

    Returns:
      Arrays by the signature's names of outputs, sorted by these.

    Raises:
      NotFoundError: if there is no such signature or input.
      OpError: if the model cannot be read or run.
      ValueError: if a value does not fit its input.
    """
    signature = _signature(_graph_with(saved_meta_graphs(directory), tag_set), signature_def)
    for key in inputs:
        if key not in signature.inputs:
            raise unknown_name(key, sorted(signature.inputs), "the signature's inputs")
    if signature.inputs and not inputs:
        raise InvalidArgumentError(
            None, None, f"The signature takes {sorted(signature.inputs)}: give values by --inputs, "
            "--input_exprs or --input_examples.",
        )  # fmt: skip
    with Graph().as_default() as graph, Session(graph=graph) as session:
        load(session, [tag.strip() for tag in tag_set.split(",")], directory)
        feeds = {
            get_tensor_from_tensor_info(signature.inputs[key]): value
            for key, value in inputs.items()
        }
        keys = sorted(signature.outputs)
        fetches = [get_tensor_from_tensor_info(signature.outputs[key]) for key in keys]
        return dict(zip(keys, session.run(fetches, feeds), strict=True))


def write_outputs(outputs: Mapping[str, np.ndarray], folder: str, overwrite: bool) -> list[str]:
    """Write each output to a file ``KEY.npy``; gives the files.

    Raises:
      AlreadyExistsError: if a file is there already and may not be replaced.
      OpError: if a file cannot be written.
    """
    paths = {key: os.path.join(folder, f"{key}.npy") for key in outputs}
    there = [path for path in paths.values() if os.path.exists(path)]
    if there and not overwrite:
        raise AlreadyExistsError(
            None, None, f"Output file {there[0]} already exists. Add --overwrite to replace it."
        )
    with translated(folder):
        os.makedirs(folder, exist_ok=True)
        for key, path in paths.items():
            np.save(path, np.asarray(outputs[key]))
    return list(paths.values())
