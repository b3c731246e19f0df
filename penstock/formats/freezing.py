"""A graph with constants in place of variables: what a program needs to use a trained model.

Variables in reference form become constants under their names. For those in resource form the
handle becomes the constant, and what reads it passes it on; where a handle goes into a function,
the function's argument becomes a value too, and the function is rewritten likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.formats.frozen_functions import freeze_functions, write_constant
from penstock.formats.loop_pruning import prune_loops
from penstock.formats.messages import GraphDef
from penstock.formats.subgraphs import drop_unused_functions, extract_sub_graph

__all__ = ["convert_variables_to_constants"]

_REFERENCES = frozenset({"Variable", "VariableV2"})


def convert_variables_to_constants(
    sess: Any,
    input_graph_def: Any,
    output_node_names: Sequence[str],
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> Any:
    """Freeze a graph: take out what some nodes need, with constants in place of variables.

    Args:
      sess: the session that has the variables' values.
      input_graph_def: the `tf.GraphDef`, of the session's graph.
      output_node_names: names of the nodes that are wanted.
      variable_names_whitelist: names of the variables to convert; all if None.
      variable_names_blacklist: names of variables to leave.

    Returns:
      A new GraphDef.

    Raises:
      AssertionError: if a node is not in the graph.
      tf.errors.FailedPreconditionError: if a variable has no value.
    """
    part = extract_sub_graph(input_graph_def, output_node_names)
    prune_loops(part, set(output_node_names), sess.graph.library)
    part = extract_sub_graph(part, output_node_names)
    chosen = [node for node in part.node if node.op in _REFERENCES or node.op == "VarHandleOp"]
    if variable_names_whitelist is not None:
        allowed = set(variable_names_whitelist)
        chosen = [node for node in chosen if node.name in allowed]
    refused = set(variable_names_blacklist or ())
    chosen = [node for node in chosen if node.name not in refused]
    tensors = [_value_tensor(sess.graph, node) for node in chosen]
    values = sess.run(tensors) if tensors else []
    frozen = GraphDef()
    frozen.versions.CopyFrom(part.versions)
    frozen.library.CopyFrom(part.library)
    handles = {node.name: _dtype(node) for node in chosen if node.op == "VarHandleOp"}
    constants = {node.name: value for node, value in zip(chosen, values, strict=True)}
    for node in part.node:
        made = frozen.node.add()
        if node.name in constants:
            write_constant(made, node.name, constants[node.name], _dtype(node), node.device)
        else:
            made.CopyFrom(node)
    freeze_functions(frozen, handles)
    drop_unused_functions(frozen)
    return frozen


def _dtype(node: Any) -> DType:
    return as_dtype(int(node.attr["dtype"].type))


def _value_tensor(graph: Any, node: Any) -> Any:
    """Find the tensor whose value is a variable's: itself, or what reads its handle."""
    variable = graph.get_operation_by_name(node.name).outputs[0]
    if node.op in _REFERENCES:
        return variable
    for reader in variable.consumers():
        if reader.type == "ReadVariableOp":
            return reader.outputs[0]
    raise ValueError(
        f"Nothing reads the variable {node.name!r}, so its value cannot be taken. Add a node that "
        "does, variable.read_value(), before the graph is frozen."
    )
