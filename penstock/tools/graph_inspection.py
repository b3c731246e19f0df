"""`inspect` for graphs: frozen graphs, MetaGraphs and SavedModels."""

from __future__ import annotations

import collections
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import as_dtype
from penstock.core.errors import OpError
from penstock.core.shapes import Shape
from penstock.formats.checkpoint import checkpoint_exists
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.subgraphs import node_of_input
from penstock.formats.tensors import array_from_proto, shape_from_proto
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor
from penstock.ops.library import LIBRARY
from penstock.saved_model.constants import VARIABLES_DIRECTORY, VARIABLES_FILENAME
from penstock.saved_model.guesses import guess_inputs, guess_outputs
from penstock.tools.arrays import inspect_arrays
from penstock.tools.files import read_graph_def, read_meta_graph, saved_meta_graphs
from penstock.tools.report import Report, Table, counted, listing
from penstock.tools.statistics import Statistics, statistics_of

__all__ = [
    "VARIABLES",
    "all_nodes",
    "constant_of",
    "dtype_name",
    "graph_facts",
    "inspect_graph",
    "inspect_meta_graph",
    "inspect_saved_model",
    "likely_ends",
    "unsupported_ops",
]

VARIABLES = frozenset({"VarHandleOp", "Variable", "VariableV2"})
_PLACEHOLDERS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"})
_MOST_OUTPUTS = 10
_ENDS = ("name", "dtype", "shape")


def all_nodes(graph_def: Any) -> Iterator[Any]:
    """Go through the nodes of a GraphDef and of its functions."""
    yield from graph_def.node
    for function in graph_def.library.function:
        yield from function.node_def


def unsupported_ops(graph_def: Any) -> dict[str, int]:
    """Count the nodes of each op that Penstock does not have, by the op's name."""
    functions = {function.signature.name for function in graph_def.library.function}
    counts = collections.Counter(
        node.op
        for node in all_nodes(graph_def)
        if node.op not in LIBRARY and node.op not in functions
    )
    return dict(sorted(counts.items()))


def dtype_name(number: int) -> str:
    """Name the dtype of a number in a message; a question mark if there is none of that number."""
    try:
        return as_dtype(int(number)).name
    except TypeError:
        return "?"


def constant_of(node: Any) -> np.ndarray | None:
    """Give the value of a Const node as an array; None if it is damaged or of no plain dtype."""
    try:
        return array_from_proto(node.attr["value"].tensor)
    except (TypeError, ValueError):
        return None


def _sizes(graph_def: Any) -> dict[str, tuple[int, int]]:
    """How many variables and constants there are, and how many numbers they hold."""
    variables = [math.prod(size or 0 for size in _shape(node) or ())
                 for node in graph_def.node if node.op in VARIABLES]  # fmt: skip
    constants = [
        _elements(node.attr["value"].tensor)
        for node in all_nodes(graph_def)
        if node.op == "Const" and "float" in dtype_name(node.attr["dtype"].type)
    ]
    return {
        "variables": (len(variables), sum(variables)),
        "floating constants": (len(constants), sum(constants)),
    }


def _elements(proto: Any) -> int:
    return math.prod(size or 0 for size in shape_from_proto(proto.tensor_shape) or ())


def _shape(node: Any) -> Shape:
    """Give the shape that a variable or placeholder declares."""
    return shape_from_proto(node.attr["shape"].shape) if "shape" in node.attr else None


def likely_ends(graph_def: Any) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """Guess what goes into a graph and what comes out of it.

    Args:
      graph_def: the GraphDef, which may have ops that Penstock lacks.

    Returns:
      The likely inputs, and the likely outputs, the likeliest first: name, dtype and shape.
    """
    graph = Graph()
    try:
        with graph.as_default():
            import_graph_def(graph_def, name="")
    except (OpError, TypeError, ValueError):
        return _ends_by_name(graph_def)
    return (
        [_end(tensor) for tensor in guess_inputs(graph)],
        [_end(tensor) for tensor in guess_outputs(graph)[:_MOST_OUTPUTS]],
    )


def _end(tensor: Tensor) -> tuple[str, str, str]:
    return (tensor.name, tensor.dtype.name, str(tensor.shape))


def _ends_by_name(graph_def: Any) -> tuple[list[Any], list[Any]]:
    """Guess by names alone, where the graph cannot be made."""
    used = {node_of_input(text) for node in graph_def.node for text in node.input}
    inputs = [
        (f"{node.name}:0", dtype_name(node.attr["dtype"].type), _text(_shape(node)))
        for node in graph_def.node
        if node.op in _PLACEHOLDERS and node.name in used and node.attr["dtype"].type
    ]
    outputs = [
        (f"{node.name}:0", "?", "?")
        for node in graph_def.node
        if node.name not in used and node.input and node.op not in ("Assign", "NoOp", "SaveV2")
    ]
    return inputs, outputs[-1 : -_MOST_OUTPUTS - 1 : -1]


def _text(shape: Shape) -> str:
    if shape is None:
        return "<unknown>"
    return f"({', '.join('?' if size is None else str(size) for size in shape)})"


def inspect_graph(path: str, values: bool) -> Report:
    """Tell what a graph in a file holds; see `inspect`."""
    graph_def = read_graph_def(path)
    tables = [*_ends(graph_def), *_insides(graph_def, values)]
    return Report(f"{path}: graph", graph_facts(graph_def), tuple(tables))


def graph_facts(graph_def: Any) -> dict[str, str]:
    """Tell of a GraphDef as a whole: sizes, functions, what Penstock lacks."""
    lacking = unsupported_ops(graph_def)
    sizes = _sizes(graph_def)
    return {
        "nodes": f"{len(graph_def.node):,}",
        "functions": f"{len(graph_def.library.function):,}",
        "version of the writer": str(graph_def.versions.producer),
        **{
            noun: f"{count:,}, with {counted(size, 'parameter')}"
            for noun, (count, size) in sizes.items()
        },
        "ops unsupported here": listing(f"{name} ({count})" for name, count in lacking.items()),
    }


def _ends(graph_def: Any) -> Iterator[Table]:
    inputs, outputs = likely_ends(graph_def)
    yield Table.of("likely inputs", _ENDS, inputs)
    yield Table.of("likely outputs, the likeliest first", _ENDS, outputs)


def _insides(graph_def: Any, values: bool) -> Iterator[Table]:
    variables = [node for node in graph_def.node if node.op in VARIABLES]
    yield Table.of(
        "variables",
        _ENDS,
        [(node.name, dtype_name(node.attr["dtype"].type), _text(_shape(node)))
         for node in variables],
    )  # fmt: skip
    if values:
        yield Table.of("constants", (*_ENDS, *Statistics.COLUMNS), _constants(all_nodes(graph_def)))
    counts = collections.Counter(node.op for node in all_nodes(graph_def))
    yield Table.of(
        "ops", ("op", "nodes"), sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )


def _constants(nodes: Iterable[Any]) -> Iterator[Sequence[Any]]:
    for node in nodes:
        array = constant_of(node) if node.op == "Const" else None
        found = None if array is None else statistics_of(array)
        if array is not None and found is not None:
            yield (node.name, as_dtype(array.dtype).name, _text(array.shape), *found.cells)


def inspect_meta_graph(path: str, values: bool) -> Report:
    """Tell what a MetaGraph in a file holds; see `inspect`."""
    meta_graph = read_meta_graph(path)
    facts = {"TensorFlow version": meta_graph.meta_info_def.tensorflow_version or "not told"}
    tables = [*_of_meta_graph(meta_graph), *_insides(meta_graph.graph_def, values)]
    prefix = path.removesuffix(".pbtxt").removesuffix(".meta")
    if checkpoint_exists(prefix):
        facts["checkpoint beside it"] = prefix
    return Report(f"{path}: MetaGraph", facts | graph_facts(meta_graph.graph_def), tuple(tables))


def _of_meta_graph(meta_graph: Any) -> Iterator[Table]:
    rows = list(_signatures(meta_graph))
    if rows:
        yield Table.of("signatures", ("signature", "way", "key", "tensor", "dtype", "shape"), rows)
    else:
        yield from _ends(meta_graph.graph_def)
    collections_of = sorted(meta_graph.collection_def.items())
    yield Table.of(
        "collections",
        ("name", "kind", "members"),
        [(name, *_members(collection)) for name, collection in collections_of],
    )


def _members(collection: Any) -> tuple[str, str]:
    kind = collection.WhichOneof("kind")
    if kind is None:
        return "empty", "0"
    return kind.removesuffix("_list"), str(len(getattr(collection, kind).value))


def _signatures(meta_graph: Any) -> Iterator[Sequence[str]]:
    for name, signature in sorted(meta_graph.signature_def.items()):
        for way, infos in (("input", signature.inputs), ("output", signature.outputs)):
            for key, info in sorted(infos.items()):
                dtype = dtype_name(info.dtype)
                yield (name, way, key, info.name, dtype, _text(shape_from_proto(info.tensor_shape)))


def inspect_saved_model(path: str, values: bool) -> Report:
    """Tell what a SavedModel holds; see `inspect`."""
    folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
    graphs = saved_meta_graphs(folder)
    facts: dict[str, str] = {"graphs": f"{len(graphs)}"}
    tables: list[Table] = []
    for meta_graph in graphs:
        tags = listing(sorted(meta_graph.meta_info_def.tags))
        prefix = f"[{tags}] " if len(graphs) > 1 else ""
        facts |= {f"{prefix}tags": tags}
        version = meta_graph.meta_info_def.tensorflow_version or "not told"
        facts |= {f"{prefix}TensorFlow version": version}
        facts |= {f"{prefix}{key}": fact for key, fact in graph_facts(meta_graph.graph_def).items()}
        tables += [*_of_meta_graph(meta_graph), *_insides(meta_graph.graph_def, values)]
    variables = os.path.join(folder, VARIABLES_DIRECTORY, VARIABLES_FILENAME)
    if checkpoint_exists(variables):
        found = inspect_arrays(variables, values)
        facts |= {f"saved {key}": fact for key, fact in found.facts.items()}
        tables += [Table("saved values", table.columns, table.rows) for table in found.tables]
    return Report(f"{path}: SavedModel", facts, tuple(tables))
