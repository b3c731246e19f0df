"""`summarize_graph`: a graph in a few lines, worded as TensorFlow's tool words them."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator
from typing import Any

from penstock.formats.messages import DataType
from penstock.formats.subgraphs import node_of_input
from penstock.formats.tensors import shape_from_proto
from penstock.tools.files import read_graph_def
from penstock.tools.graph_inspection import VARIABLES, all_nodes, dtype_name

__all__ = ["summarize_graph"]

_PASSIVE = frozenset({"Assert", "Assign", "Const", "NoOp", "Placeholder", "SaveV2", "Variable"})


def summarize_graph(path: str, print_structure: bool = False) -> str:
    """Sum up a graph: its inputs, variables, outputs, sizes and ops.

    Args:
      path: a file with a GraphDef or MetaGraphDef, or a SavedModel's folder.
      print_structure: whether to list the nodes too.

    Raises:
      OpError: if the file is missing, damaged, or holds no graph.
    """
    graph_def = read_graph_def(path)
    nodes = list(graph_def.node)
    used = {node_of_input(text) for node in nodes for text in node.input}
    inputs = [_input(node) for node in nodes if node.op == "Placeholder"]
    variables = [_input(node) for node in nodes if node.op in VARIABLES]
    outputs = [
        f"(name={node.name}, op={node.op})"
        for node in nodes
        if node.name not in used and node.op not in _PASSIVE
    ]
    lines = [
        _found("inputs", inputs),
        f"Found {len(variables)} variables: {' '.join(variables)}"
        if variables
        else "No variables spotted.",
        _found("outputs", outputs),
        _sizes(graph_def),
        _ops(graph_def),
    ]
    if print_structure:
        lines += _structure(nodes)
    return "\n".join(lines)


def _found(what: str, members: list[str]) -> str:
    if not members:
        return f"No {what} spotted."
    return f"Found {len(members)} possible {what}: {' '.join(members)}"


def _input(node: Any) -> str:
    dtype = node.attr["dtype"].type
    kind = f"{DataType.Name(dtype).removeprefix('DT_').lower()}({dtype})"
    shape = shape_from_proto(node.attr["shape"].shape) if "shape" in node.attr else None
    sizes = (
        "None" if shape is None else f"[{','.join('?' if s is None else str(s) for s in shape)}]"
    )
    return f"(name={node.name}, type={kind}, shape={sizes})"


def _sizes(graph_def: Any) -> str:
    constants = variables = controls = 0
    for node in all_nodes(graph_def):
        controls += sum(text.startswith("^") for text in node.input)
        if node.op == "Const":
            shape = shape_from_proto(node.attr["value"].tensor.tensor_shape) or ()
            constants += math.prod(size or 0 for size in shape)
        elif node.op in VARIABLES and "shape" in node.attr:
            shape = shape_from_proto(node.attr["shape"].shape) or ()
            variables += math.prod(size or 0 for size in shape)
    return (
        f"Found {constants} ({_short(constants)}) const parameters, {variables} "
        f"({_short(variables)}) variable parameters, and {controls} control_edges"
    )


def _short(number: int) -> str:
    for limit, letter in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if number >= limit:
            return f"{number / limit:.2f}{letter}"
    return str(number)


def _ops(graph_def: Any) -> str:
    counts = collections.Counter(node.op for node in all_nodes(graph_def))
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return f"Op types used: {', '.join(f'{count} {name}' for name, count in ordered)}"


def _structure(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        dtypes = [dtype_name(v.type) for v in node.attr.values() if v.WhichOneof("value") == "type"]
        inputs = ", ".join(node.input)
        yield f"{node.name} = {node.op}[{', '.join(dtypes)}]({inputs})"
