"""`strip_unused`: a part of a graph, from chosen inputs to chosen outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.formats.graph_files import read_message, write_message
from penstock.formats.messages import GraphDef
from penstock.formats.subgraphs import extract_sub_graph
from penstock.tools.arrays import unknown_name

__all__ = ["check_names", "strip_unused", "strip_unused_from_files"]


def strip_unused(
    input_graph_def: Any,
    input_node_names: Sequence[str],
    output_node_names: Sequence[str],
    placeholder_type_enum: Any,
) -> Any:
    """Take what leads from some nodes to others out of a GraphDef.

    Args:
      input_graph_def: the `tf.GraphDef`.
      input_node_names: names of the nodes in whose places placeholders are put.
      output_node_names: names of the nodes that are wanted.
      placeholder_type_enum: the placeholders' dtype, or a list with one for each.

    Returns:
      A new GraphDef.

    Raises:
      KeyError: if an input is not in the graph.
      AssertionError: if an output is not.
    """
    names = {node.name for node in input_graph_def.node}
    absent = [name for name in input_node_names if name not in names]
    if absent:
        raise KeyError(f"The following input nodes were not found: {absent}")
    single = not isinstance(placeholder_type_enum, (list, tuple))
    types = [placeholder_type_enum] * len(input_node_names) if single else placeholder_type_enum
    dtypes = dict(zip(input_node_names, types, strict=True))
    replaced = GraphDef()
    replaced.library.CopyFrom(input_graph_def.library)
    replaced.versions.CopyFrom(input_graph_def.versions)
    for node in input_graph_def.node:
        made = replaced.node.add()
        if node.name not in dtypes:
            made.CopyFrom(node)
            continue
        made.op, made.name = "Placeholder", node.name
        made.attr["dtype"].type = as_dtype(dtypes[node.name]).as_datatype_enum
        for key in ("_output_shapes", "shape"):
            if key in node.attr:
                made.attr[key].CopyFrom(node.attr[key])
    return extract_sub_graph(replaced, output_node_names)


def strip_unused_from_files(
    input_graph: str,
    input_binary: bool,
    output_graph: str,
    output_binary: bool,
    input_node_names: str,
    output_node_names: str,
    placeholder_type_enum: Any,
) -> int:
    """Do so from file to file; see `strip_unused`.

    Args:
      input_graph: the file to read.
      input_binary: whether it holds bytes, not text; either is recognized.
      output_graph: the file to write.
      output_binary: whether to write bytes, not text.
      input_node_names: names with commas.
      output_node_names: names with commas.
      placeholder_type_enum: see `strip_unused`.

    Returns:
      How many nodes the new graph has.

    Raises:
      NotFoundError: if an input or output is not in the graph; it tells what is near.
      OpError: if a file cannot be read or written.
    """
    graph_def = read_message(GraphDef, input_graph)
    inputs, outputs = input_node_names.split(","), output_node_names.split(",")
    check_names(graph_def, [*inputs, *outputs], input_graph)
    stripped = strip_unused(graph_def, inputs, outputs, placeholder_type_enum)
    write_message(stripped, output_graph, as_text=not output_binary)
    return len(stripped.node)


def check_names(graph_def: Any, wanted: Sequence[str], path: str) -> None:
    """Check that a graph has the nodes that are wanted.

    Raises:
      NotFoundError: if not; it tells what is near.
    """
    names = [node.name for node in graph_def.node]
    for name in wanted:
        if name not in names:
            raise unknown_name(name, names, path)
