"""`tf.saved_model.main_op`: what a loaded model runs first."""

from __future__ import annotations

from penstock.functions.grouping import group
from penstock.functions.variable_collections import (
    global_variables_initializer,
    local_variables_initializer,
    tables_initializer,
)
from penstock.graph.default import default_graph
from penstock.graph.node import Node

__all__ = ["main_op", "main_op_with_restore"]


def main_op() -> Node:
    """Build an operation that initializes variables, local variables and tables."""
    return group(
        global_variables_initializer(),
        local_variables_initializer(),
        tables_initializer(),
    )


def main_op_with_restore(restore_op_name: str) -> Node:
    """Build an operation that initializes as `main_op` does, and then restores variables.

    Args:
      restore_op_name: the name of the operation that restores them.
    """
    graph = default_graph()
    with graph.control_dependencies([main_op()]):
        return group(graph.get_operation_by_name(restore_op_name))
