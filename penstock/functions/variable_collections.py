"""The variables of a graph by collection, and ops that initialize them or report on them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays_indexing import boolean_mask
from penstock.functions.grouping import group, no_op
from penstock.functions.state import is_variable_initialized
from penstock.graph import conversion
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = [
    "all_variables",
    "assert_variables_initialized",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_tables",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "names_where_not",
    "report_uninitialized_variables",
    "tables_initializer",
    "trainable_variables",
    "variables_initializer",
]


def global_variables(scope: str | None = None) -> list[Any]:
    """List the variables that are saved and shared: all but local ones.

    Args:
      scope: only those whose name matches this as a regular expression, from the start.
    """
    return default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def all_variables() -> list[Any]:
    """List the global variables: the older name of `global_variables`."""
    return global_variables()


def local_variables(scope: str | None = None) -> list[Any]:
    """List the variables that belong to one process and are not saved; `scope` as above."""
    return default_graph().get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Any]:
    """List the variables that are needed for inference; `scope` as above."""
    return default_graph().get_collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """List the variables that optimizers change; `scope` as above."""
    return default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Any]:
    """List the variables that have moving averages; `scope` as above."""
    return default_graph().get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def variables_initializer(var_list: Sequence[Any], name: str = "init") -> Node:
    """Build a node that initializes the variables of a list, all at once.

    Args:
      var_list: the variables.
      name: the node's name.
    """
    if var_list:
        return group(*[variable.initializer for variable in var_list], name=name)
    return no_op(name)


def tables_initializer(name: str = "init_all_tables") -> Node:
    """Build a node that fills the graph's look-up tables, those in `GraphKeys.TABLE_INITIALIZERS`.

    Args:
      name: the node's name.
    """
    initializers = default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
    return group(*initializers, name=name) if initializers else no_op(name)


def initialize_all_tables(name: str = "init_all_tables") -> Node:
    """Build a node that fills the look-up tables: the older name of `tables_initializer`."""
    return tables_initializer(name)


def initialize_variables(var_list: Sequence[Any], name: str = "init") -> Node:
    """Build a node that initializes variables: the older name of `variables_initializer`."""
    return variables_initializer(var_list, name)


def global_variables_initializer() -> Node:
    """Build a node that initializes all global variables made so far."""
    return variables_initializer(global_variables())


def initialize_all_variables() -> Node:
    """Build a node that initializes all global variables: the older name."""
    return global_variables_initializer()


def local_variables_initializer() -> Node:
    """Build a node that initializes all local variables made so far."""
    return variables_initializer(local_variables())


def initialize_local_variables() -> Node:
    """Build a node that initializes all local variables: the older name."""
    return local_variables_initializer()


def report_uninitialized_variables(
    var_list: Sequence[Any] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """Build a list of the names of variables without a value.

    Args:
      var_list: the variables to look at; all global and local ones by default.
      name: name scope of what is built.

    Returns:
      A string tensor [n].
    """
    if var_list is None:
        var_list = global_variables() + local_variables() or _variables_of_nodes()
    with name_scope(name):
        checks = [is_variable_initialized(variable) for variable in var_list]
        return names_where_not(checks, [variable.op.name for variable in var_list])


def names_where_not(checks: Sequence[Tensor], names: Sequence[str]) -> Tensor:
    """Build a list of those names whose check does not hold, in the current name scope.

    Args:
      checks: boolean scalars.
      names: a name for each.

    Returns:
      A string tensor [n].
    """
    graph = default_graph()
    device = os.environ.get("TF_DEVICE_FOR_UNINITIALIZED_VARIABLE_REPORTING", "/cpu:0")
    with graph.device(device):
        if not names:
            return conversion.constant(graph, [], dtypes.string)
        missing = raw.LogicalNot(raw.Pack(checks, name="stack"))
        return boolean_mask(conversion.constant(graph, list(names)), missing)


def _variables_of_nodes() -> list[Tensor]:
    nodes = default_graph().get_operations()
    return [node.outputs[0] for node in nodes if node.type in ("Variable", "VariableV2")]


def assert_variables_initialized(var_list: Sequence[Any] | None = None) -> Tensor | None:
    """Build a tensor that can only be computed if all variables have a value.

    `report_uninitialized_variables` says which do not.

    Args:
      var_list: the variables to look at; all global and local ones by default.

    Returns:
      A tensor, or None if there are no variables.
    """
    if var_list is None:
        var_list = global_variables() + local_variables() or _variables_of_nodes()
    if not var_list:
        return None
    ranks = []
    for variable in var_list:
        with default_graph().colocate_with(variable.op), name_scope("Rank") as scope:
            convert_to_tensor(variable)
            ranks.append(raw.Rank(variable, name=scope))
    return ranks[0] if len(ranks) == 1 else raw.Pack(ranks, name="stack")
